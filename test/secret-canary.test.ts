// The promise: wherever a password, a token, a code or an address of a person comes in, it is in no log line, no error, no entry of the
// audit and no status. Addresses are masked in the audit; users see their own.
import { Metadata, type ServiceError } from "@grpc/grpc-js";
import { expect } from "chai";
import { AlertServiceService as alerts } from "../proto/gen/tickerbell/v1/alert_service.ts";
import { QuoteServiceService as quotes } from "../proto/gen/tickerbell/v1/quote_service.ts";
import { StatusServiceService } from "../proto/gen/tickerbell/v1/status_service.ts";
import { UserServiceService as users } from "../proto/gen/tickerbell/v1/user_service.ts";
import { startTestServer, type SignedUp, type TestServer } from "./support/test-server.ts";
import { World } from "./support/world.ts";

const MARK = "canary7hx2q9";
const PASSWORD = `${MARK} four unrelated words`;
const EMAIL = `${MARK}@example.com`;
/**
 * Fields in which secrets are put. Not those whose text is quoted back to whoever sent it: a symbol, a condition, a zone; what stands there is
 * looked for in the log alone.
 */
const FIELDS = ["email", "password", "code", "refreshToken", "newPassword", "currentPassword", "id"];
const QUOTED = ["symbol", "timeZone"];

describe("a secret", () => {
  let server: TestServer;
  let owner: SignedUp;
  let code = "";
  /** All that was said to those who brought it: errors with all their details. */
  const said: string[] = [];

  before(async () => {
    server = await startTestServer();
    owner = await server.signUp(EMAIL, PASSWORD);
    await server.ask(users.requestPasswordReset, { email: EMAIL });
    code = server.mailedCode(EMAIL);
  });
  after(() => server.close());

  /** A call with a secret in the place of everything that it says, and in its metadata. */
  async function bring(path: string, bytes: Buffer, metadata: Record<string, string>, heard = said): Promise<void> {
    const client = await server.channel("cli");
    const told = new Metadata();
    for (const [name, value] of Object.entries(metadata)) told.set(name, value);
    const same = (some: Buffer): Buffer => some;
    const error = await new Promise<ServiceError | null>((resolve) => {
      client.makeUnaryRequest(path, same, same, bytes, told, { deadline: Date.now() + 60_000 }, (failure) =>
        resolve(failure),
      );
    });
    if (error === null) return;
    const details = error.metadata.get("grpc-status-details-bin").map((one) => (one as Buffer).toString("latin1"));
    heard.push([error.details, ...details].join(" "));
  }

  const METHODS = [
    users.registerUser,
    users.verifyUser,
    users.logIn,
    users.refreshSession,
    users.requestPasswordReset,
    users.resetPassword,
    users.changePassword,
    users.deleteCurrentUser,
    users.claimOperator,
    alerts.getAlert,
    quotes.getQuote,
  ] as const;

  function expectNoTrace(texts: readonly string[], where: string): void {
    const secrets = [MARK, owner.token, owner.refreshToken, code];
    for (const text of texts)
      for (const secret of secrets) expect(text.toLowerCase(), where).not.to.include(secret.toLowerCase());
  }

  it("brought in every field and as metadata is told on by nobody", async () => {
    const secrets = [PASSWORD, EMAIL, owner.refreshToken, code, `Bearer ${owner.token}x`];
    const calls: Promise<void>[] = [];
    for (const secret of secrets) {
      const own = FIELDS.map((field): [string, string] => [field, secret]);
      const request = { ...Object.fromEntries(own), symbol: "AAPL", timeZone: "" };
      const quoted = { ...request, ...Object.fromEntries(QUOTED.map((field) => [field, secret])) };
      for (const { path, requestSerialize } of METHODS) {
        const serialize = requestSerialize as (value: unknown) => Buffer;
        const bytes = serialize(request);
        const plain = secret.replace(/[^ -~]/g, "");
        calls.push(bring(path, bytes, { authorization: plain, "x-secret": plain, cookie: plain }));
        calls.push(bring(path, serialize(quoted), {}, []));
        calls.push(bring(path, bytes, { authorization: `Bearer ${owner.token}x`, "grpc-accept-encoding": plain }));
      }
    }
    await Promise.all(calls);
    expect(said.length).to.be.greaterThan(50);
    expectNoTrace(said, "an error");
    expect(server.log).not.to.be.empty;
    expectNoTrace(server.log, "the log");
  });

  it("is in no status, and in the audit only masked", async () => {
    const { token } = await server.signUp(`second.${EMAIL}`, PASSWORD);
    await server.ask(users.logIn, { email: EMAIL, password: PASSWORD });
    const status = await server.ask(StatusServiceService.getStatus, {}, { token });
    expectNoTrace([JSON.stringify(status)], "the status");
    const rows = server.query("SELECT * FROM audit").map((row) => JSON.stringify(row));
    expect(rows.join()).to.include("c…@example.com");
    expectNoTrace(rows, "the audit");
    expectNoTrace(server.log, "the log");
  });

  it("typed where it does not belong is not repeated, nor is one of the environment", async () => {
    const world = await World.open({ BELL_SERVER: server.address });
    try {
      const tries = [
        { words: ["login", "ann@example.com"], options: { input: `${PASSWORD}\n` } },
        { words: ["login", "ann@example.com", PASSWORD], options: {} },
        { words: ["login", "ann@example.com", `--password=${PASSWORD}`], options: {} },
        { words: ["verify", owner.refreshToken], options: {} },
        { words: ["whoami"], options: { settings: { BELL_ACCESS_TOKEN: owner.token } } },
        { words: ["whoami"], options: { settings: { BELL_ACCESS_TOKEN_FILE: `bell_${MARK}${"x".repeat(30)}` } } },
      ];
      for (const { words, options } of tries) {
        const { code: exit, output, complaints } = await world.type(words, options);
        expect(exit, words[0]).not.to.equal(0);
        expectNoTrace([output, complaints], words.join(" ").slice(0, 30));
      }
      expectNoTrace(server.log, "the log");
    } finally {
      await world.close();
    }
  });
});
