import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { spawnChild } from "../../cli/up/child.ts";
import { environmentFor, simulatorAddress, type Addresses, type ProcessName } from "../../cli/up/plan.ts";
import { LineRenderer } from "../../cli/up/render-line.ts";
import { Supervisor } from "../../cli/up/supervisor.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import type { Environment } from "../../runtime/config/read-settings.ts";

const BELL = join(import.meta.dirname, "../../cli/main.ts");
/** What a process said last is kept, to be shown if the demo fails. */
const LINES_KEPT = 60;
const FREE_PORT = "127.0.0.1:0";

export interface DemoWorldOptions {
  /** What the caller was started with; its own settings do not count, so that a demo never touches what is really in use. */
  readonly environment: Environment;
  /** Settings on top of those that every demo has. */
  readonly settings?: Environment;
  /** Where the data go and stay; null: into a temporary folder that goes away. */
  readonly keepFolder: string | null;
  /** Ends whatever is waited for. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** A `bell` command that did not end with 0. */
export class BellFailure extends Error {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;

  constructor(words: readonly string[], exitCode: number | null, complaint: string) {
    super(`./bell ${words.join(" ")} ended with ${String(exitCode)}: ${complaint.trim()}`);
    this.exitCode = exitCode;
  }
}

/** Real processes of ours on free ports, with a home, certificates and data in a temporary folder. */
export class DemoWorld {
  /** Aborts with the caller's signal, and when a process dies: in a demo none should. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
  readonly dataFolder: string;
  readonly certsFolder: string;
  readonly #folder: string;
  readonly #environment: Environment;
  readonly #supervisor = new Supervisor(systemClock);
  readonly #known = new Map<ProcessName, Addresses>();
  readonly #lines: string[] = [];
  readonly #failure = new AbortController();

  private constructor(folder: string, { environment, settings, keepFolder, signal, print }: DemoWorldOptions) {
    this.signal = AbortSignal.any([signal, this.#failure.signal]);
    this.print = print;
    this.#folder = folder;
    this.dataFolder = keepFolder ?? join(folder, "data");
    this.certsFolder = join(folder, "certs");
    this.#environment = {
      ...withoutOurs(environment),
      HOME: join(folder, "home"),
      XDG_CONFIG_HOME: undefined,
      NO_COLOR: "1",
      BELL_CERTS_DIR: this.certsFolder,
      BELL_DATA_DIR: this.dataFolder,
      BELL_LISTEN: FREE_PORT,
      BELL_SIMULATOR_LISTEN: FREE_PORT,
      BELL_MAILBOX_SMTP_LISTEN: FREE_PORT,
      BELL_MAILBOX_PAGE_LISTEN: FREE_PORT,
      ...settings,
    };
  }

  /** Makes the folder; nothing runs yet. Whoever opens a world closes it. */
  static async open(options: DemoWorldOptions): Promise<DemoWorld> {
    const folder = await mkdtemp(join(tmpdir(), "tickerbell-demo-"));
    await mkdir(join(folder, "home"));
    return new DemoWorld(folder, options);
  }

  /** The settings of a `bell` command that is typed now. */
  get environment(): Environment {
    const server = this.#known.get("server")?.["grpc"];
    const simulator = simulatorAddress(this.#known);
    return {
      ...this.#environment,
      ...(server === undefined ? {} : { BELL_SERVER: server }),
      ...(simulator === undefined ? {} : { BELL_SIMULATOR_LISTEN: simulator }),
    };
  }

  /** Where a process listens; throws before it is ready. */
  address(name: ProcessName, door: string): string {
    const address = this.#known.get(name)?.[door];
    if (address === undefined) throw new Error(`${name} is not ready: it has no address "${door}"`);
    return address;
  }

  /** Starts one process and waits until it is ready. Throws HopelessStart, and the signal's reason. */
  async start(name: ProcessName): Promise<void> {
    const renderer = new LineRenderer(name, 0, false);
    const keep = (line: string): void => this.#keepLine(renderer.render(line));
    const started = this.#supervisor.start({
      name,
      start: () => spawnChild([BELL, name], environmentFor(name, this.#environment, this.#known), keep),
      onReady: (addresses) => void this.#known.set(name, addresses),
      onNews: (news) => this.#failure.abort(new Error(`the ${name} died: ${news.replace(/;.*/, "")}`)),
    });
    await orAborted(started, this.signal);
  }

  /** Runs `./bell WORDS` as a process of its own; what it printed. Throws BellFailure, and the signal's reason. */
  async bell(words: readonly string[], input = ""): Promise<string> {
    const child = spawn(process.execPath, [BELL, ...words], { env: this.environment, signal: this.signal });
    const exited = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
    child.stdin.end(input);
    const [output, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    if (code !== 0) throw new BellFailure(words, code, complaint);
    return output;
  }

  /** What the processes said last, for a person who looks for a fault. */
  get lastLines(): readonly string[] {
    return this.#lines;
  }

  /** Ends every process and removes the temporary folder. */
  async close(): Promise<void> {
    await this.#supervisor.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #keepLine(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > LINES_KEPT) this.#lines.shift();
  }
}

/** The result, or the signal's reason if that comes first. */
export async function orAborted<Result>(result: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function withoutOurs(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("BELL_")));
}
