import { civilDay, type CivilDay } from "../../../domain/calendar/civil-day.ts";
import type { TimeSpan } from "../../../domain/calendar/market-time.ts";
import { Zone } from "../../../domain/calendar/zone.ts";
import { DAY_MS, type TimeMs } from "../../../domain/time.ts";

const STAMP = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(\.\d{3})?$/;

// The service says "US/Eastern", a legacy alias that some runtimes lack.
const NEW_YORK = new Zone("America/New_York");

/**
 * The moment of a stamp such as `2026-05-15 19:55:00` (milliseconds allowed) on New York's clocks, or null if there is
 * none or are two: an impossible date, the hour left out in March, the hour that comes twice in November.
 */
export function timeFromEastern(stamp: string): TimeMs | null {
  const [, date, time, fraction = ""] = STAMP.exec(stamp) ?? [];
  if (date === undefined || time === undefined) return null;
  const wallMs = Date.parse(`${date}T${time}${fraction}Z`);
  // A date that no month has, and hour 24, are read as the day after.
  if (Number.isNaN(wallMs) || !new Date(wallMs).toISOString().startsWith(`${date}T${time}`)) return null;
  const [timeMs, second] = NEW_YORK.momentsOf(wallMs);
  return timeMs === undefined || second !== undefined ? null : timeMs;
}

/** A day from midnight to midnight by New York's clocks. */
export function easternDay(day: CivilDay): TimeSpan {
  return { startMs: NEW_YORK.momentOf(day * DAY_MS), endMs: NEW_YORK.momentOf((day + 1) * DAY_MS) };
}

/** A month such as `2026-05` by New York's clocks; null for a text that names none. */
export function easternMonth(text: string): TimeSpan | null {
  const [, year = "", month = ""] = /^(\d{4})-(\d{2})$/.exec(text) ?? [];
  if (Number(month) < 1 || Number(month) > 12) return null;
  const first = easternDay(civilDay(Number(year), Number(month), 1));
  const next = easternDay(civilDay(Number(year), Number(month) + 1, 1));
  return { startMs: first.startMs, endMs: next.startMs };
}
