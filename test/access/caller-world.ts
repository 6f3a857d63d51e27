// A real server, and every kind of caller at its door.
import { ChannelCredentials, Client, Metadata, type ServiceError } from "@grpc/grpc-js";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { MINUTE_MS } from "../../domain/time.ts";
import type { CredentialPaths } from "../../runtime/tls/credential-files.ts";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { QuoteServiceClient } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { UserServiceService as users } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { channelCredentials } from "../../runtime/tls/channel-credentials.ts";
import { REVOCATION_FILE_NAME } from "../../runtime/tls/revocation-list.ts";
import { leafExtensions } from "../../scripts/certs/certificate-profile.ts";
import { revokeCertificate } from "../../scripts/certs/revoke.ts";
import { QuoteSender } from "../../server/testing/quote-sender.ts";
import { filesOfRole, sharedCertificates, uncheckedFiles } from "../support/shared-certificates.ts";
import { bearer, startTestServer, type SignedUp, type TestServer } from "../support/test-server.ts";
import type { Verdict } from "./access-policy.ts";
import { makeOperator, scriptOf, SESSION_LIFE_MS, shortBearers, shutOutBearers } from "./bearers.ts";
import { isRole, type Bearer, type CallerKind, type Certificate } from "./caller-kinds.ts";
import type { ContractMethod } from "./contract-methods.ts";
import { giveThings, type OwnedThings } from "./owned-things.ts";

const DEADLINE_MS = 60_000;
/** Whoever sends so much that is no message is cut; here that is what is tried. */
const LIMITS = { resetsAtOnce: 1_000_000 };

/** A caller of some kind: its connection, and the token that it brings. */
export interface Caller {
  readonly client: Client;
  readonly token: string | undefined;
}

/** Who is on the server besides those who are shut out. */
interface People {
  readonly user: SignedUp;
  readonly operator: SignedUp;
}

/** Close it after the tests that share it. */
export class CallerWorld {
  readonly server: TestServer;
  /** What belongs to somebody who is none of the callers. */
  readonly foreign: OwnedThings;
  readonly #people: People;
  readonly #tokens: ReadonlyMap<Bearer, string>;
  readonly #revoked: CredentialPaths;
  readonly #clients: Client[] = [];

  private constructor(
    server: TestServer,
    foreign: OwnedThings,
    people: People,
    tokens: ReadonlyMap<Bearer, string>,
    revoked: CredentialPaths,
  ) {
    this.server = server;
    this.foreign = foreign;
    this.#people = people;
    this.#tokens = tokens;
    this.#revoked = revoked;
  }

  static async open(): Promise<CallerWorld> {
    const clock = new FakeClock(Date.now());
    const revoked = await revokedFiles();
    const server = await startTestServer({ clock, eventClock: "data", limits: LIMITS });
    const short = await shortBearers(server, clock.now());
    clock.advance(SESSION_LIFE_MS + MINUTE_MS);
    const people = { user: await server.signUp(), operator: await server.signUp() };
    await makeOperator(server, people.operator);
    const tokens = new Map<Bearer, string>([
      ...short,
      ...(await shutOutBearers(server, people.operator)),
      ["script", await scriptOf(server, people.user)],
      ["operator's script", await scriptOf(server, people.operator)],
    ]);
    const sender = new QuoteSender(await server.connect(QuoteServiceClient, "fetcher"));
    const foreign = await giveThings(server, await server.signUp(), { sender, at: 1 });
    sender.cancel();
    return new CallerWorld(server, foreign, people, tokens, revoked);
  }

  /** A caller with a connection of its own and, if it is logged in, a session of its own. */
  async caller({ certificate, bearer: kind }: CallerKind): Promise<Caller> {
    const address = this.server.address.replace("127.0.0.1", "localhost");
    const client = new Client(address, await this.#credentials(certificate));
    this.#clients.push(client);
    return { client, token: await this.#tokenOf(kind) };
  }

  /** Makes a call with these bytes for a request, and tells what came of it. */
  call({ client, token }: Caller, { path, isStream }: ContractMethod, bytes: Buffer): Promise<Verdict> {
    const same = (raw: Buffer): Buffer => raw;
    const metadata = token === undefined ? new Metadata() : bearer(token);
    const call = client.makeBidiStreamRequest(path, same, same, metadata, { deadline: Date.now() + DEADLINE_MS });
    return new Promise((resolve) => {
      call.on("metadata", () => {
        if (!isStream) return; // its status follows
        resolve("OPEN");
        call.cancel();
      });
      call.on("data", () => undefined);
      call.on("error", (error: ServiceError) => resolve(verdictOf(error)));
      call.on("end", () => resolve("OK"));
      call.end(bytes);
    });
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.server.close();
    rmSync(join((await sharedCertificates()).folder, REVOCATION_FILE_NAME));
  }

  async #credentials(certificate: Certificate): Promise<ChannelCredentials> {
    const certificates = await sharedCertificates();
    if (certificate === "plaintext") return ChannelCredentials.createInsecure();
    if (certificate === "none") return ChannelCredentials.createSsl(readFileSync(certificates.files("cli").caFile));
    if (certificate === "revoked") return channelCredentials(uncheckedFiles(this.#revoked));
    const files = isRole(certificate) ? filesOfRole(certificate) : certificates.badFiles("cli", certificate);
    return channelCredentials(uncheckedFiles(await files));
  }

  async #tokenOf(kind: Bearer): Promise<string | undefined> {
    if (kind === "nobody") return undefined;
    if (kind !== "user" && kind !== "operator") return this.#tokens.get(kind);
    const { email, password } = this.#people[kind];
    return (await this.server.ask(users.logIn, { email, password })).session?.accessToken;
  }
}

/** A sound certificate that stands on the list of those that are sound no more, before a server reads it. */
async function revokedFiles(): Promise<CredentialPaths> {
  const certificates = await sharedCertificates();
  const paths = await certificates.filesWith(
    "cli",
    leafExtensions(["URI:spiffe://tickerbell/cli/local"], "clientAuth"),
  );
  await revokeCertificate({ folder: certificates.folder, what: paths.certFile, reason: "lost", now: Date.now() });
  return paths;
}

function verdictOf(failure: ServiceError): Verdict {
  const { code, reason } = errorFromStatus(failure);
  return `${code} ${reason}`;
}
