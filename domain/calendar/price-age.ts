// How old a price is by its market: while the exchange is closed nothing happens that a price could miss, so that Friday's close is still
// the price on Sunday.
import type { SessionClass } from "../quote.ts";
import { DAY_MS, MINUTE_MS, type TimeMs } from "../time.ts";
import { calendarOf } from "./calendars.ts";
import { SATURDAY, SUNDAY, weekdayOf } from "./civil-day.ts";

/** What of a price its age follows from. */
export interface AgingPrice {
  readonly symbol: string;
  readonly sessionClass: SessionClass;
  /** The moment that it speaks of. */
  readonly asOfMs: TimeMs;
}

/** So much trading passes between two prices anyway: delayed ones are 15 minutes late, and told every minute or few. */
const USUAL_MS = 20 * MINUTE_MS;
/** The same where an exchange's hours are not known: on a weekday at least a night lies between two sessions. */
const USUAL_UNKNOWN_HOURS_MS = DAY_MS;

/**
 * For how long its market has traded since a price, in milliseconds: the regular sessions, and the hours before and after them where the
 * price is of those. What is always on trades all the time. Where the hours are not known, every weekday (UTC) is one long session.
 */
export function tradingMsSince({ symbol, sessionClass, asOfMs }: AgingPrice, now: TimeMs): number {
  if (now <= asOfMs) return 0;
  if (sessionClass === "always") return now - asOfMs;
  const calendar = calendarOf(symbol);
  if (calendar === null) return weekdayMs(now) - weekdayMs(asOfMs);
  const stretch = sessionClass === "pre" || sessionClass === "post" ? "extended" : "regular";
  return calendar.openMsBetween(stretch, asOfMs, now);
}

/** Whether its market has traded on for longer than usually passes between two prices: it may stand elsewhere by now. */
export function isOldPrice(price: AgingPrice, now: TimeMs): boolean {
  const isUnknown = price.sessionClass !== "always" && calendarOf(price.symbol) === null;
  return tradingMsSince(price, now) > (isUnknown ? USUAL_UNKNOWN_HOURS_MS : USUAL_MS);
}

/** The weekdays from the Monday before the epoch until a moment. */
function weekdayMs(timeMs: TimeMs): number {
  const day = Math.floor(timeMs / DAY_MS);
  const monday = day - ((weekdayOf(day) + 6) % 7);
  const isWeekend = [SATURDAY, SUNDAY].includes(weekdayOf(day));
  const inWeekMs = isWeekend ? 5 * DAY_MS : timeMs - monday * DAY_MS;
  return ((monday + 3) / 7) * 5 * DAY_MS + inWeekMs;
}
