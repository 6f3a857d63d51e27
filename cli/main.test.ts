import { X509Certificate } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { expect } from "chai";

const MAIN = join(import.meta.dirname, "main.ts");

describe("bell as a process", () => {
  let folder: string;
  const children: ChildProcess[] = [];
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "bell main "));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => children.splice(0).forEach((child) => child.kill("SIGKILL")));

  const environment = (changes: Record<string, string> = {}): NodeJS.ProcessEnv => ({
    PATH: process.env["PATH"],
    HOME: folder,
    BELL_CERTS_DIR: join(folder, "certs"),
    BELL_DATA_DIR: join(folder, "data"),
    BELL_LISTEN: "127.0.0.1:0",
    BELL_SIMULATOR_LISTEN: "127.0.0.1:0",
    BELL_MAILBOX_SMTP_LISTEN: "127.0.0.1:0",
    BELL_MAILBOX_PAGE_LISTEN: "127.0.0.1:0",
    ...changes,
  });
  const start = (words: readonly string[], changes?: Record<string, string>): ChildProcess => {
    const child = spawn(process.execPath, [MAIN, ...words], {
      env: environment(changes),
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    return child;
  };
  const ended = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once("close", resolve));
  const run = async (words: readonly string[], changes?: Record<string, string>) => {
    const child = start(words, changes);
    const [output, errors, exitCode] = await Promise.all([text(child.stdout!), text(child.stderr!), ended(child)]);
    return { output, errors, exitCode };
  };

  it("names missing certificates before anything starts, and the command that makes them", async () => {
    const { exitCode, output, errors } = await run(["up"]);
    expect(exitCode).to.equal(78);
    expect(output).to.equal("");
    expect(errors).to.include("server.crt is missing").and.include("hint: make certs");
  });

  it("names mistakes in settings and missing certificates in one go, before anything starts", async () => {
    const settings = { BELL_LOG_LEVEL: "loud", BELL_SMTP_USER: "ann" };
    const { exitCode, output, errors } = await run(["up"], settings);
    expect([exitCode, output]).to.deep.equal([78, ""]);
    expect(errors).to.include('bell: BELL_LOG_LEVEL: "loud" is none of debug, info, warn, error, silent\n');
    expect(errors).to.include("bell: BELL_SMTP_PASSWORD_FILE: must be set").and.include("server.crt: is missing");
    expect(errors).to.include("hint: make certs; docs/configuration.md");
  });

  it("makes certificates and tells what it did", async () => {
    const { exitCode, output } = await run(["certs", "--json", "--hosts", "bell.example.com"]);
    expect(exitCode).to.equal(0);
    const { certificates } = JSON.parse(output) as { certificates: { name: string; action: string }[] };
    expect(certificates.map(({ name, action }) => `${name} ${action}`)).to.include("server made");
    expect(existsSync(join(folder, "certs", "cli.key"))).to.equal(true);
    const server = new X509Certificate(readFileSync(join(folder, "certs", "server.crt")));
    expect(server.checkHost("bell.example.com")).to.equal("bell.example.com");
    expect((await run(["certs"])).output).to.match(/The server's certificate holds for .*bell\.example\.com/);
  });

  it("ends quietly when its reader goes away", async () => {
    const child = start(["--help"]);
    child.stdout!.destroy();
    const [errors, exitCode] = await Promise.all([text(child.stderr!), ended(child)]);
    expect([exitCode, errors]).to.deep.equal([0, ""]);
  });

  it("starts everything, says what to type next, and ends with 0 on SIGTERM", async () => {
    const child = start(["up", "--json"]);
    const { ready } = await entryWith<{ ready: Record<string, Record<string, string>> }>(child, "ready");
    expect(Object.keys(ready)).to.deep.equal(["mailbox", "simulator", "server", "notifier", "fetcher"]);
    const moved = await run(["simulator", "set", "aapl", "201.50"], {
      BELL_SIMULATOR_LISTEN: ready["simulator"]?.["http"] ?? "",
    });
    expect(moved).to.deep.include({ exitCode: 0, output: "AAPL stands at 201.50 now (SIMULATED).\n" });
    const unknown = await run(["simulator", "set", "NONE", "1"], {
      BELL_SIMULATOR_LISTEN: ready["simulator"]?.["http"] ?? "",
    });
    expect(unknown.exitCode).to.equal(3);
    const methods = await run(["call"], { BELL_SERVER: ready["server"]?.["grpc"] ?? "" });
    expect(methods.output).to.include("tickerbell.v1.AlertService/CreateAlert");
    child.kill("SIGTERM");
    expect(await ended(child)).to.equal(0);
  });

  it("says which port is taken and gives up with the exit code of a configuration", async () => {
    const taken: Server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as AddressInfo;
    const { exitCode, output, errors } = await run(["up"], { BELL_MAILBOX_PAGE_LISTEN: `127.0.0.1:${port}` });
    await new Promise((resolve) => taken.close(resolve));
    expect(exitCode).to.equal(78);
    expect(output).to.match(new RegExp(`mailbox +bell: .*${port}.* is taken`));
    expect(output).to.include("if another ./bell up runs here").and.include("BELL_MAILBOX_PAGE_LISTEN=127.0.0.1:0");
    expect(errors).to.include("mailbox could not start");
  });

  it("keeps no password and no session where it was not told to", () => {
    expect(existsSync(join(folder, ".config"))).to.equal(false);
    expect(readFileSync(join(folder, "certs", "ca.crt"), "utf8")).to.include("BEGIN CERTIFICATE");
  });
});

/** Resolves with the first JSON line that holds `name`; reads on afterwards, so that the process can end. */
function entryWith<Entry>(child: ChildProcess, name: string): Promise<Entry> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: child.stdout! });
    lines.on("line", (line) => {
      const entry = JSON.parse(line) as object;
      if (name in entry) resolve(entry as Entry);
    });
    lines.on("close", () => reject(new Error(`the process ended before it said ${name}`)));
  });
}
