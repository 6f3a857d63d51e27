// A server with certificates of its own, and clients that take theirs from the same folder for as long as they live.
import { Client, Metadata, type ClientDuplexStream, type ServiceError } from "@grpc/grpc-js";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { NotificationServiceService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { QuoteServiceClient, QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { systemClock, type Clock } from "../../runtime/clock/clock.ts";
import { channelOptions } from "../../runtime/grpc/channel-options.ts";
import type { Limits } from "../../runtime/grpc/limits.ts";
import { createLog } from "../../runtime/log/log.ts";
import { channelCredentials } from "../../runtime/tls/channel-credentials.ts";
import { loadCredentialFiles } from "../../runtime/tls/credential-files.ts";
import { credentialPaths } from "../../runtime/tls/credential-paths.ts";
import { LiveCredentials } from "../../runtime/tls/live-credentials.ts";
import { issueCertificates } from "../../scripts/certs/issue-certificates.ts";
import { exampleTick } from "../examples.ts";
import { QuoteSender } from "./quote-sender.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

/** Who connects. */
export const CLIENT_ROLES = ["cli", "fetcher", "notifier"] as const;
export type ClientRole = (typeof CLIENT_ROLES)[number];

/** A stream of each role's own: what its process keeps open. */
const STREAMS = {
  cli: QuoteServiceService.watchQuotes.path,
  fetcher: QuoteServiceService.streamQuotes.path,
  notifier: NotificationServiceService.deliver.path,
} as const;
const DEADLINE_MS = 60_000;

/** Close it after the trial. */
export class CertificateWorld {
  readonly folder: string;
  readonly server: TestServer;
  readonly #clients: LiveClient[] = [];

  private constructor(folder: string, server: TestServer) {
    this.folder = folder;
    this.server = server;
  }

  /** `clock` is the server's alone. */
  static async open(limits: Partial<Limits> = {}, clock: Clock = systemClock): Promise<CertificateWorld> {
    const folder = mkdtempSync(join(tmpdir(), "tickerbell-rotation-"));
    await issueCertificates({ folder, now: Date.now() });
    const world = new CertificateWorld(
      folder,
      await startTestServer({ certsFolder: folder, eventClock: "data", limits, clock }),
    );
    await world.#bringQuote();
    return world;
  }

  /** So that whoever watches hears something as soon as it is let in. */
  async #bringQuote(): Promise<void> {
    const files = loadCredentialFiles(credentialPaths(this.folder, "fetcher"), {
      expectedRole: "fetcher",
      now: Date.now(),
    });
    const client = new QuoteServiceClient(this.server.address, channelCredentials(files), channelOptions);
    const sender = new QuoteSender(client);
    await sender.send([exampleTick(1_000, 1)]);
    sender.end();
    client.close();
  }

  /** As a process of that role would connect; closed with the world. */
  connect(role: ClientRole): LiveClient {
    const client = new LiveClient(this.server.address, this.folder, role);
    this.#clients.push(client);
    return client;
  }

  /** How many times the server has taken new files. */
  get takenCount(): number {
    return this.server.log.filter((line) => line.includes("new certificate files are in use")).length;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A client that looks at its files as a process does. */
export class LiveClient {
  readonly role: ClientRole;
  readonly certificates: LiveCredentials;
  readonly #client: Client;

  constructor(address: string, folder: string, role: ClientRole) {
    const deps = { clock: systemClock, log: createLog("client", "silent") };
    this.role = role;
    this.certificates = LiveCredentials.open(credentialPaths(folder, role), role, deps);
    this.certificates.watch();
    const options = { ...channelOptions, "grpc.initial_reconnect_backoff_ms": 20, "grpc.max_reconnect_backoff_ms": 20 };
    this.#client = new Client(address, channelCredentials(this.certificates), options);
  }

  /** One call from its beginning to its end: "OK", or what it ended with. */
  ask(): Promise<string> {
    const path = this.role === "cli" ? QuoteServiceService.listQuotes.path : STREAMS[this.role];
    const call = this.#open(path, Date.now() + DEADLINE_MS);
    return this.#answer(call).finally(() => call.cancel());
  }

  /** Opens a stream; resolves once the server has let it in or not, with what it will end with. */
  async watch(): Promise<{ readonly end: Promise<string> }> {
    const call = this.#open(STREAMS[this.role], Infinity);
    const end = new Promise<string>((resolve) => {
      call.once("end", () => resolve("OK"));
      call.once("error", (error: ServiceError) => resolve(textOf(error)));
    });
    await this.#answer(call);
    return { end };
  }

  close(): void {
    this.certificates.close();
    this.#client.close();
  }

  #open(path: string, deadline: number): ClientDuplexStream<Uint8Array, Uint8Array> {
    const nothing = (): Buffer => Buffer.alloc(0);
    const call = this.#client.makeBidiStreamRequest(path, nothing, nothing, new Metadata(), { deadline });
    call.on("data", () => undefined);
    call.on("error", () => undefined);
    if (this.role === "cli") call.end(new Uint8Array()); // its call takes one request
    return call;
  }

  #answer(call: ClientDuplexStream<Uint8Array, Uint8Array>): Promise<string> {
    return new Promise((resolve) => {
      call.once("data", () => resolve("OK")).once("metadata", () => resolve("OK"));
      call.once("error", (error: ServiceError) => resolve(textOf(error)));
    });
  }
}

function textOf(failure: ServiceError): string {
  const { code, reason, message } = errorFromStatus(failure);
  return `${code} ${reason}: ${message}`;
}
