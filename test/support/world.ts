// A machine of its own for an end-to-end test: real processes on free ports, with an empty home in a temporary folder.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { runBell } from "../../cli/run-bell.ts";
import { openSecureClient } from "../../cli/secure-client.ts";
import { MemoryTerminal } from "../../cli/testing/memory-terminal.ts";
import { environmentFor, type Addresses, type ProcessName } from "../../cli/up/plan.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import type { Environment } from "../../runtime/config/read-settings.ts";
import { BELL, BellProcess } from "./bell-process.ts";
import { Inbox } from "./inbox.ts";
import { sharedCertificates } from "./shared-certificates.ts";

const FREE_PORT = "127.0.0.1:0";
/** For everybody who signs up. */
export const PASSWORD = "four unrelated words";

/** What a command said and how it ended. */
export interface BellResult {
  readonly code: number | null;
  readonly output: string;
  readonly complaints: string;
}

export interface BellOptions {
  /** What comes on the standard input. */
  readonly input?: string;
  /** On top of the world's; undefined unsets. */
  readonly settings?: Environment;
}

/** Close it after the tests that share it, also when they failed. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), "tickerbell-world-"));
  readonly dataFolder = join(this.folder, "data");
  readonly inbox = new Inbox(this.dataFolder);
  /** Where the processes listen. */
  readonly known = new Map<ProcessName, Addresses>();
  readonly #settings: Environment;
  readonly #running: BellProcess[] = [];

  private constructor(certsFolder: string, settings: Environment) {
    mkdirSync(join(this.folder, "home"));
    this.#settings = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("BELL_"))),
      HOME: join(this.folder, "home"),
      XDG_CONFIG_HOME: undefined,
      NO_COLOR: "1",
      BELL_CERTS_DIR: certsFolder,
      BELL_DATA_DIR: this.dataFolder,
      BELL_LISTEN: FREE_PORT,
      BELL_SIMULATOR_LISTEN: FREE_PORT,
      BELL_MAILBOX_SMTP_LISTEN: FREE_PORT,
      BELL_MAILBOX_PAGE_LISTEN: FREE_PORT,
      ...settings,
    };
  }

  /** Nothing runs yet; `settings` are everybody's. */
  static async open(settings: Environment = {}): Promise<World> {
    return new World((await sharedCertificates()).folder, settings);
  }

  /** The environment of whatever is started now: it knows where the others listen. */
  get environment(): Environment {
    const server = this.known.get("server")?.["grpc"];
    const simulator = this.known.get("simulator")?.["http"];
    return {
      ...this.#settings,
      ...(server === undefined ? {} : { BELL_SERVER: server }),
      ...(simulator === undefined ? {} : { BELL_SIMULATOR_LISTEN: simulator }),
    };
  }

  /** Starts `./bell NAME` and waits until it serves. One that listened before goes back to its port. */
  async start(name: ProcessName, settings: Environment = {}): Promise<BellProcess> {
    const started = this.launch([name], { ...environmentFor(name, this.#settings, this.known), ...settings });
    this.known.set(name, await started.ready());
    return started;
  }

  /** Starts `./bell WORDS` and does not wait. */
  launch(words: readonly string[], environment: Environment = this.environment): BellProcess {
    const launched = new BellProcess(words, environment);
    this.#running.push(launched);
    return launched;
  }

  /** Runs `./bell WORDS` to its end. */
  async bell(words: readonly string[], { input = "", settings = {} }: BellOptions = {}): Promise<BellResult> {
    const child = spawn(BELL, words, { env: { ...this.environment, ...settings } });
    const ended = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
    child.stdin.on("error", () => undefined); // a command that failed early reads nothing
    child.stdin.end(input);
    const [output, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, output, complaints };
  }

  /** The same without a process, which is quicker; not for commands that run until they are stopped. */
  async type(words: readonly string[], { input = "", settings = {} }: BellOptions = {}): Promise<BellResult> {
    const terminal = new MemoryTerminal();
    terminal.input = input;
    const code = await runBell(words, {
      environment: { ...this.environment, ...settings },
      terminal,
      clock: systemClock,
      timeZone: "UTC",
      newId: randomUUID,
      interruption: () => new AbortController().signal,
      openClient: openSecureClient,
    });
    return { code, output: terminal.output, complaints: terminal.errors };
  }

  /** The same for a command that has to work: what it printed. */
  async does(words: readonly string[], options: BellOptions = {}): Promise<string> {
    const { code, output, complaints } = await this.type(words, options);
    if (code === 0) return output;
    throw new Error(`./bell ${words.join(" ")} ended with ${String(code)}: ${complaints}`);
  }

  /** An account, verified and logged in: the way a person gets one. */
  async signUp(email: string): Promise<void> {
    await this.does(["register", email], { input: `${PASSWORD}\n` });
    await this.does(["verify", await this.inbox.code(email)]);
  }

  /** Ends the processes, the last started first; the folder goes. */
  async close(): Promise<void> {
    for (const running of this.#running.toReversed()) await running.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
