import { Metadata, type ServiceError } from "@grpc/grpc-js";
import type { ClientHttp2Session } from "node:http2";
import { base64url, SignJWT, type JWTHeaderParameters } from "jose";
import { AppError } from "../../domain/error.ts";
import type { Role } from "../../domain/role.ts";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { AccessTokenServiceService } from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AdminServiceService } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { OperatorServiceService } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { readTokenKeys, type TokenKey } from "../../server/token-key-files.ts";
import { framed, rawCall, rawSession } from "../support/raw-call.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { startTestServer, type SignedUp, type TestServer } from "../support/test-server.ts";

/** What a header or a payload says; undefined leaves out what is there usually. */
export type Changes = Readonly<Record<string, unknown>>;

/** What a call came to. */
export type Tried =
  { readonly kind: "in" } | { readonly kind: "refused"; readonly error: AppError } | { readonly kind: "cut" };

const PRINTABLE = /^[\x20-\x7e]*$/;

/** A server with users whose tokens count, and users whose tokens have counted. */
export class TokenWorld {
  readonly server: TestServer;
  readonly key: TokenKey;
  /** Is logged in. */
  readonly ann: SignedUp;
  /** Has an account, and is somebody else. */
  readonly bob: SignedUp;
  readonly loggedOut: SignedUp;
  readonly suspended: SignedUp;
  readonly deleted: SignedUp;
  /** Ann's, for a script. */
  scriptToken = "";
  /** Was Ann's. */
  revokedToken = "";
  readonly #clock: FakeClock;
  readonly #sessions = new Map<Role, Promise<ClientHttp2Session>>();

  private constructor(server: TestServer, clock: FakeClock, users: readonly SignedUp[]) {
    const [ann, bob, loggedOut, suspended, deleted] = users;
    const [key] = readTokenKeys(server.folder);
    if (!ann || !bob || !loggedOut || !suspended || !deleted || !key) throw new Error("somebody is missing");
    this.server = server;
    this.#clock = clock;
    [this.ann, this.bob, this.loggedOut, this.suspended, this.deleted, this.key] = [
      ann,
      bob,
      loggedOut,
      suspended,
      deleted,
      key,
    ];
  }

  static async open(): Promise<TokenWorld> {
    const clock = new FakeClock(Date.now());
    const server = await startTestServer({ clock });
    const users: SignedUp[] = [];
    for (let at = 0; at < 5; at += 1) users.push(await server.signUp());
    const world = new TokenWorld(server, clock, users);
    await world.#makeScriptTokens();
    await world.#endOthers();
    return world;
  }

  /** The time, in seconds, which stands still. */
  get nowS(): number {
    return Math.floor(this.#clock.now() / 1_000);
  }

  /** A token as the server itself would make it, but for what is changed. */
  forge(claims: Changes = {}, header: Changes = {}, signer = this.key.privateKey): Promise<string> {
    return new SignJWT({ ...this.#claims(), ...claims })
      .setProtectedHeader({ ...this.#header(), ...header } as JWTHeaderParameters)
      .sign(signer);
  }

  /** The same, unsigned: a head and a payload of any kind. */
  unsigned(claims: Changes = {}, header: Changes = {}): string {
    const part = (value: object) => base64url.encode(JSON.stringify(value));
    return `${part({ ...this.#header(), ...header })}.${part({ ...this.#claims(), ...claims })}`;
  }

  /** Calls a method with what stands in `authorization`. */
  async try(
    authorization: string,
    path: string = UserServiceService.getCurrentUser.path,
    role: Role = "cli",
  ): Promise<Tried> {
    return PRINTABLE.test(authorization)
      ? this.#try(authorization, path, role)
      : this.#tryRaw(authorization, path, role);
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) (await session).destroy();
    await this.server.close();
  }

  #header(): object {
    return { alg: "EdDSA", kid: this.key.id, typ: "at+jwt" };
  }

  #claims(): object {
    const { sid } = JSON.parse(Buffer.from(this.ann.token.split(".")[1] ?? "", "base64url").toString()) as {
      sid: string;
    };
    const { nowS } = this;
    const times = { iat: nowS, nbf: nowS, exp: nowS + 60 };
    return { sid, sub: this.ann.userId, iss: "tickerbell", aud: "tickerbell", jti: "forged", ...times };
  }

  async #makeScriptTokens(): Promise<void> {
    const { token } = this.ann;
    const make = (name: string) =>
      this.server.ask(AccessTokenServiceService.createAccessToken, { name, expireTime: undefined }, { token });
    this.scriptToken = (await make("kept")).secret;
    await this.try(`Bearer ${this.scriptToken}`); // so that its use is noted already
    const { accessToken, secret } = await make("revoked");
    await this.server.ask(AccessTokenServiceService.revokeAccessToken, { id: accessToken?.id ?? "" }, { token });
    this.revokedToken = secret;
  }

  async #endOthers(): Promise<void> {
    const { server, bob } = this;
    await server.ask(UserServiceService.logOut, { allSessions: false }, { token: this.loggedOut.token });
    const { password, token } = this.deleted;
    await server.ask(UserServiceService.deleteCurrentUser, { password }, { token });
    const { code } = await server.ask(OperatorServiceService.createSetupCode, {}, { role: "operator" });
    await server.ask(UserServiceService.claimOperator, { code }, { token: bob.token });
    const suspension = { id: this.suspended.userId, note: "" };
    await server.ask(AdminServiceService.suspendUser, suspension, { token: bob.token });
  }

  async #try(authorization: string, path: string, role: Role): Promise<Tried> {
    const client = await this.server.channel(role);
    const same = (bytes: Buffer): Buffer => bytes;
    const metadata = new Metadata();
    metadata.set("authorization", authorization);
    const call = client.makeBidiStreamRequest(path, same, same, metadata, { deadline: Date.now() + 60_000 });
    return new Promise((resolve) => {
      const isIn = () => {
        resolve({ kind: "in" });
        call.cancel();
      };
      call.on("metadata", isIn);
      call.on("data", isIn);
      call.on("end", () => undefined);
      call.on("error", (failure: ServiceError) => resolve({ kind: "refused", error: errorFromStatus(failure) }));
      call.end(Buffer.alloc(0));
    });
  }

  /** What no gRPC library would send. */
  async #tryRaw(authorization: string, path: string, role: Role): Promise<Tried> {
    const session = this.#sessions.get(role) ?? rawSession(this.server.address, role);
    this.#sessions.set(role, session);
    const { grpc, message } = await rawCall(await session, {
      path,
      body: framed(Buffer.alloc(0)),
      headers: { authorization },
    });
    if (grpc === undefined) return { kind: "cut" };
    if (grpc !== 16) return { kind: "in" };
    return { kind: "refused", error: new AppError("UNAUTHENTICATED", "NOT_LOGGED_IN", message) };
  }
}
