// What judging asks the calendars. Where an exchange's hours are not known, it counts as always open: an alert may then hear a price
// that it should not, but it never misses one.
import type { AlertSession } from "../alert.ts";
import type { Quote, SessionClass } from "../quote.ts";
import { DAY_MS, type TimeMs } from "../time.ts";
import { calendarOf } from "./calendars.ts";
import type { CivilDay } from "./civil-day.ts";

/** A stretch of time; its end does not belong to it. */
export interface TimeSpan {
  readonly startMs: TimeMs;
  readonly endMs: TimeMs;
}

/** The part of its exchange's trading day in which a symbol's price of this moment is; `regular` where the hours are not known. */
export function sessionClassAt(symbol: string, timeMs: TimeMs): SessionClass {
  return calendarOf(symbol)?.sessionAt(timeMs) ?? "regular";
}

/**
 * From when to when the regular session of a symbol's exchange lasts on one of its days; null: it does not trade then. Where the hours
 * are not known, that is the day in UTC.
 */
export function regularSessionOn(symbol: string, day: CivilDay): TimeSpan | null {
  const calendar = calendarOf(symbol);
  if (calendar === null) return { startMs: day * DAY_MS, endMs: (day + 1) * DAY_MS };
  const hours = calendar.hoursOn(day);
  return hours && { startMs: hours.openMs, endMs: hours.closeMs };
}

/**
 * How much of the time between two moments the quote's exchange was in the session, in milliseconds; all of it for `any`, for what
 * is always on, and where the hours are not known.
 */
export function marketMsBetween(quote: Quote, session: AlertSession, fromMs: TimeMs, toMs: TimeMs): number {
  if (session === "any" || quote.sessionClass === "always") return toMs - fromMs;
  const calendar = calendarOf(quote.symbol);
  return calendar === null ? toMs - fromMs : calendar.openMsBetween(session, fromMs, toMs);
}

/**
 * Whether a trading day of the symbol's exchange ended between two moments, which is when splits take effect: at the end of its last
 * session (20:00 in New York, 17:00 on half days), which a price as of that very moment still belongs to. Where the hours
 * are not known, midnight UTC ends a day: every exchange from Shanghai to São Paulo trades between two of them.
 */
export function hasCloseBetween(symbol: string, fromMs: TimeMs, toMs: TimeMs): boolean {
  const calendar = calendarOf(symbol);
  const endMs =
    calendar === null ? Math.ceil(fromMs / DAY_MS) * DAY_MS : calendar.firstHours("postCloseMs", fromMs).postCloseMs;
  return endMs < toMs;
}
