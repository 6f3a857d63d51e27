// A person who has just got the project: types shell commands in a checkout of it, at a terminal of their own.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { PROJECT_ROOT } from "../../runtime/config/setting-types.ts";
import { eventually } from "./eventually.ts";

/** `make up` ends within 10 s of Ctrl-C, and make a little later. */
const END_LIMIT_MS = 12_000;
const READY_LIMIT_MS = 40_000;

export interface TypedResult {
  readonly code: number | null;
  /** What both outputs said. */
  readonly said: string;
}

/** A command that runs until it is stopped. */
export interface RunningCommand {
  /** What both outputs have said so far. */
  said(): string;
  /** Resolves with the first line that fits. */
  line(pattern: RegExp): Promise<string>;
  /** Ctrl-C: the signal reaches the command and whatever shares its terminal. Resolves with its exit code, if it has one. */
  interrupt(): Promise<number | null>;
  /** Resolves with its exit code; after 12 s it is killed. */
  end(): Promise<number | null>;
}

/** Close it after the tests. */
export class Newcomer {
  /** What is made here stays out of the project: the checkout's files are links to ours. */
  readonly checkout: string;
  readonly folder = mkdtempSync(join(tmpdir(), "tickerbell-newcomer-"));
  #environment: NodeJS.ProcessEnv;
  readonly #running = new Set<ChildProcess>();

  constructor() {
    this.checkout = join(this.folder, "tickerbell");
    mkdirSync(this.checkout);
    mkdirSync(join(this.folder, "home"));
    for (const name of readdirSync(PROJECT_ROOT)) symlinkSync(join(PROJECT_ROOT, name), join(this.checkout, name));
    this.#environment = { ...strangersEnvironment(), HOME: join(this.folder, "home") };
  }

  /** Sets more variables for whatever is typed from now on. */
  set(settings: NodeJS.ProcessEnv): void {
    this.#environment = { ...this.#environment, ...settings };
  }

  /** Types a command and waits for its end. */
  async type(command: string, input = ""): Promise<TypedResult> {
    const { child, said, ended } = this.#spawn(command);
    child.stdin.end(input);
    return { code: await ended, said: said() };
  }

  /** Types a command that goes on. `settings` come on top, as variables set before it. */
  start(command: string, settings: NodeJS.ProcessEnv = {}): RunningCommand {
    const { child, said, ended } = this.#spawn(command, settings);
    const line = (pattern: RegExp): Promise<string> =>
      eventually(
        `${command} says ${String(pattern)}`,
        () => {
          if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}:\n${said()}`);
          return said()
            .split("\n")
            .find((one) => pattern.test(one));
        },
        READY_LIMIT_MS,
      );
    const end = async (): Promise<number | null> => {
      const late = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), END_LIMIT_MS);
      const code = await ended;
      clearTimeout(late);
      return code;
    };
    const interrupt = (): Promise<number | null> => {
      process.kill(-child.pid!, "SIGINT");
      return end();
    };
    return { said, line, interrupt, end };
  }

  /** The processes that were started from here and still live; none where the system does not tell. */
  processes(): { readonly pid: number; readonly words: readonly string[] }[] {
    const ids = listed("/proc").filter((name) => /^\d+$/.test(name));
    const own = ids.filter((id) => textOf(`/proc/${id}/environ`).includes(this.folder));
    return own.map((id) => ({ pid: Number(id), words: textOf(`/proc/${id}/cmdline`).split("\0").slice(0, -1) }));
  }

  /** Ends whatever still runs; the folder goes. */
  async close(): Promise<void> {
    for (const { pid } of this.#running) if (pid !== undefined) process.kill(-pid, "SIGTERM");
    await eventually("everything has ended", () => this.#running.size === 0);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** In a process group of its own, as a shell starts each command. */
  #spawn(command: string, settings: NodeJS.ProcessEnv = {}) {
    const environment = { ...this.#environment, ...settings };
    const child = spawn("sh", ["-c", command], { cwd: this.checkout, env: environment, detached: true });
    this.#running.add(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
    }
    child.stdin.on("error", () => undefined); // a command that failed early reads nothing
    const ended = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
    void ended.finally(() => this.#running.delete(child)).catch(() => undefined);
    return { child, said: () => said, ended };
  }
}

/** Without our settings, without the make that runs the tests, and without our own tools on the path. */
function strangersEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !/^(BELL_|MAKE|MFLAGS|XDG_CONFIG_HOME)/.test(name));
  const own = join(PROJECT_ROOT, "node_modules");
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.startsWith(own));
  return { ...Object.fromEntries(entries), PATH: path.join(delimiter), NO_COLOR: "1" };
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty for another user's process, and for one that has just ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
