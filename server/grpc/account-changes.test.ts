import type { ServiceError } from "@grpc/grpc-js";
import { expect } from "chai";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { AccessTokenServiceService as Tokens } from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AlertServiceService as Alerts, CreateAlertRequest } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { OperatorServiceService as Operators } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { User, UserServiceClient, UserServiceService as Users } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { DAY_MS } from "../../domain/time.ts";
import { problemsOf, refusalOf } from "../../test/support/refusal-of.ts";
import { bearer, startTestServer, type SignedUp, type TestServer } from "../../test/support/test-server.ts";

const NEXT = "five unrelated words";

describe("UserService, of an account that changes", () => {
  let server: TestServer;
  let ann: SignedUp;
  before(async () => {
    server = await startTestServer();
  });
  beforeEach(async () => {
    ann = await server.signUp();
  });
  after(() => server.close());

  const as = (person: SignedUp) => ({ token: person.token });
  const current = (token = ann.token) => server.ask(Users.getCurrentUser, {}, { token });
  const logIn = (password: string) => server.ask(Users.logIn, { email: ann.email, password });
  const lastMail = () => {
    const sql = "SELECT account_mail FROM notifications WHERE lower(to_address) = ? ORDER BY row DESC LIMIT 1";
    return (server.query(sql, ann.email) as { account_mail: string }[])[0]?.account_mail;
  };
  const newToken = async () => {
    const expireTime = new Date(Date.now() + DAY_MS);
    const made = await server.ask(Tokens.createAccessToken, { name: "script", expireTime }, as(ann));
    return made.secret;
  };

  describe("its zone", () => {
    const update = (user: Partial<User> | undefined, updateMask: string[] | undefined) =>
      server.ask(Users.updateCurrentUser, { user: user && User.fromPartial(user), updateMask }, as(ann));

    it("is UTC until another is set", async () => {
      expect(await current()).to.include({ timeZone: "UTC", isOperator: false, alertLimit: 1_000 });
      expect((await update({ timeZone: "europe/berlin" }, ["time_zone"])).timeZone).to.equal("Europe/Berlin");
      expect((await current()).timeZone).to.equal("Europe/Berlin");
      expect((await update({ timeZone: "" }, ["time_zone"])).timeZone).to.equal("UTC");
    });

    it("is asked for at the registration", async () => {
      const wish = { email: "zone@example.com", password: NEXT };
      expect(await problemsOf(server.ask(Users.registerUser, { ...wish, timeZone: "Europe/Berln" }))).to.deep.equal([
        "time_zone TIME_ZONE",
      ]);
      await server.ask(Users.registerUser, { ...wish, timeZone: "Europe/Berlin" });
      const { user } = await server.ask(Users.verifyUser, { code: server.mailedCode("zone@example.com") });
      expect(user?.timeZone).to.equal("Europe/Berlin");
    });

    it("is refused when there is no such one, or another field is named, or none", async () => {
      const zone = update({ timeZone: "Mars/Olympus" }, ["time_zone"]);
      expect(await problemsOf(zone)).to.deep.equal(["user.time_zone TIME_ZONE"]);
      for (const mask of [["email"], ["time_zone", "is_operator"], [], undefined]) {
        expect(await problemsOf(update({ isOperator: true }, mask))).to.deep.equal(["update_mask UPDATE_MASK"]);
      }
      expect(await current()).to.include({ timeZone: "UTC", isOperator: false });
    });
  });

  describe("its password", () => {
    it("is changed by who knows it; other sessions end, this one and access tokens go on", async () => {
      const [secret, other] = [await newToken(), await logIn(ann.password)];
      const change = { currentPassword: ann.password, newPassword: NEXT };
      expect(await server.ask(Users.changePassword, change, as(ann))).to.deep.equal({ endedSessionCount: 1 });
      expect((await refusalOf(current(other.session?.accessToken))).reason).to.equal("SESSION_ENDED");
      await current();
      await current(secret);
      expect((await refusalOf(logIn(ann.password))).reason).to.equal("LOGIN_FAILED");
      await logIn(NEXT);
      expect(lastMail()).to.equal("PASSWORD_CHANGED");
    });

    it("is not changed by who does not know it, by an access token, or to a weak one", async () => {
      const wrong = { currentPassword: NEXT, newPassword: NEXT };
      expect(await refusalOf(server.ask(Users.changePassword, wrong, as(ann)))).to.include({
        code: "PERMISSION_DENIED",
        reason: "PASSWORD_WRONG",
      });
      const right = { currentPassword: ann.password, newPassword: NEXT };
      const byToken = server.ask(Users.changePassword, right, { token: await newToken() });
      expect((await refusalOf(byToken)).reason).to.equal("SESSION_REQUIRED");
      const weak = server.ask(Users.changePassword, { ...right, newPassword: "password" }, as(ann));
      expect(await problemsOf(weak)).to.deep.equal(["new_password PASSWORD_WEAK"]);
      await logIn(ann.password);
    });

    it("is replaced by who reads the address's mail; every session and access token ends", async () => {
      const secret = await newToken();
      const { expireTime } = await server.ask(Users.requestPasswordReset, { email: ann.email.toUpperCase() });
      expect(expireTime!.getTime() - Date.now()).to.be.within(DAY_MS - 60_000, DAY_MS);
      const code = server.mailedCode(ann.email);
      expect(await server.ask(Users.resetPassword, { code, newPassword: NEXT })).to.deep.equal({ email: ann.email });
      for (const token of [ann.token, secret])
        expect((await refusalOf(current(token))).code).to.equal("UNAUTHENTICATED");
      await logIn(NEXT);
      expect(lastMail()).to.equal("PASSWORD_CHANGED");
      const again = server.ask(Users.resetPassword, { code, newPassword: ann.password });
      expect(await problemsOf(again)).to.deep.equal(["code CODE_WRONG"]);
    });

    it("is asked for with the same answer for an address that is nobody's", async () => {
      const ask = (email: string) => server.ask(Users.requestPasswordReset, { email });
      const [known, unknown] = [await ask(ann.email), await ask("nobody@example.com")];
      expect(Object.keys(unknown)).to.deep.equal(Object.keys(known));
      expect(server.query("SELECT 1 FROM notifications WHERE to_address = 'nobody@example.com'")).to.deep.equal([]);
      expect(await problemsOf(ask("no address"))).to.deep.equal(["email EMAIL_FORMAT"]);
    });
  });

  describe("its end", () => {
    const remove = (password: string, token = ann.token) =>
      server.ask(Users.deleteCurrentUser, { password }, { token });

    it("comes with the password: nothing is left in any table but the mail that says so", async () => {
      const wish = CreateAlertRequest.fromPartial({ text: "AAPL above 200" });
      await server.ask(Alerts.createAlert, wish, as(ann));
      await newToken();
      await server.ask(Users.requestPasswordReset, { email: ann.email });
      expect((await refusalOf(remove(NEXT))).reason).to.equal("PASSWORD_WRONG");
      expect((await refusalOf(remove(ann.password, await newToken()))).reason).to.equal("SESSION_REQUIRED");
      await remove(ann.password);
      expect((await refusalOf(current())).code).to.equal("UNAUTHENTICATED");
      expect((await refusalOf(logIn(ann.password))).reason).to.equal("LOGIN_FAILED");
      expect(lastMail()).to.equal("DELETED");
      const tables = server.query("SELECT name FROM sqlite_schema WHERE type = 'table'") as { name: string }[];
      for (const { name } of tables.filter(({ name }) => name !== "audit")) {
        const rows = server.query(`SELECT * FROM ${name}`).filter((row) => {
          const text = JSON.stringify(row);
          return text.includes(ann.userId) || (text.includes(ann.email) && !text.includes('"DELETED"'));
        });
        expect(rows, name).to.deep.equal([]);
      }
    });
  });

  it("tells everything that is kept of its user", async () => {
    await server.ask(Alerts.createAlert, CreateAlertRequest.fromPartial({ text: "AAPL above 200" }), as(ann));
    const client = await server.connect(UserServiceClient, "cli");
    const lines: string[] = [];
    for await (const some of client.exportCurrentUser({}, bearer(ann.token))) {
      lines.push(...(some as { lines: string[] }).lines);
    }
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    expect(new Set(types)).to.deep.equal(new Set(["account", "session", "known_address", "alert", "alert_change"]));
    expect(lines.join()).to.include(ann.email).and.not.include("argon2");
    for (const line of lines) expect(line).not.to.include("\n");
    const byToken = client.exportCurrentUser({}, bearer(await newToken()));
    const failure = await new Promise<ServiceError>((resolve) =>
      byToken.on("error", resolve).on("data", () => undefined),
    );
    expect(errorFromStatus(failure).reason).to.equal("SESSION_REQUIRED");
  });

  describe("its rights", () => {
    const claim = (code: string, token = ann.token) => server.ask(Users.claimOperator, { code }, { token });
    const setupCode = () => server.ask(Operators.createSetupCode, {}, { role: "operator" });

    it("grow by a setup code, once, as it is typed", async () => {
      const { code, expireTime } = await setupCode();
      expect(code).to.match(/^[0-9A-HJKMNP-TV-Z]{26}$/);
      expect(expireTime!.getTime() - Date.now()).to.be.within(DAY_MS - 60_000, DAY_MS);
      expect((await claim(code.toLowerCase().replace(/(.{5})/g, "$1-"))).isOperator).to.equal(true);
      expect((await current()).isOperator).to.equal(true);
      expect(await problemsOf(claim(code))).to.deep.equal(["code CODE_WRONG"]);
      const end = server.ask(Users.deleteCurrentUser, { password: ann.password }, as(ann));
      expect(await refusalOf(end), "the last operator").to.include({
        code: "FAILED_PRECONDITION",
        reason: "STATE_CONFLICT",
      });
    });

    it("do not grow by the code before, by a wrong one, or by one's own asking", async () => {
      const { code } = await setupCode();
      expect(JSON.stringify(server.query("SELECT * FROM setup_codes"))).not.to.include(code);
      await setupCode();
      for (const wrong of [code, "", "0".repeat(26)]) {
        expect(await problemsOf(claim(wrong))).to.deep.equal(["code CODE_WRONG"]);
      }
      const own = server.ask(Operators.createSetupCode, {}, as(ann));
      expect((await refusalOf(own)).reason).to.equal("ROLE_NOT_ALLOWED");
    });
  });

  it("has written no defect into the log", () => {
    expect(server.log.filter((line) => line.includes("defect"))).to.deep.equal([]);
  });
});
