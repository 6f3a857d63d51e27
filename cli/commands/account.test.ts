import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { World } from "../testing/world.ts";

const USER = {
  id: "u1",
  email: "ann@example.com",
  createTime: new Date("2026-11-22T14:00:00Z"),
  timeZone: "Europe/Berlin",
  isOperator: false,
  alertLimit: 1_000,
};
const UNTIL = new Date("2026-11-23T14:00:00Z");

describe("bell password, account", () => {
  let world: World;
  afterEach(() => world.close());

  it("asks a person for the old password and twice for the new one", async () => {
    world = await World.open({ GetCurrentUser: () => USER, ChangePassword: () => ({ endedSessionCount: 2 }) });
    world.logIn();
    world.terminal.isInteractive = true;
    world.terminal.hiddenAnswers.push("the old horse", "a staple battery", "a staple battery");
    const { exitCode, output } = await world.bell("password", "change");
    expect([exitCode, output]).to.deep.equal([0, "The password is changed; 2 other log-ins ended.\n"]);
    expect(world.server.requests("ChangePassword")).to.deep.equal([
      { currentPassword: "the old horse", newPassword: "a staple battery" },
    ]);
  });

  it("reads both from files, and does not read two from one input", async () => {
    world = await World.open({ GetCurrentUser: () => USER, ChangePassword: () => ({ endedSessionCount: 0 }) });
    world.logIn();
    const [old, fresh] = [join(world.folder, "old"), join(world.folder, "new")];
    writeFileSync(old, "the old horse\n", { mode: 0o600 });
    writeFileSync(fresh, "a staple battery\n", { mode: 0o600 });
    const refused = await world.bell("password", "change", "--new-password-file", fresh);
    expect(refused.exitCode).to.equal(2);
    expect(refused.errors).to.include("--current-password-file");
    const done = await world.bell("password", "change", "--current-password-file", old, "--new-password-file", fresh);
    expect(done.output).to.equal("The password is changed; no other log-in was open.\n");
    chmodSync(fresh, 0o644);
    const open = await world.bell("password", "change", "--current-password-file", old, "--new-password-file", fresh);
    expect(open.errors).to.include(`--new-password-file: ${fresh} is open to other users`);
  });

  it("names the password that is wrong in the words of the command line", async () => {
    world = await World.open({
      GetCurrentUser: () => USER,
      ChangePassword: () => {
        throw AppError.invalidField("new_password", "PASSWORD_WEAK", "is one of the first that anybody would try");
      },
    });
    world.logIn();
    world.terminal.isInteractive = true;
    world.terminal.hiddenAnswers.push("the old horse", "a staple battery", "a staple battery");
    const { exitCode, errors } = await world.bell("password", "change");
    expect(exitCode).to.equal(2);
    expect(errors).to.include("password: is one of the first").and.not.include("new_password");
  });

  it("has a code mailed for a password that was forgotten, and brings it with another", async () => {
    world = await World.open({
      RequestPasswordReset: () => ({ expireTime: UNTIL }),
      ResetPassword: () => ({ email: "ann@example.com" }),
    });
    const asked = await world.bell("password", "forgot", "ann@example.com");
    expect(asked.output).to.include("If ann@example.com has an account").and.include("./bell password reset CODE");
    world.terminal.input = "a staple battery\n";
    const { output } = await world.bell("password", "reset", "ABCD-EFGH");
    expect(output).to.include("./bell login ann@example.com");
    expect(world.server.requests("ResetPassword")).to.deep.equal([
      { code: "ABCD-EFGH", newPassword: "a staple battery" },
    ]);
  });

  it("changes the time zone and nothing else", async () => {
    world = await World.open({ UpdateCurrentUser: () => USER });
    world.logIn();
    const { output } = await world.bell("account", "set", "--time-zone", "Europe/Berlin");
    expect(output).to.equal(
      "Mails to ann@example.com tell the time of Europe/Berlin beside the exchange's; quiet hours and digests go by it.\n",
    );
    const [request] = world.server.requests("UpdateCurrentUser") as { updateMask: string[]; user: object }[];
    expect(request?.updateMask).to.deep.equal(["time_zone"]);
    expect(request?.user).to.include({ timeZone: "Europe/Berlin" });
  });

  it("says at the next log-in, and of who is logged in, that the address refuses mail, and what mends it", async () => {
    const refused = { ...USER, isAddressRefused: true };
    const session = { accessToken: "a", refreshToken: "r", accessExpireTime: UNTIL, refreshExpireTime: UNTIL };
    world = await World.open({ LogIn: () => ({ user: refused, session }), GetCurrentUser: () => refused });
    world.terminal.input = "correct horse\n";
    const { output, errors } = await world.bell("login", "ann@example.com");
    expect(output).to.equal("You are logged in as ann@example.com.\n");
    expect(errors).to.include("No mail goes to ann@example.com: it was refused three times in a row.");
    expect(errors).to.include("./bell register ann@example.com");
    world.logIn();
    const shown = await world.bell("whoami");
    expect(shown.output)
      .to.match(/^mail +No mail goes to ann@example\.com/m)
      .and.include("./bell verify CODE");
    expect((await world.bell("mail", "settings")).output).to.include("./bell register ann@example.com");
  });

  it("shows everything that is kept, or writes it to a new file that is its owner's alone", async () => {
    world = await World.open({
      ExportCurrentUser: () => [{ lines: ['{"type":"user"}'] }, { lines: ['{"type":"alert"}'] }],
    });
    world.logIn();
    const all = '{"type":"user"}\n{"type":"alert"}\n';
    expect((await world.bell("account", "export")).output).to.equal(all);
    const file = join(world.folder, "me.jsonl");
    expect((await world.bell("account", "export", file)).output).to.equal(`${file}: 2 lines.\n`);
    expect(readFileSync(file, "utf8")).to.equal(all);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const again = await world.bell("account", "export", file);
    expect(again.exitCode).to.equal(2);
    expect(again.errors).to.include("exists already");
  });

  it("deletes an account that its owner means to delete, and forgets the log-in", async () => {
    world = await World.open({ DeleteCurrentUser: () => ({}) });
    world.logIn();
    world.terminal.input = "the old horse";
    const unsure = await world.bell("account", "delete");
    expect([unsure.exitCode, world.server.seen]).to.deep.equal([2, []]);
    expect(unsure.errors).to.include("--yes");
    expect((await world.bell("account", "delete", "--yes")).exitCode).to.equal(0);
    expect(world.server.requests("DeleteCurrentUser")).to.deep.equal([{ password: "the old horse" }]);
    expect(world.sessionFile.load()).to.equal(null);
  });

  it("logs out everywhere", async () => {
    world = await World.open({ LogOut: () => ({}) });
    world.logIn();
    expect((await world.bell("logout", "--all")).output).to.equal("You are logged out everywhere.\n");
    expect(world.server.requests("LogOut")).to.deep.equal([{ allSessions: true }]);
  });
});

