import type { TimeMs } from "../../domain/time.ts";

/** Time as a process sees it; handed in everywhere, so that tests can set it and production cannot. */
export interface Clock {
  /** The wall clock: may step either way. */
  now(): TimeMs;
  /** Milliseconds on a clock that never steps and goes on across restarts of a process, until the machine reboots. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => Number(process.hrtime.bigint() / 1_000_000n),
  // Not the one of node:timers/promises: it makes an error of its own for each sleep that is cut short, and most are.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms);
      signal?.addEventListener("abort", stop, { once: true });
    }),
};
