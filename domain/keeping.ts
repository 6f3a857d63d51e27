import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "./time.ts";

/** For how long a quote is kept: `ticks` (less than a minute long), `minutes` (up to an hour), or for ever. */
export type KeepingClass = "ticks" | "minutes" | "forever";

/** The longest bar that an exchange's day has many of; a bar of a whole session is longer, also on a half day. */
export const LONGEST_MINUTES_MS = HOUR_MS;

/** How long quotes of that length are kept. */
export function keepingOf(periodMs: number): KeepingClass {
  if (periodMs < MINUTE_MS) return "ticks";
  return periodMs <= LONGEST_MINUTES_MS ? "minutes" : "forever";
}

/** What quotes are summed up to when their time is over: ticks to a minute, minutes to a day. */
export const SUM_SPAN_MS = { ticks: MINUTE_MS, minutes: DAY_MS } as const;

/** The beginning of the span in which a moment lies; spans count from the epoch. */
export function startOfSpan(timeMs: TimeMs, spanMs: number): TimeMs {
  return timeMs - (timeMs % spanMs);
}
