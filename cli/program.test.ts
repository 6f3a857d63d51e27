import { expect } from "chai";
import type { Command } from "commander";
import { buildProgram } from "./program.ts";
import { World } from "./testing/world.ts";

describe("bell's command line", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  it("prints its help when nothing is asked, with processes, calls and exit codes", async () => {
    const { exitCode, output } = await world.bell();
    expect(exitCode).to.equal(0);
    expect(output).to.include("Usage: bell").and.include("Exit codes:").and.include("fetcher").and.include("alerts");
  });

  it("prints its version", async () => {
    expect((await world.bell("--version")).output).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it("has an example in the help of each command, and each example can be parsed", async () => {
    for (const path of commandPaths(buildProgram({ ...unusedContext(world) }))) {
      const { exitCode, output } = await world.bell(...path, "--help");
      expect(exitCode, path.join(" ")).to.equal(0);
      for (const line of output.split("\n")) expect(line.length, line).to.be.at.most(80);
      expect(output, path.join(" "))
        .to.include("Examples:")
        .and.include(`./bell ${path.join(" ")}`.trim());
    }
  });

  const mistakes: readonly (readonly [title: string, words: readonly string[], told: string, hint: string])[] = [
    ["a command with a typing mistake", ["alrts"], "Did you mean alerts?", "./bell --help"],
    ["a group without a command", ["alerts"], "create, list, get", "./bell alerts --help"],
    ["an unknown option", ["alerts", "list", "--sybol", "A"], "Did you mean --symbol?", "./bell alerts list --help"],
    ["a missing word", ["alerts", "create", "AAPL"], "condition", "./bell alerts create --help"],
    ["a word too many", ["whoami", "really"], "too many arguments", "./bell whoami --help"],
    [
      "a value that is no choice",
      ["alerts", "create", "A", "above", "1", "--repeat", "often"],
      "once, every",
      "alerts create",
    ],
    ["a server without a port", ["quotes", "list", "--server", "there"], "host:port", "./bell --help"],
    ["a role that nobody has", ["quotes", "list", "--as", "root"], "cli, operator", "./bell --help"],
  ];
  for (const [title, words, told, hint] of mistakes) {
    it(`tells ${title} on one line with a hint, in words and in JSON`, async () => {
      const { exitCode, output, errors } = await world.bell(...words);
      expect(exitCode).to.equal(2);
      expect(output).to.equal("");
      expect(errors).to.match(/^bell: .+\n {2}hint: .+\n$/);
      expect(errors).to.include(told).and.include(hint);
      const json = await world.bell("--json", ...words);
      expect(JSON.parse(json.errors)).to.have.nested.property("error.code", "INVALID_ARGUMENT");
      expect(world.server.seen).to.deep.equal([]);
    });
  }

  it("tells every mistake in the settings, a line each", async () => {
    world.environment["BELL_SERVER"] = "there";
    world.environment["BELL_CERT_DIR"] = "/x";
    const { exitCode, errors } = await world.bell("quotes", "list");
    expect(exitCode).to.equal(78);
    expect(errors)
      .to.include('bell: BELL_SERVER: "there"')
      .and.include("bell: BELL_CERT_DIR: is not a setting; did you mean BELL_CERTS_DIR?");
  });

  it("takes words after -- as words", async () => {
    world.logIn();
    const { errors } = await world.bell("alerts", "create", "--", "AAPL", "above", "--json");
    expect(world.server.requests("CreateAlert")[0]).to.include({ text: "AAPL above --json" });
    expect(errors).to.match(/^bell: /); // told in words: --json was not an option here
  });

  it("carries an argument of 100,000 characters", async () => {
    world.logIn();
    await world.bell("alerts", "create", "AAPL", "above", "1", "--note", "n".repeat(100_000));
    expect(world.server.requests("CreateAlert")[0]).to.have.nested.property("alert.note").with.length(100_000);
  });

  it("tells an error that nobody foresaw with exit code 1", async () => {
    world.openClient = () => {
      throw new TypeError("x is undefined");
    };
    const { exitCode, errors } = await world.bell("quotes", "list");
    expect(exitCode).to.equal(1);
    expect(errors).to.include("x is undefined").and.include("BELL_LOG_LEVEL=debug");
  });
});

function unusedContext(world: World): Parameters<typeof buildProgram>[0] {
  const { environment, terminal, clock, openClient } = world;
  return {
    environment,
    terminal,
    clock,
    openClient,
    timeZone: "UTC",
    newId: () => "",
    interruption: () => new AbortController().signal,
  };
}

function commandPaths(command: Command, path: readonly string[] = []): string[][] {
  return [
    [...path],
    ...command.commands
      .filter((one) => one.name() !== "help")
      .flatMap((one) => commandPaths(one, [...path, one.name()])),
  ];
}
