import { expect } from "chai";
import { UserServiceService as Service } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { DAY_MS } from "../../domain/time.ts";
import { problemsOf, refusalOf } from "../../test/support/refusal-of.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";

const PASSWORD = "four unrelated words";

describe("UserService", () => {
  let server: TestServer;
  let people = 0;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const newEmail = () => `person-${++people}@example.com`;
  const register = (email: string, password = PASSWORD) =>
    server.ask(Service.registerUser, { email, password, timeZone: "" });
  const verify = (code: string) => server.ask(Service.verifyUser, { code });
  const logIn = (email: string, password = PASSWORD) => server.ask(Service.logIn, { email, password });
  const mailsFor = (email: string) =>
    server.query("SELECT account_mail FROM notifications WHERE to_address = ? ORDER BY row", email);
  const codesFor = (email: string) => server.query("SELECT code FROM notifications WHERE to_address = ?", email).length;

  it("mails a code that makes the user and logs in", async () => {
    const email = newEmail();
    const { expireTime, ...answer } = await register(email);
    expect(answer).to.deep.equal({ email });
    expect(expireTime!.getTime() - Date.now()).to.be.within(DAY_MS - 60_000, DAY_MS);
    expect((await refusalOf(logIn(email))).reason).to.equal("LOGIN_FAILED");
    const { user, session } = await verify(server.mailedCode(email));
    expect(user).to.include({ email });
    expect(await server.ask(Service.getCurrentUser, {}, { token: session!.accessToken })).to.deep.equal(user);
    expect((await logIn(email)).user).to.deep.equal(user);
  });

  it("answers the same for an address that belongs to a user, and mails its owner that it does", async () => {
    const { email } = await server.signUp(newEmail());
    const [known, fresh] = [await register(email), await register(newEmail())];
    expect(Object.keys(known)).to.deep.equal(Object.keys(fresh));
    expect(known.email).to.equal(email);
    expect(Math.abs(known.expireTime!.getTime() - fresh.expireTime!.getTime())).to.be.lessThan(10_000);
    expect(mailsFor(email)).to.deep.equal([{ account_mail: "VERIFICATION" }, { account_mail: "ALREADY_REGISTERED" }]);
  });

  it("answers the same when an address has asked too often", async () => {
    const email = newEmail();
    for (let asked = 0; asked < 5; asked += 1) expect((await register(email)).email).to.equal(email);
    expect(codesFor(email)).to.equal(3);
  });

  it("keeps the address with its domain in lower case", async () => {
    expect((await register("Some.One@EXAMPLE.Com")).email).to.equal("Some.One@example.com");
  });

  it("takes a code once, as it was typed: small, with hyphens and blanks, with look-alikes", async () => {
    const email = newEmail();
    await register(email);
    const code = server.mailedCode(email);
    expect(code).to.match(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    const typed = ` ${code
      .toLowerCase()
      .replaceAll("0", "o")
      .replaceAll("1", "l")
      .replace(/(.{5})/g, "$1-")} `;
    await verify(typed);
    expect(await problemsOf(verify(code))).to.deep.equal(["code CODE_WRONG"]);
  });

  for (const code of ["", "wrong", "0".repeat(26), "\ufffd", "x".repeat(200_000), "a\u0000"]) {
    it(`refuses the code ${JSON.stringify(code.slice(0, 10))}`, async () => {
      expect(await problemsOf(verify(code))).to.deep.equal(["code CODE_WRONG"]);
    });
  }

  for (const email of [
    "",
    "ann",
    "a@b",
    "a@b.co, c@d.co",
    "a@b.co\r\nBcc: x",
    "a\ufffd@b.co",
    "a@b.co\u0000",
    `${"x".repeat(100_000)}@b.co`,
  ]) {
    it(`refuses the address ${JSON.stringify(email.slice(0, 20))}`, async () => {
      expect(await problemsOf(register(email))).to.deep.equal(["email EMAIL_FORMAT"]);
    });
  }

  for (const password of ["", "seven77", "password", "PassWord1", "x".repeat(129), "x".repeat(200_000)]) {
    it(`refuses the password ${JSON.stringify(password.slice(0, 20))}`, async () => {
      expect(await problemsOf(register(newEmail(), password))).to.deep.equal(["password PASSWORD_WEAK"]);
    });
  }

  it("refuses the address itself as the password", async () => {
    const email = newEmail();
    expect(await problemsOf(register(email, email.toUpperCase()))).to.deep.equal(["password PASSWORD_WEAK"]);
  });

  it("gives one answer to a wrong password and to an address that nobody has", async () => {
    const { email } = await server.signUp(newEmail());
    const answers = await Promise.all([
      refusalOf(logIn(email, "a wrong password")),
      refusalOf(logIn(newEmail())),
      refusalOf(logIn("", "")),
      refusalOf(logIn("\ufffd\u0000", "\ufffd")),
      refusalOf(logIn("x".repeat(100_000), "x".repeat(100_000))),
    ]);
    const [first] = answers.map(({ code, reason, message, hint }) => ({ code, reason, message, hint }));
    expect(first).to.include({ code: "UNAUTHENTICATED", reason: "LOGIN_FAILED" });
    for (const { code, reason, message, hint } of answers) expect({ code, reason, message, hint }).to.deep.equal(first);
  });

  it("logs in by the address in any case, and by a password in either Unicode form", async () => {
    const { email } = await server.signUp("CaSe@example.com", "Z\u00fcrich im Regen");
    expect((await logIn(email.toLowerCase(), "Zu\u0308rich im Regen")).user).to.include({ email });
  });

  it("refuses a refresh token that is none", async () => {
    for (const refreshToken of ["", "garbage", "\ufffd", "x".repeat(200_000)]) {
      const refusal = await refusalOf(server.ask(Service.refreshSession, { refreshToken }));
      expect(refusal).to.include({ code: "UNAUTHENTICATED", reason: "SESSION_ENDED" });
    }
  });

  it("keeps no password, code or refresh token in plain", async () => {
    const email = newEmail();
    await register(email);
    const code = server.mailedCode(email);
    const { session } = await verify(code);
    const tables = ["users", "registrations", "sessions"].map((table) =>
      JSON.stringify(server.query(`SELECT * FROM ${table}`)),
    );
    for (const secret of [PASSWORD, code, session!.refreshToken, session!.accessToken])
      expect(tables.join()).not.to.include(secret);
    expect(server.log.join()).not.to.include(code).and.not.to.include(PASSWORD);
  });

  it("has written no defect into the log", () => {
    expect(server.log.filter((line) => line.includes("defect"))).to.deep.equal([]);
  });
});
