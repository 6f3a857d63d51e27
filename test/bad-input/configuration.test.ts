// A mistake in the settings: every one is named at once, with no secret, before anything is bound or written.
import { expect } from "chai";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCliConfig } from "../../cli/config.ts";
import { readFetcherConfig } from "../../client/config.ts";
import { AppError } from "../../domain/error.ts";
import { readNotifierConfig } from "../../notifier/config.ts";
import type { Environment } from "../../runtime/config/read-settings.ts";
import { serverConfig } from "../../server/config.ts";
import { mailboxConfig, simulatorConfig } from "../../simulator/config.ts";
import { World } from "../support/world.ts";
import { CONFIGURATION_CASES, type Started } from "./configuration.cases.ts";

const READ: Readonly<Record<Started["process"], (environment: Environment) => unknown>> = {
  server: serverConfig,
  fetcher: readFetcherConfig,
  notifier: readNotifierConfig,
  simulator: simulatorConfig,
  mailbox: mailboxConfig,
  cli: readCliConfig,
};

/** Enough for a fetcher that asks nobody. */
const SOUND = { BELL_ALPHA_VANTAGE_URL: "http://127.0.0.1:1" };

describe("a process with a mistake in its settings", () => {
  let folder: string;
  const places: Record<string, string> = {};
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell settings "));
    const write = (name: string, text: string, mode = 0o600): void => {
      places[name] = join(folder, name);
      writeFileSync(places[name], text);
      chmodSync(places[name], mode);
    };
    write("secret", "CANARY\n");
    write("empty", "\n");
    write("open", "CANARY\n", 0o644);
    write("lines", "CANARY\nCANARY\n");
    write("blank", "CAN ARY CANARY\n");
    places["none"] = join(folder, "none");
    places["folder"] = join(folder, "folder");
    mkdirSync(places["folder"]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const filled = (settings: Environment): Environment =>
    Object.fromEntries(
      Object.entries(settings).map(([name, text]) => [
        name,
        text?.replace(/\{(\w+)\}/g, (_whole, place: string) => places[place] ?? ""),
      ]),
    );

  for (const { name, given, code, reason, fields = [], says = [], hides = [] } of CONFIGURATION_CASES) {
    it(`refuses ${name}`, () => {
      const error = refusalBy(() => READ[given.process]({ ...SOUND, ...filled(given.settings) }));
      expect([error.code, error.reason], error.message).to.deep.equal([code, reason]);
      expect(error.fields.map(({ field }) => field)).to.have.members(fields);
      for (const words of says) expect(error.message).to.include(words);
      for (const words of hides) expect(error.message + error.hint).not.to.include(words);
      expect(error.hint).to.include("docs/configuration.md");
    });
  }

  for (const process of Object.keys(READ) as Started["process"][]) {
    it(`starts where nothing is set but another program's variables and an odd time zone: ${process}`, () => {
      expect(() =>
        READ[process]({ ...SOUND, TZ: "Mars/Phobos", BELLOWS: "1", NODE_TLS_REJECT_UNAUTHORIZED: "1" }),
      ).not.to.throw();
    });
  }

  const starts: readonly (readonly [process: string, settings: Environment, says: readonly string[]])[] = [
    ["server", { BELL_LISTEN: "x", BELL_CLOCK: "sun", BELL_DATA: "x" }, ["BELL_LISTEN", "BELL_CLOCK", "BELL_DATA"]],
    ["fetcher", { BELL_SYMBOLS: "A$", BELL_SCHEDULE: "never" }, ["BELL_SYMBOLS", "BELL_SCHEDULE"]],
    ["notifier", { BELL_SMTP: "ann:CANARY@mail", BELL_MAIL_FROM: "x" }, ["BELL_SMTP", "BELL_MAIL_FROM"]],
    ["simulator", { BELL_SIMULATOR_SEED: "x", BELL_LOG_LEVEL: "x" }, ["BELL_SIMULATOR_SEED", "BELL_LOG_LEVEL"]],
    ["mailbox", { BELL_MAILBOX_SMTP_LISTEN: "x", BELL_MAILBOX_PAGE_LISTEN: "y" }, ["SMTP_LISTEN", "PAGE_LISTEN"]],
    ["up", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }, ["NODE_TLS_REJECT_UNAUTHORIZED"]],
    ["server", { BELL_CERTS_DIR: "/dev/null/certs" }, ["ca.crt", "server.crt", "server.key"]],
  ];
  for (const [process, settings, says] of starts) {
    it(`ends at once with 78, a line for each mistake and nothing written: bell ${process}, ${says.join(", ")}`, async () => {
      const world = await World.open();
      const { code, output, complaints } = await world.bell([process], { settings });
      const lines = complaints.split("\n").filter((line) => line.startsWith("bell: "));
      expect(code, complaints).to.equal(78);
      expect(output).to.equal("");
      for (const words of says)
        expect(
          lines.filter((line) => line.includes(words)),
          words,
        ).to.have.length.of.at.least(1);
      expect(lines.length).to.be.at.least(says.length);
      expect(complaints).not.to.include("CANARY");
      expect(existsSync(world.dataFolder)).to.equal(false);
      expect(readdirSync(world.folder)).to.deep.equal(["home"]);
      await world.close();
    });
  }
});

function refusalBy(read: () => unknown): AppError {
  try {
    read();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("the settings were taken");
}
