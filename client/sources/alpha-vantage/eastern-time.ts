import { newYorkMoments } from "../../../domain/calendar/new-york.ts";
import type { TimeMs } from "../../../domain/time.ts";

/** The service says "US/Eastern", a legacy alias that some runtimes lack: New York's clocks. */
const STAMP = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d{3})?)$/;

/**
 * The moment of a stamp such as `2026-05-15 19:55:00` (milliseconds allowed) on New York's clocks, or null if there is
 * none or are two: an impossible date, the hour left out in March, the hour that comes twice in November.
 */
export function timeFromEastern(stamp: string): TimeMs | null {
  const [, date = "", time = ""] = STAMP.exec(stamp) ?? [];
  const [timeMs, second] = newYorkMoments(date, time) ?? [];
  return timeMs === undefined || second !== undefined ? null : timeMs;
}
