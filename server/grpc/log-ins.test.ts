// SessionService and AccessTokenService: what a user sees of log-ins and scripts' tokens, and ends.
import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { join } from "node:path";
import { decodeProtectedHeader } from "jose";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { AccessTokenServiceService as tokenService } from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AlertServiceService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceClient, OutcomeKind } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { SessionServiceService as sessionService } from "../../proto/gen/tickerbell/v1/session_service.ts";
import { UserServiceService as userService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { problemsOf, refusalOf } from "../../test/support/refusal-of.ts";
import { startTestServer, type SignedUp, type TestServer } from "../../test/support/test-server.ts";
import { TestNotifier } from "../testing/test-notifier.ts";

describe("what a user sees of log-ins", function () {
  let clock: FakeClock;
  let server: TestServer;
  let ann: SignedUp;
  let bob: SignedUp;
  beforeEach(async () => {
    clock = new FakeClock(Date.now());
    server = await startTestServer({ clock });
    [ann, bob] = [await server.signUp(), await server.signUp()];
  });
  afterEach(() => server.close());

  const logIn = async ({ email, password }: SignedUp) => {
    const { session } = await server.ask(userService.logIn, { email, password });
    return session?.accessToken ?? "";
  };
  const sessionsOf = async (token: string) => (await server.ask(sessionService.listSessions, {}, { token })).sessions;
  const makeToken = async (user: SignedUp, name = "nightly", expireTime?: Date) =>
    server.ask(tokenService.createAccessToken, { name, expireTime }, { token: user.token });
  const whoAmI = (token: string) => server.ask(userService.getCurrentUser, {}, { token });

  it("tells where and with what each session was used, and which is this one", async () => {
    clock.advance(SECOND_MS);
    const token = await logIn(ann);
    const [current, first, ...others] = await sessionsOf(token);
    expect(others).to.deep.equal([]);
    expect([current?.isCurrent, first?.isCurrent]).to.deep.equal([true, false]);
    expect(current).to.include({ lastAddress: "127.0.0.1" });
    expect(current?.client).to.match(/^grpc-node-js\//);
    expect(current?.createTime?.getTime()).to.equal(clock.now());
    expect(current?.expireTime?.getTime()).to.equal(clock.now() + 7 * DAY_MS);
    clock.advance(MINUTE_MS);
    await server.ask(userService.refreshSession, { refreshToken: ann.refreshToken }, { role: "gateway" });
    const [last] = await sessionsOf(token);
    expect([last?.id, last?.lastUseTime?.getTime()]).to.deep.equal([first?.id, clock.now()]);
  });

  it("ends another session, and this one", async () => {
    const token = await logIn(ann);
    const [one, two] = await sessionsOf(token);
    const [current, other] = one?.isCurrent === true ? [one, two] : [two, one];
    await server.ask(sessionService.revokeSession, { id: other?.id ?? "" }, { token });
    expect((await refusalOf(whoAmI(ann.token))).reason).to.equal("SESSION_ENDED");
    await server.ask(sessionService.revokeSession, { id: current?.id ?? "" }, { token });
    expect((await refusalOf(whoAmI(token))).reason).to.equal("SESSION_ENDED");
  });

  it("says of another user's session and token exactly what it says of one that never was", async () => {
    const [bobs] = await sessionsOf(bob.token);
    const { accessToken } = await makeToken(bob);
    const as = { token: ann.token };
    const told = async (id: string) =>
      Promise.all(
        [
          server.ask(sessionService.revokeSession, { id }, as),
          server.ask(tokenService.revokeAccessToken, { id }, as),
        ].map(async (call) => {
          const { code, reason, message, hint } = await refusalOf(call);
          return [code, reason, message.replace(id, "ID"), hint];
        }),
      );
    const unknown = await told(randomUUID());
    expect(unknown.map(([code, reason]) => [code, reason])).to.deep.equal([
      ["NOT_FOUND", "SESSION_NOT_FOUND"],
      ["NOT_FOUND", "ACCESS_TOKEN_NOT_FOUND"],
    ]);
    for (const id of [bobs?.id ?? "", accessToken?.id ?? ""]) expect(await told(id)).to.deep.equal(unknown);
    await whoAmI(bob.token);
  });

  it("makes a script's token that may do what is the user's, and nothing to the account", async () => {
    const { accessToken, secret } = await makeToken(ann);
    expect((await whoAmI(secret)).id).to.equal(ann.userId);
    await server.ask(AlertServiceService.listAlerts, { filter: "", pageSize: 0, pageToken: "" }, { token: secret });
    for (const call of [
      sessionsOf(secret),
      server.ask(tokenService.createAccessToken, { name: "another", expireTime: undefined }, { token: secret }),
      server.ask(userService.logOut, { allSessions: true }, { token: secret }),
    ]) {
      const { code, reason, hint } = await refusalOf(call);
      expect([code, reason]).to.deep.equal(["PERMISSION_DENIED", "SESSION_REQUIRED"]);
      expect(hint).to.include("./bell login");
    }
    await server.ask(userService.logOut, { allSessions: true }, { token: ann.token });
    await whoAmI(secret); // it stays
    const { accessTokens } = await server.ask(tokenService.listAccessTokens, {}, { token: await logIn(ann) });
    const [listed] = accessTokens;
    expect(listed).to.include({ id: accessToken?.id, name: "nightly", lastAddress: "127.0.0.1" });
    expect(listed?.lastUseTime?.getTime()).to.equal(clock.now() - (clock.now() % MINUTE_MS));
    expect(JSON.stringify(accessTokens)).not.to.include(secret);
  });

  it("names every bad field of a token", async () => {
    const past = new Date(clock.now() - 1);
    expect(await problemsOf(makeToken(ann, "", past))).to.deep.equal([
      "name FIELD_REQUIRED",
      "expire_time FIELD_INVALID",
    ]);
    expect(await problemsOf(makeToken(ann, "two\nlines"))).to.deep.equal(["name FIELD_INVALID"]);
  });

  it("tells whose session was stolen by a mail, at once", async () => {
    const notifier = new TestNotifier(await server.connect(NotificationServiceClient, "notifier"));
    await notifier.opened;
    let code = await notifier.ready().delivery();
    await notifier.report(code, OutcomeKind.TAKEN);
    code = await notifier.ready().delivery();
    await notifier.report(code, OutcomeKind.TAKEN); // so much for the mails with which they came
    await server.ask(userService.refreshSession, { refreshToken: bob.refreshToken });
    clock.advance(10 * SECOND_MS);
    expect(await notifier.ready().announce(code), "the server has heard that there is room").to.equal(false);
    const told = notifier.delivery();
    await refusalOf(server.ask(userService.refreshSession, { refreshToken: bob.refreshToken }));
    expect((await told).toAddress).to.equal(bob.email);
    notifier.cancel();
  });

  it("goes on when the key of its tokens is replaced, and nobody is logged out", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const before = decodeProtectedHeader(ann.token).kid;
    writeFileSync(join(server.folder, "token-key-another.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
    clock.advance(MINUTE_MS);
    await setImmediate();
    await whoAmI(ann.token);
    const { session } = await server.ask(userService.refreshSession, { refreshToken: ann.refreshToken });
    expect(decodeProtectedHeader(session?.accessToken ?? "").kid).not.to.equal(before);
    await whoAmI(session?.accessToken ?? "");
  });
});
