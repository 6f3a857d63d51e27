import { chmodSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { sampleAlert } from "../testing/samples.ts";
import { World } from "../testing/world.ts";

const USER = {
  id: "u1",
  email: "ann@example.com",
  createTime: new Date("2026-11-22T14:00:00Z"),
  timeZone: "Europe/Berlin",
  isOperator: false,
  alertLimit: 1_000,
};

function session(accessToken: string, refreshToken: string) {
  const later = (ms: number): Date => new Date(Date.now() + ms);
  return { accessToken, accessExpireTime: later(900_000), refreshToken, refreshExpireTime: later(9e8) };
}

function refuse(reason: "SESSION_ENDED" | "NOT_LOGGED_IN" | "LOGIN_FAILED"): never {
  throw new AppError("UNAUTHENTICATED", reason, "no");
}

describe("bell register, verify, login, logout, whoami", () => {
  let world: World;
  afterEach(() => world.close());

  it("registers with a password from the input, without its line break", async () => {
    world = await World.open({ RegisterUser: () => ({ email: "ann@example.com", expireTime: new Date(0) }) });
    world.terminal.input = "correct horse\n";
    const { exitCode, output } = await world.bell("register", "Ann@Example.com");
    expect(exitCode).to.equal(0);
    expect(output).to.include("ann@example.com").and.include("./bell verify CODE");
    expect(world.server.requests("RegisterUser")).to.deep.equal([
      { email: "Ann@Example.com", password: "correct horse", timeZone: "Europe/Berlin" },
    ]);
  });

  it("asks a person twice and refuses two that differ", async () => {
    world = await World.open();
    world.terminal.isInteractive = true;
    world.terminal.hiddenAnswers.push("correct horse", "correct hearse");
    const { exitCode, errors } = await world.bell("register", "ann@example.com");
    expect(exitCode).to.equal(2);
    expect(errors).to.include("not the same");
    expect(world.server.seen).to.deep.equal([]);
  });

  for (const [what, email, typed, questions, words] of [
    ["an address that is none before it asks for anything", "ann@home", [], 0, "name@example.com"],
    ["a password that is too short before it asks again", "ann@example.com", ["short"], 1, "8 to 128 characters"],
    ["the address as password", "ann@Example.com", ["ann@example.com"], 1, "must not be the address"],
  ] as const) {
    it(`tells a person ${what}`, async () => {
      world = await World.open();
      world.terminal.isInteractive = true;
      world.terminal.hiddenAnswers.push(...typed);
      const { exitCode, errors } = await world.bell("register", email);
      expect(exitCode).to.equal(2);
      expect(errors).to.include(words);
      expect(world.terminal.questions).to.have.length(questions);
      expect(world.server.seen).to.deep.equal([]);
    });
  }

  it("leaves a password from the input to the server, which tells all mistakes at once", async () => {
    world = await World.open({ RegisterUser: () => ({ email: "?", expireTime: new Date(0) }) });
    world.terminal.input = "short";
    await world.bell("register", "ann@home");
    expect(world.server.requests("RegisterUser")).to.have.length(1);
  });

  it("reads a password file and names one that is missing", async () => {
    world = await World.open({ LogIn: () => ({ user: USER, session: session("a", "r") }) });
    const file = join(world.folder, "password");
    writeFileSync(file, "correct horse\r\n", { mode: 0o600 });
    await world.bell("login", "ann@example.com", "--password-file", file);
    expect(world.server.requests("LogIn")).to.deep.equal([{ email: "ann@example.com", password: "correct horse" }]);
    const missing = await world.bell("login", "ann@example.com", "--password-file", `${file}s`);
    expect(missing.exitCode).to.equal(2);
    expect(missing.errors).to.include(`${file}s does not exist`);
  });

  it("refuses a password file that others may read, with the command that mends it", async () => {
    world = await World.open();
    const file = join(world.folder, "password");
    writeFileSync(file, "correct horse\n");
    chmodSync(file, 0o640);
    const { exitCode, errors } = await world.bell("login", "ann@example.com", "--password-file", file);
    expect(exitCode).to.equal(2);
    expect(errors).to.include(`--password-file: ${file} is open to other users (mode 0640)`);
    expect(errors).to.include(`chmod 600 ${file}`);
    expect(world.server.seen).to.deep.equal([]);
  });

  it("takes no password as a word of the command line", async () => {
    world = await World.open();
    expect((await world.bell("login", "ann@example.com", "secret")).exitCode).to.equal(2);
    expect((await world.bell("login", "ann@example.com", "--password", "secret")).exitCode).to.equal(2);
  });

  it("keeps the session of a verified address for its owner alone, and uses it", async () => {
    world = await World.open({
      VerifyUser: () => ({ user: USER, session: session("token-9", "r") }),
      GetCurrentUser: () => USER,
    });
    expect((await world.bell("verify", "ABCD-EFGH")).output).to.include("logged in as ann@example.com");
    expect(statSync(world.sessionFile.path).mode & 0o777).to.equal(0o600);
    expect((await world.bell("whoami")).output).to.include("ann@example.com");
    expect(world.server.seen.at(-1)?.authorization).to.equal("Bearer token-9");
  });

  it("tells a wrong password with exit code 5 and keeps nothing", async () => {
    world = await World.open({ LogIn: () => refuse("LOGIN_FAILED") });
    world.terminal.input = "wrong horse";
    expect((await world.bell("login", "ann@example.com")).exitCode).to.equal(5);
    expect(world.sessionFile.load()).to.equal(null);
  });

  it("refreshes a token that is over before it is used", async () => {
    world = await World.open({
      RefreshSession: () => ({ session: session("token-2", "refresh-2") }),
      GetCurrentUser: () => USER,
    });
    world.logIn("token-1", 5_000);
    expect((await world.bell("whoami")).exitCode).to.equal(0);
    expect(world.server.requests("RefreshSession")).to.deep.equal([{ refreshToken: "refresh-1" }]);
    expect(world.server.seen.at(-1)?.authorization).to.equal("Bearer token-2");
    expect(world.sessionFile.load()).to.include({ refreshToken: "refresh-2" });
  });

  it("burns a refresh token once when two commands find it over at the same time", async () => {
    world = await World.open({
      RefreshSession: () => ({ session: session("token-2", "refresh-2") }),
      GetCurrentUser: () => USER,
      GetAlert: () => sampleAlert(),
    });
    world.logIn("token-1", 0);
    const both = await Promise.all([world.bell("whoami"), world.bell("alerts", "get", sampleAlert().id)]);
    expect(both.map(({ exitCode }) => exitCode)).to.deep.equal([0, 0]);
    expect(world.server.requests("RefreshSession")).to.have.length(1);
  });

  it("renews a token that the server refuses, once", async () => {
    world = await World.open({
      RefreshSession: () => ({ session: session("token-2", "refresh-2") }),
      GetCurrentUser: (_request, { authorization }) =>
        authorization === "Bearer token-2" ? USER : refuse("NOT_LOGGED_IN"),
    });
    world.logIn();
    expect((await world.bell("whoami")).exitCode).to.equal(0);
  });

  it("forgets a session that has ended and says how to log in again", async () => {
    world = await World.open({ RefreshSession: () => refuse("SESSION_ENDED") });
    world.logIn("token-1", 0);
    const { exitCode, errors } = await world.bell("whoami");
    expect(exitCode).to.equal(5);
    expect(errors).to.include("./bell login ann@example.com");
    expect(world.sessionFile.load()).to.equal(null);
  });

  it("logs out here even when the session has ended at the server", async () => {
    world = await World.open({ LogOut: () => refuse("SESSION_ENDED"), RefreshSession: () => refuse("SESSION_ENDED") });
    world.logIn();
    expect((await world.bell("logout")).exitCode).to.equal(0);
    expect(world.sessionFile.load()).to.equal(null);
  });

  it("sends no token to another server than the one that gave it", async () => {
    world = await World.open({ GetCurrentUser: () => USER });
    world.logIn();
    world.environment["BELL_SERVER"] = world.server.address.replace("127.0.0.1", "localhost");
    const { exitCode, errors } = await world.bell("whoami");
    expect(exitCode).to.equal(5);
    expect(errors).to.include(world.server.address);
    expect(world.server.seen).to.deep.equal([]);
  });
});
