// The runaway guard: an alert that fires again and again within minutes helps nobody, and is stopped.
import { MINUTE_MS, type TimeMs } from "../time.ts";

const FIRES_MAX = 15;
const WITHIN_MS = 3 * MINUTE_MS;

/** The fires to remember after one more at this moment, oldest first. */
export function recentFires(earlier: readonly TimeMs[], asOfMs: TimeMs): readonly TimeMs[] {
  return [...earlier.filter((at) => at > asOfMs - WITHIN_MS), asOfMs];
}

/** Whether so many fires within three minutes are too many. */
export function firesTooOften(recent: readonly TimeMs[]): boolean {
  return recent.length >= FIRES_MAX;
}
