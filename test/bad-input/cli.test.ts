// A mistake on the command line: its exit code, the words that name what was typed and how to mend it, and the same as an object.
import { expect } from "chai";
import { spawn } from "node:child_process";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { AppError } from "../../domain/error.ts";
import { World as ScriptedWorld } from "../../cli/testing/world.ts";
import { sampleAlert, samplePage } from "../../cli/testing/samples.ts";
import { BELL } from "../support/bell-process.ts";
import { CALL_CASES } from "./cli-calls.cases.ts";
import { FILE_CASES } from "./cli-files.cases.ts";
import { CLI_CASES } from "./cli.cases.ts";
import { CliWorld } from "./cli-world.ts";
import { storedOfUsers } from "./stored-rows.ts";

/** Whatever was typed: nobody reads more. */
const LONGEST_COMPLAINT = 5_000;

describe("bell, when something bad is typed", () => {
  let cli: CliWorld;
  let rows: Record<string, string[]>;
  before(async () => {
    cli = await CliWorld.open();
    rows = storedOfUsers(cli.unary.server.databaseFile);
  });
  after(() => cli.close());

  for (const { name, given, exitCode, code, reason, says = [], hides = [] } of [
    ...CLI_CASES,
    ...CALL_CASES,
    ...FILE_CASES,
  ]) {
    it(`refuses ${name}`, async () => {
      const told = await cli.type(given);
      expect([told.code, told.output], told.complaints).to.deep.equal([exitCode, ""]);
      expect(told.complaints).to.match(/^bell: /);
      for (const words of says) expect(told.complaints).to.include(words);
      for (const words of hides) expect(told.complaints).not.to.include(words);
      expect(told.complaints.length).to.be.lessThan(LONGEST_COMPLAINT);
      const json = await cli.type(given, true);
      const { error } = JSON.parse(json.complaints) as { error: { code: string; reason: string } };
      expect([json.code, json.output, error.code, error.reason]).to.deep.equal([exitCode, "", code, reason]);
    });
  }

  it("has sent nothing that was stored", () => {
    expect(storedOfUsers(cli.unary.server.databaseFile)).to.deep.equal(rows);
  });

  it("says soon that a server takes connections and stays silent, and which", async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket.on("error", () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const startedAt = performance.now();
    const { code, complaints } = await cli.type({ words: ["quotes", "list", "--server", address] });
    expect(performance.now() - startedAt).to.be.lessThan(30_000);
    expect([code, complaints]).to.deep.equal([
      69,
      `bell: ${address} accepts the connection, but does not answer\n  hint: the server there hangs, or has too much to do: if it stays so, look into its log and start it again; ./bell doctor looks further\n`,
    ]);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it("says where a log-in cannot be kept", async () => {
    const { email, password } = cli.unary.ann;
    const settings = { HOME: "/dev/null/home", XDG_CONFIG_HOME: "" };
    const { code, complaints } = await cli.type({ words: ["login", email], input: password, settings });
    expect(code).to.equal(78);
    expect(complaints).to.include("/dev/null/home/.config/tickerbell/session.json").and.include("BELL_SESSION_FILE");
  });

  it("shows what a server wrote without obeying it, in answers and in errors", async () => {
    const evil = "\u001b]0;owned\u0007\u001b[2J\u202egnol";
    const scripted = await ScriptedWorld.open({
      ListAlerts: () => samplePage([sampleAlert({ sentence: evil, note: evil, tags: [evil] })]),
      GetQuote: () => {
        throw new AppError("NOT_FOUND", "QUOTE_NOT_FOUND", evil, { hint: evil });
      },
    });
    scripted.logIn();
    for (const words of [
      ["alerts", "list"],
      ["alerts", "list", "--json"],
      ["quotes", "get", "A"],
      ["quotes", "get", "A", "--json"],
    ]) {
      const { output, errors } = await scripted.bell(...words);
      expect(output + errors, words.join(" ")).to.include("\\u001b");
      expect(output + errors, words.join(" ")).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    scripted.close();
  });

  describe("as a process", () => {
    const run = async (script: string, settings: NodeJS.ProcessEnv = {}) => {
      const child = spawn("sh", ["-c", script, "sh", BELL], { env: { ...cli.world.environment, ...settings } });
      child.stdin.end();
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
      const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      return { output, errors, code };
    };

    it("refuses an argument whose bytes are no text", async () => {
      const { errors, code } = await run(`"$1" quotes get "$(printf 'A\\377B')"`);
      expect([code, errors]).to.deep.equal([
        2,
        "bell: symbol: \"A\ufffdB\" is not a symbol\n  hint: A symbol has 1 to 32 letters, digits, '-', '.', '/' or ':', such as AAPL, BRK-B or TSCO.LON.\n",
      ]);
    });

    it("ends quietly when nobody reads on, or when there is no output at all", async () => {
      expect((await run(`{ "$1" --help; echo $? >&2; } | true`)).errors).to.equal("0\n");
      expect(await run(`"$1" --help >&-`)).to.deep.equal({ output: "", errors: "", code: 0 });
    });

    it("does its work where the screen has no width, no home and an odd time zone", async () => {
      const settings = { COLUMNS: "0", TERM: "", HOME: "/dev/null/home", TZ: "Mars/Phobos", LANG: "C" };
      expect((await run(`"$1" quotes list`, settings)).code).to.equal(0);
    });
  });
});
