import { setTimeout as delay } from "node:timers/promises";
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
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
};
