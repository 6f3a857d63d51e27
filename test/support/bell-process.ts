// A process as a person starts it: `./bell server` and the like.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PROJECT_ROOT } from "../../runtime/config/setting-types.ts";
import type { Environment } from "../../runtime/config/read-settings.ts";
import type { Addresses } from "../../cli/up/plan.ts";
import { eventually } from "./eventually.ts";

/** The command of this checkout. */
export const BELL = join(PROJECT_ROOT, "bell");
/** A process ends by itself within 8 s of being asked. */
const PATIENCE_MS = 10_000;

/** How a process ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One running process: what it says, when it is ready, how it ends. */
export class BellProcess {
  /** Every line so far, of both outputs. */
  readonly lines: string[] = [];
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #ready: Promise<Addresses>;

  constructor(words: readonly string[], environment: Environment) {
    this.#name = words.join(" ");
    this.#child = spawn(BELL, words, { env: environment, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      createInterface({ input: stream }).on("line", (line) => this.lines.push(line));
    }
    this.ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject).on("close", (code, signal) => resolve({ code, signal }));
    });
    this.#ready = new Promise((resolve) => {
      this.#child.on("message", (message) => resolve((message as { ready: Addresses }).ready));
    });
  }

  /** Its number, by which the system knows it; 0 if it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Its addresses once it serves; throws with its lines when it ends before. */
  async ready(): Promise<Addresses> {
    const failed = this.ended.then((how) => {
      throw new Error(`bell ${this.#name} ended (${how.code ?? how.signal ?? ""}):\n${this.lines.join("\n")}`);
    });
    return Promise.race([this.#ready, failed]);
  }

  /** The first line that fits, from now on if `from` is `lines.length`. */
  async line(pattern: RegExp, from = 0): Promise<string> {
    return eventually(`bell ${this.#name} says ${String(pattern)}`, () =>
      this.lines.slice(from).find((line) => pattern.test(line)),
    );
  }

  /** Ends it with no chance to tidy up. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  /** Asks it to end and waits; one that does not is killed. */
  async stop(): Promise<Ended> {
    this.#child.kill("SIGTERM");
    const limit = setTimeout(() => this.#child.kill("SIGKILL"), PATIENCE_MS);
    const how = await this.ended;
    clearTimeout(limit);
    return how;
  }
}
