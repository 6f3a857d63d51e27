import { expect } from "chai";
import { once } from "node:events";
import { chmodSync, cpSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import packageFile from "../../package.json" with { type: "json" };
import { AppError } from "../../domain/error.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { freePorts } from "../../test/support/free-ports.ts";
import { sharedCertificates } from "../../test/support/shared-certificates.ts";
import { readCliConfig } from "../config.ts";
import { askServer } from "../doctor/ask-server.ts";
import type { Finding } from "../doctor/finding.ts";
import { sampleStatus, sampleAnswer, fetcher } from "../doctor/testing/sample-answer.ts";
import { openSecureClient } from "../secure-client.ts";
import { World } from "../testing/world.ts";

const VERSION = packageFile.version;
const unheard = () => {
  throw new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", "it says nothing");
};

describe("bell doctor", () => {
  let world: World;
  let status = sampleStatus();
  let token: () => unknown = unheard;
  beforeEach(async () => {
    token = unheard;
    status = sampleStatus({ serverVersion: VERSION, fetchers: [fetcher({ version: VERSION })] });
    world = await World.open({
      GetCurrentUser: () => token(),
      GetStatus: () => ({ ...status, serverTime: new Date() }),
      ListSymbols: () => ({ symbols: sampleAnswer().symbols, symbolLimit: 100 }),
    });
    world.environment["BELL_CERTS_DIR"] = (await sharedCertificates()).folder;
    world.environment["BELL_DATA_DIR"] = join(world.folder, "data");
    world.environment["BELL_LISTEN"] = "127.0.0.1:0";
    world.environment["BELL_SIMULATOR_LISTEN"] = "127.0.0.1:0";
    world.environment["BELL_MAILBOX_SMTP_LISTEN"] = "127.0.0.1:0";
    world.environment["BELL_MAILBOX_PAGE_LISTEN"] = "127.0.0.1:0";
  });
  afterEach(() => world.close());
  const findings = async (...words: string[]): Promise<Finding[]> => {
    const { output, errors } = await world.bell("doctor", "--json", ...words);
    expect(errors).to.equal("");
    return JSON.parse(output) as Finding[];
  };
  const one = (all: readonly Finding[], name: string) => all.find((finding) => finding.name === name);

  it("says that all is well where it is, and ends with 0", async () => {
    world.logIn();
    const { exitCode, output, errors } = await world.bell("doctor");
    expect([exitCode, errors]).to.deep.equal([0, ""]);
    expect(output).to.match(/\n\nAll is well: \d+ checks\.\n$/);
    for (const name of ["settings", "node", "clock", "authority", "certificate cli", "server", "version", "database"]) {
      expect(output).to.match(new RegExp(`^ok {4}${name} `, "m"));
    }
    for (const name of ["fetcher local", "symbols", "notifier", "mail", "log-in"]) {
      expect(output).to.match(new RegExp(`^ok {4}${name} `, "m"));
    }
  });

  it("ends with 0 while something should only be looked at", async () => {
    const { exitCode, output } = await world.bell("doctor"); // nobody is logged in
    expect(exitCode).to.equal(0);
    expect(output).to.include("Everything works; 1 of ");
  });

  it("ends with 1 when something fails, names its mend, and says nothing of ports and files while the server answers", async () => {
    status = sampleStatus({ serverVersion: VERSION, notifiers: [] });
    const all = await findings();
    expect((await world.bell("doctor")).exitCode).to.equal(1);
    expect(one(all, "notifier")).to.include({ state: "fail" });
    expect(one(all, "notifier")?.hint).to.include("./bell notifier");
    expect(all.filter(({ name }) => /^port|data folder|mail server/.test(name))).to.deep.equal([]);
  });

  it("gives programs name, state, message and hint of each check, in the same order", async () => {
    const all = await findings();
    for (const finding of all) expect(finding).to.have.all.keys("name", "state", "message", "hint");
    const { output } = await world.bell("doctor");
    const states = { ok: "ok", warn: "warn", fail: "FAIL" };
    let from = 0;
    for (const { name, state } of all) {
      const at = output.indexOf(`${states[state].padEnd(6)}${name} `, from);
      expect(at, name).to.be.at.least(from);
      from = at;
    }
  });

  it("keeps to 80 columns", async () => {
    world.terminal.columns = 80;
    world.environment["BELL_SERVER"] = "there";
    const { output } = await world.bell("doctor");
    for (const line of output.split("\n")) expect(line.length, line).to.be.at.most(80);
  });

  it("looks at everything else though a setting cannot be read, at another server than was meant never", async () => {
    world.environment["BELL_SERVER"] = "there";
    world.environment["BELL_SERVR"] = "x";
    const all = await findings();
    expect(all.filter(({ name }) => name === "settings").length).to.equal(2);
    expect(one(all, "server")).to.include({ state: "fail", hint: "mend BELL_SERVER" });
    expect(one(all, "certificate cli")).to.include({ state: "ok" });
    expect(one(all, "database")).to.include({ state: "ok" });
    expect(world.server.seen).to.deep.equal([]);
  });

  it("asks the server that --server names, whatever BELL_SERVER says", async () => {
    world.environment["BELL_SERVER"] = "there";
    expect(one(await findings("--server", world.server.address), "server")).to.include({ state: "ok" });
    expect((await world.bell("doctor", "--server", "there")).exitCode).to.equal(2);
  });

  it("looks at the mail server too when it is told to, and at nothing else more", async () => {
    const [port = 0] = await freePorts(1);
    world.environment["BELL_SMTP"] = `127.0.0.1:${port}`;
    const all = await findings("--mail");
    expect(one(all, "mail")).to.include({ state: "ok" });
    expect(one(all, "mail server")).to.include({ state: "fail", message: `nobody listens at 127.0.0.1:${port}` });
    expect(all.filter(({ name }) => /^port|data folder/.test(name))).to.deep.equal([]);
  });

  it("works in a folder without anything, with nowhere to keep anything", async () => {
    world.openClient = openSecureClient;
    const nowhere = join("/dev/null", "x");
    for (const name of ["BELL_SESSION_FILE", "BELL_CERTS_DIR", "BELL_DATA_DIR"]) world.environment[name] = nowhere;
    const all = await findings();
    expect(one(all, "certificates")).to.include({ state: "fail" });
    expect(one(all, "server")?.message).to.include("is there, but cannot be asked without sound certificates");
    expect(one(all, "data folder")).to.include({ state: "fail" });
    expect(one(all, "log-in")).to.include({ state: "warn" });
  });

  it("tells of a check that fails in a way that nobody foresaw, and goes on with the others", async () => {
    const folder = join(world.folder, "certs");
    cpSync((await sharedCertificates()).folder, folder, { recursive: true });
    rmSync(join(folder, "ca.key"));
    symlinkSync("ca.key", join(folder, "ca.key")); // leads to itself
    const all = await findings("--certs", folder);
    expect(one(all, "certificates")).to.include({ state: "fail" });
    expect(one(all, "certificates")?.message).to.include("could not be looked at: ELOOP");
    expect(one(all, "server")).to.include({ state: "ok" });
  });

  it("needs no log-in where an access token is named, and tells a file of one that others may read", async () => {
    const file = join(world.folder, "token");
    writeFileSync(file, "CANARY-token\n", { mode: 0o600 });
    world.environment["BELL_ACCESS_TOKEN_FILE"] = file;
    expect(one(await findings(), "log-in")).to.include({ state: "ok" });
    chmodSync(file, 0o644);
    const all = await findings();
    expect(one(all, "settings")).to.include({ state: "fail", hint: `chmod 600 ${file}` });
    expect(one(all, "server")).to.include({ state: "ok" });
    expect(JSON.stringify(all)).not.to.include("CANARY");
  });

  it("asks whose an access token is, and tells of one that counts for nothing, without showing it", async () => {
    const file = join(world.folder, "token");
    writeFileSync(file, "CANARY-token\n", { mode: 0o600 });
    world.environment["BELL_ACCESS_TOKEN_FILE"] = file;
    token = () => ({ id: "u1", email: "ann@example.com", timeZone: "UTC", isOperator: false, alertLimit: 9 });
    expect(one(await findings(), "log-in")).to.include({
      state: "ok",
      message: `none is needed: the access token in ${file} speaks for ann@example.com`,
    });
    token = () => {
      throw new AppError("UNAUTHENTICATED", "SESSION_ENDED", "no");
    };
    const all = await findings();
    expect(one(all, "log-in")).to.include({ state: "fail" });
    expect(one(all, "log-in")?.message).to.include(`${file} counts for nothing`);
    expect(one(all, "log-in")?.hint).to.include("./bell tokens create");
    expect(JSON.stringify(all)).not.to.include("CANARY");
  });

  it("looks for the mailbox where it listens, as bell up tells the notifier", async () => {
    const [port = 0] = await freePorts(1);
    world.environment["BELL_MAILBOX_SMTP_LISTEN"] = `0.0.0.0:${port}`;
    expect(one(await findings("--mail"), "mail server")).to.include({
      state: "warn",
      message: `nobody listens at localhost:${port}: the mailbox does not run`,
    });
  });

  describe("when everything hangs", () => {
    const sockets: Socket[] = [];
    let mute: Server;
    let address = "";
    before(async () => {
      mute = createServer((socket) => void sockets.push(socket.on("error", () => undefined)));
      await once(mute.listen(0, "127.0.0.1"), "listening");
      address = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
    });
    after(() => {
      for (const socket of sockets) socket.destroy();
      mute.close();
    });

    it("comes to an end all the same, and says what hangs", async () => {
      const names = ["BELL_SERVER", "BELL_LISTEN", "BELL_SIMULATOR_LISTEN", "BELL_SMTP"];
      for (const name of names) world.environment[name] = address;
      world.openClient = openSecureClient;
      const all = await findings();
      expect(one(all, "server")?.message).to.include("does not answer");
      expect(one(all, "mail server")?.message).to.match(/does not answer|cannot be used/);
      const port = `port ${address.split(":")[1] ?? ""}`;
      expect(all.filter(({ name, state }) => name === port && state === "fail").length).to.equal(2);
    });

    it("waits five seconds for a server at most, whatever hangs", async () => {
      const clock = new FakeClock(Date.now());
      const openClient = () => new Promise<never>(() => undefined);
      const { environment, terminal } = world;
      const interruption = () => new AbortController().signal;
      const context = { environment, terminal, clock, openClient, interruption, timeZone: "UTC", newId: () => "" };
      const asked = askServer(context, readCliConfig({ BELL_SERVER: address }));
      clock.advance(5_000);
      expect(await asked).to.deep.equal({ kind: "late", server: address });
    });

    it("ends at Ctrl-C with 130", async () => {
      world.environment["BELL_SERVER"] = address;
      const running = world.bell("doctor");
      world.interruption.abort();
      expect((await running).exitCode).to.equal(130);
    });
  });
});