describe("bell sessions, tokens", () => {
  let world: World;
  afterEach(() => world.close());
  const session = (id: string, isCurrent: boolean) => ({
    id,
    createTime: USER.createTime,
    lastUseTime: USER.createTime,
    lastAddress: "192.0.2.7",
    client: "bell/1.0",
    expireTime: UNTIL,
    isCurrent,
  });
  const [HERE, THERE] = ["5b1e8c70-0000-4000-8000-000000000001", "9d2f1a33-0000-4000-8000-000000000002"];

  it("lists log-ins, marks this one, and ends another by the beginning of its id", async () => {
    world = await World.open({
      ListSessions: () => ({ sessions: [session(HERE, true), session(THERE, false)] }),
      RevokeSession: () => ({}),
    });
    world.logIn();
    const { output } = await world.bell("sessions", "list");
    expect(output)
      .to.match(/^5b1e8c70 .* this one$/m)
      .and.to.match(/^9d2f1a33 .*192\.0\.2\.7/m);
    expect((await world.bell("sessions", "revoke", "9d2f")).exitCode).to.equal(0);
    expect(world.server.requests("RevokeSession")).to.deep.equal([{ id: THERE }]);
    expect((await world.bell("sessions", "revoke", "7777")).exitCode).to.equal(3);
  });

  it("shows a new token once, alone on its line, and says where to keep it", async () => {
    const accessToken = { id: HERE, name: "nightly", createTime: USER.createTime, expireTime: UNTIL, lastAddress: "" };
    world = await World.open({ CreateAccessToken: () => ({ accessToken, secret: "bell_secret" }) });
    world.logIn();
    const { output, errors } = await world.bell("tokens", "create", "nightly", "--expires", "2026-12-31");
    expect(output).to.equal("bell_secret\n");
    expect(errors).to.include("BELL_ACCESS_TOKEN_FILE").and.include("2026-11-23 14:00:00 UTC");
    expect(world.server.requests("CreateAccessToken")).to.deep.equal([
      { name: "nightly", expireTime: new Date("2027-01-01T00:00:00Z") },
    ]);
    expect((await world.bell("tokens", "create", "x", "--expires", "soon")).exitCode).to.equal(2);
  });

  it("speaks with the token of a file instead of the log-in, and says so when it counts for nothing", async () => {
    let isRevoked = false;
    world = await World.open({
      GetCurrentUser: () => {
        if (isRevoked) throw new AppError("UNAUTHENTICATED", "SESSION_ENDED", "no");
        return USER;
      },
    });
    world.logIn("token-1");
    const file = join(world.folder, "token");
    writeFileSync(file, "bell_secret\n", { mode: 0o600 });
    world.environment["BELL_ACCESS_TOKEN_FILE"] = file;
    expect((await world.bell("whoami")).exitCode).to.equal(0);
    expect(world.server.seen.at(-1)?.authorization).to.equal("Bearer bell_secret");
    isRevoked = true;
    const { exitCode, errors } = await world.bell("whoami");
    expect(exitCode).to.equal(5);
    expect(errors).to.include(file).and.include("./bell tokens create").and.not.include("bell_secret");
    chmodSync(file, 0o644);
    expect((await world.bell("whoami")).errors).to.include("chmod 600");
  });

  it("tells whoever logs in beside such a token, or is told to, that the token goes on speaking", async () => {
    world = await World.open({
      LogIn: () => ({
        user: USER,
        session: { accessToken: "a", refreshToken: "r", accessExpireTime: UNTIL, refreshExpireTime: UNTIL },
      }),
      LogOut: () => {
        throw new AppError("PERMISSION_DENIED", "SESSION_REQUIRED", "no token does", { hint: "./bell login EMAIL" });
      },
    });
    const file = join(world.folder, "token");
    writeFileSync(file, "bell_secret\n", { mode: 0o600 });
    world.environment["BELL_ACCESS_TOKEN_FILE"] = file;
    world.terminal.input = "correct horse\n";
    const { exitCode, errors } = await world.bell("login", "ann@example.com");
    expect(exitCode).to.equal(0);
    expect(errors).to.include(file).and.include("unset BELL_ACCESS_TOKEN_FILE");
    const refused = await world.bell("logout");
    expect(refused.exitCode).to.equal(4);
    expect(refused.errors).to.include("no token does").and.include("hint: unset BELL_ACCESS_TOKEN_FILE");
  });

  it("lists tokens and revokes one", async () => {
    const token = { id: THERE, name: "nightly", createTime: USER.createTime, expireTime: UNTIL, lastAddress: "" };
    world = await World.open({ ListAccessTokens: () => ({ accessTokens: [token] }), RevokeAccessToken: () => ({}) });
    world.logIn();
    expect((await world.bell("tokens", "list")).output).to.match(/^9d2f1a33 +nightly /m);
    await world.bell("tokens", "revoke", "9d2f1a33");
    expect(world.server.requests("RevokeAccessToken")).to.deep.equal([{ id: THERE }]);
  });
});
