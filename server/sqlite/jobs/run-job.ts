import { fork } from "node:child_process";

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
    const child = fork(script, [...words], { stdio: ["ignore", "ignore", "ignore", "ipc"], execArgv: [] });
    const end = () => void child.kill("SIGKILL");
    signal.addEventListener("abort", end, { once: true });
    let answer: JobAnswer = { kind: "failed", code: "", text: "its process ended without an answer" };
    child.on("message", (message) => (answer = message as JobAnswer));
    child.on("error", (error) => (answer = { kind: "failed", code: "", text: error.message }));
    child.on("close", () => {
      signal.removeEventListener("abort", end);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve(answer);
    });
  });
}
