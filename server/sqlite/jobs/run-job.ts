import { fork, type ChildProcess } from "node:child_process";

/** What a job on the database file comes to. `code` is SQLite's name for what failed. */
export type JobAnswer =
  | { readonly kind: "done" }
  | { readonly kind: "damaged"; readonly text: string }
  | { readonly kind: "failed"; readonly code: string; readonly text: string };

/**
 * Runs one of the scripts beside this file in a process of its own, with a connection of its own: a long read holds nobody up, it can
 * be ended in the middle, and whatever a damaged file does to it, it does not do to the server. Rejects only when `signal` aborts.
 */
export function runJob(script: string, words: readonly string[], signal: AbortSignal): Promise<JobAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = started(script, words);
    if (child instanceof Error) {
      resolve(failedWith(child));
      return;
    }
    const end = () => void child.kill("SIGKILL");
    signal.addEventListener("abort", end, { once: true });
    let answer: JobAnswer = { kind: "failed", code: "", text: "its process ended without an answer" };
    child.on("message", (message) => (answer = message as JobAnswer));
    const settle = () => {
      signal.removeEventListener("abort", end);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve(answer);
    };
    child.on("error", (error) => {
      answer = failedWith(error);
      settle(); // whether anything follows is not promised
    });
    child.on("close", settle);
  });
}

/** The process, or why there is none: for want of memory, say. */
function started(script: string, words: readonly string[]): ChildProcess | Error {
  try {
    return fork(script, [...words], { stdio: ["ignore", "ignore", "ignore", "ipc"], execArgv: [] });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function failedWith({ message }: Error): JobAnswer {
  return { kind: "failed", code: "", text: message };
}
