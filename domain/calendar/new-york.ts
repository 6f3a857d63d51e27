// New York's clocks, by which Alpha Vantage writes its times, files are read and people who trade there think.
import { DAY_MS, type TimeMs } from "../time.ts";
import { civilDay, parseCivilDay, type CivilDay } from "./civil-day.ts";
import type { TimeSpan } from "./market-time.ts";
import { Zone, type WallMs } from "./zone.ts";

/** The clocks themselves. */
export const NEW_YORK = new Zone("America/New_York");

/**
 * What a clock shows at a date such as `2026-05-15` and a time such as `19:55`, `19:55:00` or `19:55:00.250`; null where the date is none, or no
 * clock shows the time, as hour 24.
 */
export function parseWallTime(date: string, time: string): WallMs | null {
  const wallMs = Date.parse(`${date}T${time}Z`);
  if (parseCivilDay(date) === null || Number.isNaN(wallMs)) return null;
  return new Date(wallMs).toISOString().startsWith(`${date}T${time}`) ? wallMs : null;
}

/**
 * The moments at which New York's clocks show a date and a time: none in the hour that is left out in March, two in the hour that comes twice in
 * November. Null for what `parseWallTime` has none of.
 */
export function newYorkMoments(date: string, time: string): readonly TimeMs[] | null {
  const wallMs = parseWallTime(date, time);
  return wallMs === null ? null : NEW_YORK.momentsOf(wallMs);
}

/** A day from midnight to midnight by New York's clocks. */
export function newYorkDay(day: CivilDay): TimeSpan {
  return { startMs: NEW_YORK.momentOf(day * DAY_MS), endMs: NEW_YORK.momentOf((day + 1) * DAY_MS) };
}

/** A month such as `2026-05` by New York's clocks; null for a text that names none. */
export function newYorkMonth(text: string): TimeSpan | null {
  const [, year = "", month = ""] = /^(\d{4})-(\d{2})$/.exec(text) ?? [];
  if (Number(month) < 1 || Number(month) > 12) return null;
  const first = newYorkDay(civilDay(Number(year), Number(month), 1));
  const next = newYorkDay(civilDay(Number(year), Number(month) + 1, 1));
  return { startMs: first.startMs, endMs: next.startMs };
}
