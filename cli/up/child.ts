import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Environment } from "../../runtime/config/read-settings.ts";
import type { Addresses } from "./plan.ts";

/** How a process ended. */
export interface Exit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process that tells when it is ready and speaks in lines. */
export interface Child {
  /** Resolves with its addresses; never, if it ends before that. */
  readonly ready: Promise<Addresses>;
  readonly exited: Promise<Exit>;
  /** Asks it to end (SIGTERM) or ends it (SIGKILL); one that has ended is left alone. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

/**
 * Starts a Node script with an IPC channel. It gets a process group of its own, so that Ctrl-C reaches only the parent,
 * which ends its children in order; when the parent dies, the channel's end tells them.
 */
export function spawnChild(words: readonly string[], environment: Environment, onLine: (line: string) => void): Child {
  const child = spawn(process.execPath, [...process.execArgv, ...words], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on("line", onLine);
  }
  return {
    ready: new Promise((resolve) => child.on("message", (message) => announce(message, resolve))),
    exited: exitOf(child),
    signal: (name) => void child.kill(name),
  };
}

function announce(message: unknown, resolve: (addresses: Addresses) => void): void {
  if (typeof message === "object" && message !== null && "ready" in message) resolve(message.ready as Addresses);
}

/** `close` comes when the last line has been read as well. */
function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal }));
    child.on("error", () => resolve({ code: 1, signal: null }));
  });
}
