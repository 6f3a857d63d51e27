// The promise: README.md works. Every command in it is typed, in order, by somebody with an empty home and free ports.
import { expect } from "chai";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../runtime/clock/clock.ts";
import { createLog } from "../runtime/log/log.ts";
import { planNamed } from "../simulator/alpha-vantage/plan.ts";
import { startSimulator, type Simulator } from "../simulator/alpha-vantage/start-simulator.ts";
import { eventually } from "./support/eventually.ts";
import { freePorts } from "./support/free-ports.ts";
import { Inbox } from "./support/inbox.ts";
import { Newcomer, type RunningCommand } from "./support/newcomer.ts";
import { readmeCommands } from "./support/readme-commands.ts";

const EMAIL = "you@example.com";
const SYMBOLS = "AAPL MSFT GOOGL AMZN NVDA META TSLA JPM V IBM".split(" ");
const commands = readmeCommands();

/** What README lets its reader expect of a command; the first that begins so counts. */
const EXPECTED: readonly (readonly [beginning: string, said: RegExp])[] = [
  ["./bell register", /A code is on its way to you@example\.com/],
  ["./bell verify", /logged in as you@example\.com/],
  ["./bell quotes list", /AAPL +\d+\.\d+ .*SIMULATED/],
  ["./bell alerts create AAPL", /AAPL at or above 200\.00 USD, once[^]*state +ARMED/],
  ["./bell alerts create MSFT", /MSFT at or below 380\.50 USD, once/],
  ["./bell alerts create TSLA", /TSLA crosses 250\.00 USD [^]*band +1 %[^]*note +look at the chart/],
  ["./bell alerts list", /AAPL[^]*TRIGGERED|TRIGGERED[^]*AAPL/],
  ["./bell alerts get", /TSLA crosses 250\.00 USD/],
  ["./bell alerts update", /TSLA at or above 210\.00 USD/],
  ["./bell alerts pause", /state +PAUSED/],
  ["./bell alerts resume", /state +(ARMED|DISARMED)/],
  ["./bell alerts delete", /deleted/],
  ["./bell simulator set", /AAPL stands at 201.* \(SIMULATED\)/],
  ["./bell whoami", /you@example\.com/],
  ["./bell quotes get", /AAPL/],
  ["./bell quotes candles", /START +OPEN/],
  ["./bell --json alerts list", /^\{[^]*"sentence": "MSFT at or below/],
  ["./bell call", /^\{[^]*"symbol": "AAPL"/],
  ["./bell sessions list", /this one/],
  ["./bell tokens create", /^bell_\S{43}\n/],
  ["./bell tokens list", /nightly report/],
  ["./bell operators code", /^[0-9A-Z]{26}\n/],
  ["./bell logout", /You are logged out/],
  ["make demo", /demo: 1 e-mail, \d+\.\d\d s from price to inbox\n$/],
  ["make certs", /operator +kept/],
];

describe("README.md", () => {
  let person: Newcomer;
  let inbox: Inbox;
  let market: Simulator | undefined;
  let up: RunningCommand | undefined;
  let alertId = "";

  before(async () => {
    const [server, simulator, smtp, page] = (await freePorts(4)).map((port) => `127.0.0.1:${port}`);
    person = new Newcomer();
    const dataFolder = join(person.folder, "data");
    person.set({
      BELL_LISTEN: server,
      BELL_SERVER: server,
      BELL_SIMULATOR_LISTEN: simulator,
      BELL_MAILBOX_SMTP_LISTEN: smtp,
      BELL_MAILBOX_PAGE_LISTEN: page,
      BELL_CERTS_DIR: join(person.folder, "certs"),
      BELL_DATA_DIR: dataFolder,
      BELL_SESSION_FILE: join(person.folder, "session.json"),
    });
    inbox = new Inbox(dataFolder);
  });
  after(async () => {
    await person.close();
    await market?.close();
  });

  it("names more commands than fit on a card", () => {
    expect(commands.length).to.be.above(15);
  });

  for (const command of commands) {
    it(`works: ${command}`, async () => {
      if (/\bmake up\b/.test(command)) await start(command);
      else await type(command);
    });
  }

  it("ends make up with 0 when the processes are asked to end", async () => {
    const bell = person.processes().find(({ words }) => words.at(-1) === "up" && /node$/.test(words[0] ?? ""));
    if (bell === undefined) throw new Error("bell up does not run");
    process.kill(bell.pid, "SIGTERM");
    expect(await up!.end()).to.equal(0);
    expectEverythingEnded();
  });

  /** `make up`, in a terminal of its own. Whoever starts it again has ended it before: the ports are the same. */
  async function start(command: string): Promise<void> {
    const isReal = command.includes("BELL_ALPHA_VANTAGE_API_KEY_FILE");
    await stop();
    up = person.start(command, isReal ? { BELL_ALPHA_VANTAGE_URL: await startMarket() } : {});
    expect(await up.line(/^Tickerbell is up\./)).to.include(
      isReal ? `Prices are what ${market!.url}` : "Prices are SIMULATED",
    );
    expect(up.said()).to.include("./bell register you@example.com");
    await eventually("a first price", async () => (await person.type("./bell quotes get AAPL")).code === 0);
  }

  /** Ctrl-C */
  async function stop(): Promise<void> {
    if (up === undefined) return;
    await up.interrupt();
    expectEverythingEnded();
  }

  function expectEverythingEnded(): void {
    expect(up?.said()).to.match(/server stopped\n[^]*Everything has ended\.\n$/);
    expect(person.processes()).to.deep.equal([]);
  }

  /** In place of the real service. */
  async function startMarket(): Promise<string> {
    const config = { host: "127.0.0.1", port: 0, seed: 1, symbols: SYMBOLS, defaultPlan: planNamed("unlimited") };
    market = await startSimulator(config, { clock: systemClock, log: createLog("simulator", "silent") });
    return market.url;
  }

  async function type(command: string): Promise<void> {
    const typed = command.replace(/\bCODE\b/, await codeFor(command)).replace(/\bID\b/, alertId);
    const { code, said } = await person.type(typed, command.includes("register") ? "four unrelated words\n" : "");
    expect(code, said).to.equal(0);
    const expected = EXPECTED.find(([beginning]) => command.startsWith(beginning));
    if (expected !== undefined) expect(said).to.match(expected[1]);
    if (command.startsWith("./bell alerts create")) alertId = /^id +(\S+)/m.exec(said)?.[1] ?? "";
    if (command.startsWith("./bell notifications list")) await expectMail(typed);
    if (command.includes("alpha-vantage.key")) writeKey();
  }

  const codeFor = (command: string): Promise<string> | string => (command.includes("CODE") ? inbox.code(EMAIL) : "");

  /** The person looks again until it is there. */
  async function expectMail(command: string): Promise<void> {
    let said = "";
    const wanted = (): string => `a notification that was sent: ${said}`;
    await eventually(wanted, async () => /AAPL.* SENT\b/.test((said = (await person.type(command)).said)));
    const [mail, ...others] = await inbox.alertMails();
    expect(mail?.subject).to.match(/^AAPL \d+\.\d\d, above 200\.00( \([+-]\d+\.\d\d% today\))? \(simulated\)$/);
    expect(others).to.deep.equal([]);
  }

  /** "then put the key into it with your editor" */
  function writeKey(): void {
    const file = join(person.checkout, "alpha-vantage.key");
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    writeFileSync(file, "ABCDEFGH12345678\n");
  }
});
