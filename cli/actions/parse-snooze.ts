import type { Zone } from "../../domain/calendar/zone.ts";
import { AppError } from "../../domain/error.ts";
import { parseClock } from "../../domain/mail-settings.ts";
import { DAY_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import { UsageError } from "../usage-error.ts";
import { parseComing } from "./parse-time.ts";

const HELP = "write it as 2h, 3d, 08:00, tomorrow 08:00, 2026-12-24 08:00 or 2026-12-24T08:00:00Z, or off";
/** A day, a time of day, or both, by the clocks of the user. */
const WALL = /^(today|tomorrow|\d{4}-\d\d-\d\d)?(?:^|[ T]|$)(\d?\d:\d\d)?$/i;

/**
 * The end of a snooze: `2h` or `3d` from `now`; `08:00`, the next time that the clocks of the zone show it; `tomorrow 08:00`, `tomorrow`, a day
 * with or without a time, by the same clocks; or a moment with its own zone. Throws UsageError for anything else, and for what is past.
 */
export function parseSnooze(text: string, now: TimeMs, zone: Zone): Date {
  const time = wallMoment(text, now, zone) ?? comingMoment(text, now);
  if (time === null) throw new UsageError(`"${text}" is no time to come`, HELP);
  if (time > now) return new Date(time);
  throw new UsageError(`"${text}" is past`, HELP);
}

/** Null for what names no day and no time of day. */
function wallMoment(text: string, now: TimeMs, zone: Zone): TimeMs | null {
  const [, day, clock] = WALL.exec(text) ?? [];
  if (day === undefined && clock === undefined) return null;
  const today = Math.floor(zone.wallAt(now) / DAY_MS);
  const minute = clock === undefined ? 0 : minuteOf(clock, text);
  const momentOn = (number: number): TimeMs => zone.momentOf(number * DAY_MS + minute * MINUTE_MS);
  if (day !== undefined) return momentOn(dayNumber(day, today, text));
  const first = momentOn(today);
  return first > now ? first : momentOn(today + 1);
}

function dayNumber(day: string, today: number, text: string): number {
  if (/^to/i.test(day)) return /^today$/i.test(day) ? today : today + 1;
  const time = Date.parse(day);
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(day)) return time / DAY_MS;
  throw new UsageError(`"${text}": there is no day ${day}`, HELP);
}

function minuteOf(clock: string, text: string): number {
  try {
    return parseClock(clock, "snooze");
  } catch {
    throw new UsageError(`"${text}": there is no time of day ${clock}`, HELP);
  }
}

function comingMoment(text: string, now: TimeMs): TimeMs | null {
  try {
    return parseComing("snooze", text, now, "start").getTime();
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
