// A real server for tests: its own folder, a free port, mutual TLS, and whatever a test needs in order to speak to it.
import {
  Client,
  Metadata,
  type ChannelCredentials,
  type ClientOptions,
  type MethodDefinition,
  type ServiceError,
} from "@grpc/grpc-js";
import Database from "better-sqlite3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AmbiguityPolicy } from "../../domain/notification.ts";
import type { Role } from "../../domain/role.ts";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { systemClock, type Clock } from "../../runtime/clock/clock.ts";
import { channelOptions } from "../../runtime/grpc/channel-options.ts";
import { limits as usualLimits, type Limits } from "../../runtime/grpc/limits.ts";
import type { Handle } from "../../runtime/life/handle.ts";
import { createLog } from "../../runtime/log/log.ts";
import { channelCredentials } from "../../runtime/tls/channel-credentials.ts";
import type { ThrottleRules } from "../../server/account-throttle.ts";
import type { KeepTimes } from "../../server/retention-store.ts";
import { startServer } from "../../server/start-server.ts";
import { filesOfRole, sharedCertificates, uncheckedFiles } from "./shared-certificates.ts";

const DEADLINE_MS = 60_000;

export interface TestServerOptions {
  /** `resend` unless told. */
  readonly policy?: AmbiguityPolicy;
  /** `wall` unless told. */
  readonly eventClock?: "wall" | "data";
  /** The first list of symbols; AAPL, IBM and MSFT unless told. */
  readonly symbols?: readonly string[];
  /** How long prices are kept; for ever unless told. */
  readonly keep?: KeepTimes;
  /** The machine's unless told; a fake one must stand near the machine's time, for certificates. */
  readonly clock?: Clock;
  /** In the place of the usual limits. */
  readonly limits?: Partial<Limits>;
  /** The server's own certificates; those that all tests share unless told. */
  readonly certsFolder?: string;
  /** So many that no test meets them unless told: all of a test's people come from one address. */
  readonly throttles?: ThrottleRules;
}

const OFTEN = { kind: "window", most: 1_000_000, spanMs: 1_000 } as const;
const LOOSE_THROTTLES: ThrottleRules = { attempts: OFTEN, failures: OFTEN, registrations: OFTEN, resets: OFTEN };

/** Who makes a call; a cli without a user unless told. */
export interface As {
  readonly role?: Role;
  readonly token?: string;
}

/** A verified, logged-in user. */
export interface SignedUp {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly refreshToken: string;
}

type ClientClass<C extends Client> = new (
  address: string,
  credentials: ChannelCredentials,
  options?: Partial<ClientOptions>,
) => C;

/** A started server. Close it after the tests that share it. */
export class TestServer {
  /** What the server has logged, a JSON line each. */
  readonly log: string[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), "tickerbell-server-"));
  readonly #options: TestServerOptions;
  readonly #clients: Client[] = [];
  readonly #channels = new Map<Role, Promise<Client>>();
  #handle: Handle | null = null;
  #signedUp = 0;

  constructor(options: TestServerOptions) {
    this.#options = options;
  }

  /** `127.0.0.1:PORT`. */
  get address(): string {
    return this.#handle?.addresses["grpc"] ?? "";
  }

  get databaseFile(): string {
    return join(this.folder, "tickerbell.db");
  }

  async start(): Promise<this> {
    const { policy = "resend", eventClock = "wall", clock = systemClock, limits = {} } = this.#options;
    const { symbols = ["AAPL", "IBM", "MSFT"], keep = { ticksMs: null, minutesMs: null } } = this.#options;
    const { throttles = LOOSE_THROTTLES } = this.#options;
    const config = {
      listen: { host: "127.0.0.1", port: 0 },
      certsFolder: this.#options.certsFolder ?? (await sharedCertificates()).folder,
      dataFolder: this.folder,
      databaseFile: this.databaseFile,
      policy,
      eventClock,
      keep,
      symbols,
      logLevel: "debug",
    } as const;
    const log = createLog("server", "debug", { write: (line: string) => this.log.push(line) });
    this.#handle = await startServer(config, { clock, log, limits: { ...usualLimits, ...limits }, throttles });
    return this;
  }

  /** Ends the server and starts another on the same folder, at another port. */
  async restart(): Promise<void> {
    this.#disconnect();
    await this.#handle?.close();
    await this.start();
  }

  /** Ends the server under its clients, as SIGTERM does. */
  async stop(): Promise<void> {
    await this.#handle?.close();
  }

  /** Ends clients and server; the folder goes. */
  async close(): Promise<void> {
    this.#disconnect();
    await this.#handle?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A generated client with the certificate of a role; closed with the server. */
  async connect<C extends Client>(kind: ClientClass<C>, role: Role): Promise<C> {
    const files = uncheckedFiles(await filesOfRole(role));
    const client = new kind(this.address, channelCredentials(files), channelOptions);
    this.#clients.push(client);
    return client;
  }

  /** Makes a unary call; rejects with the AppError that the server sent. */
  async ask<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    { role = "cli", token }: As = {},
  ): Promise<Response> {
    const client = await this.channel(role);
    return new Promise((resolve, reject) => {
      const { path, requestSerialize, responseDeserialize } = method;
      const options = { deadline: Date.now() + DEADLINE_MS };
      const answered = (error: ServiceError | null, response?: Response) => {
        if (error !== null) reject(errorFromStatus(error));
        else resolve(response as Response);
      };
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, bearer(token), options, answered);
    });
  }

  /** The one connection of a role, for calls without a generated client. */
  channel(role: Role): Promise<Client> {
    const channel = this.#channels.get(role) ?? this.connect(Client, role);
    this.#channels.set(role, channel);
    return channel;
  }

  /** Registers, brings the mailed code back, and is logged in. */
  async signUp(email = `user-${++this.#signedUp}@example.com`, password = "four unrelated words"): Promise<SignedUp> {
    await this.ask(UserServiceService.registerUser, { email, password, timeZone: "" });
    const { user, session } = await this.ask(UserServiceService.verifyUser, { code: this.mailedCode(email) });
    if (user === undefined || session === undefined) throw new Error("the server verified nobody");
    const { accessToken: token, refreshToken } = session;
    return { userId: user.id, email, password, token, refreshToken };
  }

  /** The newest code that is waiting to be mailed to an address, read from the database file. */
  mailedCode(email: string): string {
    const sql = "SELECT code FROM notifications WHERE to_address = ? AND code IS NOT NULL ORDER BY row DESC";
    const [row] = this.query(sql, email) as { code: string }[];
    if (row === undefined) throw new Error(`no code waits for ${email}`);
    return row.code;
  }

  /** Reads the database file by a connection of its own, so that only what was committed is seen. */
  query(sql: string, ...values: unknown[]): unknown[] {
    const db = new Database(this.databaseFile, { readonly: true });
    try {
      return db.prepare(sql).all(...values);
    } finally {
      db.close();
    }
  }

  #disconnect(): void {
    for (const client of this.#clients.splice(0)) client.close();
    this.#channels.clear();
  }
}

/** Starts a server on a free port. */
export function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  return new TestServer(options).start();
}

/** Metadata with an access token, or none. */
export function bearer(token?: string): Metadata {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}
