import { MINUTE_MS } from "./time.ts";

// How long a notification waits before it is tried again.

/** After a refusal that may pass (greylisting, a full queue), by the number of attempts charged so far; the last one goes on. */
const BACK_OFF_MS: readonly number[] = [1, 5, 15, 30, 60].map((minutes) => minutes * MINUTE_MS);
/** Each is drawn from this much around its value, so that what failed together does not come back together. */
const BACK_OFF_JITTER = 0.2;
/** Before the repeats of a mail that may have been taken: at once, then after 1 and 5 minutes. */
const REPEAT_DELAY_MS: readonly number[] = [0, MINUTE_MS, 5 * MINUTE_MS];

/** The wait after the `attempts`-th charged attempt (from 1), in milliseconds; `random` is in [0, 1). */
export function backOffMs(attempts: number, random: number): number {
  const index = Math.min(Math.max(attempts, 1), BACK_OFF_MS.length) - 1;
  const base = BACK_OFF_MS[index] ?? MINUTE_MS;
  return Math.round(base * (1 - BACK_OFF_JITTER + 2 * BACK_OFF_JITTER * random));
}

/** The wait before repeat number `repeats` (from 0), in milliseconds. */
export function repeatDelayMs(repeats: number): number {
  return REPEAT_DELAY_MS[Math.min(repeats, REPEAT_DELAY_MS.length - 1)] ?? 0;
}
