import { DAY_MS, HOUR_MS, type TimeMs } from "../time.ts";
import type { SessionClass } from "../quote.ts";
import { calendarOf } from "./calendars.ts";
import type { TimeSpan } from "./market-time.ts";

/** No exchange is closed for longer between two sessions. */
const MOST_DAYS_CLOSED = 14;

/**
 * The regular session before that of the day on which a price is: the change "today" counts from its close. Where the hours are not known, and
 * for what is always on, that is the day before in UTC. Null: there is none within two weeks.
 */
export function sessionBefore(symbol: string, sessionClass: SessionClass, timeMs: TimeMs): TimeSpan | null {
  const calendar = sessionClass === "always" ? null : calendarOf(symbol);
  const today = Math.floor(timeMs / DAY_MS);
  if (calendar === null) return { startMs: (today - 1) * DAY_MS, endMs: today * DAY_MS };
  // The day whose own hours the price is in, or the last one that began before it.
  const begins = (day: number) => (calendar.hoursOn(day)?.preOpenMs ?? Infinity) <= timeMs;
  const days = Array.from({ length: MOST_DAYS_CLOSED }, (_, back) => today + 1 - back).filter(begins);
  const hours = days[1] === undefined ? null : calendar.hoursOn(days[1]);
  return hours === null ? null : { startMs: hours.openMs, endMs: hours.closeMs };
}

/** What is as of later than so long before the end of its session may be its close: the last minutes are sometimes without a trade. */
export const CLOSE_WITHIN_MS = HOUR_MS / 4;
