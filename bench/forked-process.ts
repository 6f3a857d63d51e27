import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Environment } from "../runtime/config/read-settings.ts";
import { orAborted } from "../scripts/demo/demo-world.ts";

export interface ForkOptions {
  readonly words?: readonly string[];
  readonly environment: Environment;
  /** For Node itself. */
  readonly nodeWords?: readonly string[];
  /** Ends whatever is waited for. */
  readonly signal: AbortSignal;
}

/** A script in a process of its own that tells when it is ready and answers questions, one at a time. */
export class ForkedProcess {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  readonly #ended: Promise<never>;

  private constructor(child: ChildProcess, name: string, signal: AbortSignal) {
    this.#child = child;
    this.#signal = signal;
    this.#ended = once(child, "exit").then(() => {
      throw new Error(`${name} ended too early`);
    });
    this.#ended.catch(() => undefined); // it ends some day
  }

  /** Resolves when it is ready, with its addresses. Rejects when it ends before, and with the signal's reason. */
  static async start(
    script: string,
    { words = [], environment, nodeWords = [], signal }: ForkOptions,
  ): Promise<{ process: ForkedProcess; addresses: Readonly<Record<string, string>> }> {
    const child = fork(script, words, {
      env: environment,
      execArgv: [...nodeWords],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const process = new ForkedProcess(child, [script, ...words].join(" "), signal);
    const { ready } = (await process.#heard()) as { ready: Readonly<Record<string, string>> };
    return { process, addresses: ready };
  }

  /** What it answers. Rejects when it ends before, and with the signal's reason. */
  async ask(question: unknown): Promise<unknown> {
    const heard = this.#heard();
    this.#child.send(question as object);
    return heard;
  }

  /** Asks it to end and waits until it has. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await ended;
  }

  async #heard(): Promise<unknown> {
    const heard = once(this.#child, "message") as Promise<[unknown]>;
    const [message] = await orAborted(Promise.race([heard, this.#ended]), this.#signal);
    return message;
  }
}
