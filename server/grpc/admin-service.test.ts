import { expect } from "chai";
import { status } from "@grpc/grpc-js";
import { AdminServiceService as admin } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import type { AuditEntry, ListAuditEntriesRequest } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { AlertServiceService, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { OperatorServiceService } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { UserServiceClient, UserServiceService as users } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { problemsOf, refusalOf } from "../../test/support/refusal-of.ts";
import { bearer, startTestServer, type SignedUp, type TestServer } from "../../test/support/test-server.ts";

describe("AdminService", () => {
  let server: TestServer;
  let operator: SignedUp;
  let bob: SignedUp;
  beforeEach(async () => {
    server = await startTestServer();
    operator = await server.signUp("ann@example.com");
    const { code } = await server.ask(OperatorServiceService.createSetupCode, {}, { role: "operator" });
    await server.ask(users.claimOperator, { code }, operator);
    bob = await server.signUp("bob@example.com");
  });
  afterEach(() => server.close());

  const everybody = { pageSize: 0, pageToken: "", emailPart: "", isAddressRefused: false };
  const audit = async (changes: Partial<ListAuditEntriesRequest> = {}): Promise<readonly AuditEntry[]> => {
    const all = { pageSize: 1_000, pageToken: "", userId: "", action: "", last: undefined };
    return (await server.ask(admin.listAuditEntries, { ...all, ...changes }, operator)).entries;
  };

  it("is for operators alone, in the first person as well", async () => {
    const refused = await refusalOf(server.ask(admin.listUsers, everybody, bob));
    expect([refused.code, refused.reason]).to.deep.equal(["PERMISSION_DENIED", "OPERATOR_REQUIRED"]);
    const { users: found } = await server.ask(admin.listUsers, everybody, operator);
    expect(found.map(({ email, isOperator }) => [email, isOperator])).to.deep.equal([
      ["ann@example.com", true],
      ["bob@example.com", false],
    ]);
    await server.ask(admin.setOperator, { id: bob.userId, isOperator: true }, operator);
    await server.ask(admin.listUsers, everybody, bob); // at once, with the token that bob had
  });

  it("lists only those whose address refuses mail, if asked to; no page of one listing goes on in the other", async () => {
    expect((await server.ask(admin.listUsers, { ...everybody, isAddressRefused: true }, operator)).users).to.be.empty;
    const { nextPageToken: pageToken } = await server.ask(admin.listUsers, { ...everybody, pageSize: 1 }, operator);
    const mixed = { ...everybody, isAddressRefused: true, pageToken };
    expect(await problemsOf(server.ask(admin.listUsers, mixed, operator))).to.deep.equal(["page_token PAGE_TOKEN"]);
  });

  it("shuts a suspended user out at once, open watches included, and no operator by that same operator", async () => {
    const client = await server.connect(UserServiceClient, "cli");
    const watch = client.makeServerStreamRequest(
      AlertServiceService.watchTriggers.path,
      () => Buffer.alloc(0),
      (bytes: Buffer) => bytes,
      {},
      bearer(bob.token),
    );
    const isOpen = new Promise((resolve) => watch.once("metadata", resolve));
    const ended = new Promise<number>((resolve) => watch.once("status", ({ code }: { code: number }) => resolve(code)));
    watch.on("error", () => undefined).resume();
    await isOpen;
    await server.ask(admin.suspendUser, { id: bob.userId, note: "asked for it" }, operator);
    expect(await ended).to.equal(status.UNAUTHENTICATED);
    expect((await refusalOf(server.ask(users.getCurrentUser, {}, bob))).reason).to.equal("SESSION_ENDED");
    const { email, password } = bob;
    expect((await refusalOf(server.ask(users.logIn, { email, password }))).reason).to.equal("USER_SUSPENDED");
    await server.ask(admin.resumeUser, { id: bob.userId }, operator);
    await server.ask(users.logIn, { email, password });
    const self = await refusalOf(server.ask(admin.suspendUser, { id: operator.userId, note: "" }, operator));
    expect([self.code, self.reason]).to.deep.equal(["FAILED_PRECONDITION", "STATE_CONFLICT"]);
    expect(self.message).to.equal("you cannot suspend yourself");
  });

  it("makes a password count no more; the mailed code brings another", async () => {
    await server.ask(admin.forcePasswordReset, { id: bob.userId }, operator);
    const { email, password } = bob;
    expect((await refusalOf(server.ask(users.logIn, { email, password }))).reason).to.equal("LOGIN_FAILED");
    const newPassword = "some other words";
    await server.ask(users.resetPassword, { code: server.mailedCode(email), newPassword });
    await server.ask(users.logIn, { email, password: newPassword });
  });

  it("holds a user to a limit of alerts", async () => {
    await server.ask(admin.setAlertLimit, { id: bob.userId, alertLimit: 1 }, operator);
    const alert = CreateAlertRequest.fromPartial({ text: "AAPL above 200" });
    await server.ask(AlertServiceService.createAlert, alert, bob);
    const refused = await refusalOf(server.ask(AlertServiceService.createAlert, alert, bob));
    expect(refused.reason).to.equal("ALERT_LIMIT");
    expect((await server.ask(users.getCurrentUser, {}, bob)).alertLimit).to.equal(1);
  });

  it("names every bad field", async () => {
    const ask = { pageSize: -1, pageToken: "x", emailPart: "a".repeat(255), isAddressRefused: false };
    expect(await problemsOf(server.ask(admin.listUsers, ask, operator))).to.deep.equal([
      "page_token PAGE_TOKEN",
      "page_size FIELD_INVALID",
      "email_part FIELD_INVALID",
    ]);
    const last = { seconds: -1, nanos: 0 };
    const entries = { pageSize: -1, pageToken: "x", userId: "'", action: "drop", last };
    expect(await problemsOf(server.ask(admin.listAuditEntries, entries, operator))).to.deep.equal([
      "user_id FIELD_INVALID",
      "action FIELD_INVALID",
      "last FIELD_INVALID",
      "page_token PAGE_TOKEN",
      "page_size FIELD_INVALID",
    ]);
    for (const alertLimit of [-2, 100_001]) {
      const refused = server.ask(admin.setAlertLimit, { id: bob.userId, alertLimit }, operator);
      expect(await problemsOf(refused)).to.deep.equal(["alert_limit FIELD_INVALID"]);
    }
    const note = "two\nlines";
    expect(await problemsOf(server.ask(admin.suspendUser, { id: bob.userId, note }, operator))).to.deep.equal([
      "note FIELD_INVALID",
    ]);
  });

  it("has in the audit who did what, with masked addresses, before the answer is there", async () => {
    await server.ask(AlertServiceService.createAlert, CreateAlertRequest.fromPartial({ text: "AAPL above 200" }), bob);
    await server.ask(admin.suspendUser, { id: bob.userId, note: "asked for it" }, operator);
    const entries = await audit({ userId: bob.userId });
    const told = entries.map(({ action, actorEmail, object, detail }) => [action, actorEmail, object, detail]);
    expect(told[0]).to.deep.equal(["user_suspend", "a…@example.com", bob.userId, "asked for it"]);
    expect(told[1]?.slice(0, 2)).to.deep.equal(["alert_create", "b…@example.com"]);
    expect(entries[0]).to.include({ peer: "spiffe://tickerbell/cli/local", address: "127.0.0.1", count: 1 });
    expect(JSON.stringify(await audit())).not.to.include("bob@");
  });

  it("has on one line, with every letter to be seen, whatever a refused caller said", async () => {
    const said = "a@\u0000\n\r\u001b[2J\u200b\u202e\u2028\u2029\ufeff.com";
    await refusalOf(server.ask(users.logIn, { email: said, password: "guessed it" }));
    const [entry] = await audit({ action: "log_in_failed" });
    expect(entry?.detail).to.equal(`UserService/LogIn LOGIN_FAILED a…@${"?".repeat(4)}[2J${"?".repeat(5)}.com`);
    const forging = refusalOf(server.ask(admin.suspendUser, { id: bob.userId, note: "spam \u202e" }, operator));
    expect(await forging).to.include({ reason: "FIELD_INVALID" });
    const note = `spam ${"\ud83d\ude00".repeat(90)}`; // 185 units of text
    await server.ask(admin.suspendUser, { id: bob.userId, note }, operator);
    expect((await audit({ action: "user_suspend" }))[0]?.detail).to.equal(note);
  });

  it("has in the audit that a refresh token came back, and nothing of one that did its work", async () => {
    const { session } = await server.ask(users.refreshSession, { refreshToken: bob.refreshToken });
    await server.ask(users.refreshSession, { refreshToken: session?.refreshToken ?? "" });
    expect(await audit({ action: "session_refresh_failed" })).to.deep.equal([]);
    await refusalOf(server.ask(users.refreshSession, { refreshToken: bob.refreshToken }));
    const entries = await audit({ action: "session_refresh_failed" });
    expect(entries.map(({ detail, address }) => [detail, address])).to.deep.equal([
      ["UserService/RefreshSession SESSION_ENDED", "127.0.0.1"],
    ]);
    expect((await audit()).filter(({ detail }) => detail.includes("Refresh"))).to.have.length(1);
  });

  it("tells who needs to be an operator how to become one", async () => {
    expect((await refusalOf(server.ask(admin.listUsers, everybody, bob))).hint).to.equal(
      "An operator can make you one: ./bell operators add EMAIL. The first types the code of `./bell operators code`: ./bell operators claim CODE",
    );
  });

  it("has in the audit what was refused: log-ins, calls without the role, the user or the operator", async () => {
    const { email } = bob;
    for (let time = 0; time < 3; time += 1) await refusalOf(server.ask(users.logIn, { email, password: "guessed it" }));
    await refusalOf(server.ask(admin.listUsers, everybody, bob));
    await refusalOf(server.ask(users.getCurrentUser, {}));
    await refusalOf(server.ask(QuoteServiceService.getQuote, { symbol: "AAPL" }, { role: "notifier" }));
    const told = (await audit()).map(({ action, peer, detail }) => [action, peer.split("/")[3], detail]);
    expect(told).to.deep.include(["log_in_failed", "cli", "UserService/LogIn LOGIN_FAILED b…@example.com"]);
    expect(told).to.deep.include(["call_denied", "cli", "AdminService/ListUsers OPERATOR_REQUIRED"]);
    expect(told).to.deep.include(["call_denied", "cli", "UserService/GetCurrentUser NOT_LOGGED_IN"]);
    expect(told).to.deep.include(["call_denied", "notifier", "QuoteService/GetQuote ROLE_NOT_ALLOWED"]);
  });
});
