// When asking for a symbol can bring something new: at fixed moments that follow from its exchange's calendar. Between two of them
// nothing is asked that was answered, whatever starts or ends.
import type { TradingHours } from "../../domain/calendar/exchange-calendar.ts";
import { calendarOf } from "../../domain/calendar/calendars.ts";
import { SATURDAY, SUNDAY, weekdayOf, type CivilDay } from "../../domain/calendar/civil-day.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";
import type { KnownSymbol } from "./known-symbol.ts";
import type { Pace } from "./pace.ts";

/** A moment from which on an answer can tell more than before. */
export interface News {
  readonly timeMs: TimeMs;
  /** `minute` and `session`: trading goes on. `close`: the day's prices are told. */
  readonly kind: "minute" | "session" | "close";
  /** When the session began of which it is. */
  readonly openMs: TimeMs;
}

/** A symbol and what its market is known for. */
export interface Market {
  readonly symbol: string;
  readonly neverCloses: boolean;
}

/** The day's prices are told so long after the close: 18:15 in New York, 15:15 on its half days. */
const END_OF_DAY_MS = 2 * HOUR_MS + 15 * MINUTE_MS;
/** A minute's bar is asked for so long after it has ended, that the service has had time to close it. */
const BAR_CLOSING_MS = 2 * SECOND_MS;
/** Where a market never closes a day's last prices are told when the next day has begun. */
const DAYS_TOUCHING = 2;
/** No exchange stays closed longer. */
const CLOSED_DAYS_MAX = 15;

/** The newest news there can be now; null: none for weeks. */
export function lastNews(market: Market, pace: Pace, now: TimeMs): News | null {
  const found: News[] = [];
  for (let day = civilDayOf(now) + 1; found.length < DAYS_TOUCHING && isNear(day, now); day -= 1) {
    const last = newsOf(market, pace, day)?.before(now) ?? null;
    if (last !== null) found.push(last);
  }
  return found.reduce<News | null>((best, news) => (best === null || news.timeMs > best.timeMs ? news : best), null);
}

/** The first news to come after now; null: none for weeks. */
export function nextNews(market: Market, pace: Pace, now: TimeMs): News | null {
  const found: News[] = [];
  for (let day = civilDayOf(now) - 1; found.length < DAYS_TOUCHING && isNear(day, now); day += 1) {
    const next = newsOf(market, pace, day)?.after(now) ?? null;
    if (next !== null) found.push(next);
  }
  return found.reduce<News | null>((best, news) => (best === null || news.timeMs < best.timeMs ? news : best), null);
}

function isNear(day: CivilDay, now: TimeMs): boolean {
  return Math.abs(day - civilDayOf(now)) < CLOSED_DAYS_MAX;
}

/** The first of them with which a day's prices are told; null: none for weeks. */
export function nextClose(market: Market, pace: Pace, now: TimeMs): News | null {
  let next = nextNews(market, pace, now);
  while (next !== null && next.kind !== "close") next = nextNews(market, pace, next.timeMs);
  return next;
}

/** Whether the last answer came in time and yet told nothing of the day that it should have told of: the service was late. */
export function isBehind(market: Market, known: KnownSymbol, last: News): boolean {
  if (last.kind !== "close" || market.neverCloses || calendarOf(market.symbol) === null) return false;
  return known.asOfMs !== null && known.asOfMs <= last.openMs;
}

/** How long the market trades between two moments, its early and late hours too, in milliseconds. */
export function tradingMsBetween(market: Market, fromMs: TimeMs, toMs: TimeMs): number {
  let sumMs = 0;
  for (let day = civilDayOf(fromMs) - 1; day <= civilDayOf(toMs) + 1; day += 1) {
    const hours = hoursOn(market, day);
    if (hours === null) continue;
    sumMs += Math.max(0, Math.min(hours.postCloseMs, toMs) - Math.max(hours.preOpenMs, fromMs));
  }
  return sumMs;
}

/** The news of one trading day. */
interface DayNews {
  /** The last of them until a moment; null: it is before them all. */
  before(timeMs: TimeMs): News | null;
  /** The first of them after a moment; null: it is after them all. */
  after(timeMs: TimeMs): News | null;
}

function newsOf(market: Market, pace: Pace, day: CivilDay): DayNews | null {
  const hours = hoursOn(market, day);
  if (hours === null) return null;
  return pace.kind === "minutes" ? minutesOf(hours, pace) : fewOf(roundsOf(hours, pace));
}

function fewOf(rounds: readonly News[]): DayNews {
  return {
    before: (time) => rounds.findLast(({ timeMs }) => timeMs <= time) ?? null,
    after: (time) => rounds.find(({ timeMs }) => timeMs > time) ?? null,
  };
}

/** One after the close; before it as many as there may be, evenly spread over the session. */
function roundsOf({ openMs, closeMs }: TradingHours, pace: Extract<Pace, { kind: "days" }>): News[] {
  const { sessionRounds, spreadMs } = pace;
  const stepMs = (closeMs - openMs) / (sessionRounds + 1);
  const session = Array.from({ length: sessionRounds }, (_, index): News => {
    const timeMs = Math.floor(openMs + stepMs * (index + 1)) + spreadMs;
    return { timeMs, kind: "session", openMs };
  });
  return [...session, { timeMs: closeMs + END_OF_DAY_MS + spreadMs, kind: "close", openMs }];
}

/** From the end of the first bar to the end of the last, however late they are told. */
function minutesOf(hours: TradingHours, { stretch, everyMs, lagMs }: Extract<Pace, { kind: "minutes" }>): DayNews {
  const [beginMs, endMs] = stretch === "regular" ? [hours.openMs, hours.closeMs] : [hours.preOpenMs, hours.postCloseMs];
  const firstMs = Math.ceil((beginMs + lagMs + 1) / everyMs) * everyMs + BAR_CLOSING_MS;
  const lastMs = Math.ceil((endMs + lagMs) / everyMs) * everyMs + BAR_CLOSING_MS;
  const news = (timeMs: TimeMs): News => {
    return { timeMs, kind: timeMs === lastMs ? "close" : "minute", openMs: hours.openMs };
  };
  const gridAt = (timeMs: TimeMs): TimeMs => Math.floor((timeMs - BAR_CLOSING_MS) / everyMs) * everyMs + BAR_CLOSING_MS;
  return {
    before: (timeMs) => (timeMs < firstMs ? null : news(Math.min(lastMs, gridAt(timeMs)))),
    after: (timeMs) => (timeMs >= lastMs ? null : news(Math.max(firstMs, gridAt(timeMs) + everyMs))),
  };
}

/** Where the hours are not known, every weekday by UTC: no exchange from Shanghai to São Paulo trades outside those. */
function hoursOn({ symbol, neverCloses }: Market, day: CivilDay): TradingHours | null {
  const calendar = calendarOf(symbol);
  if (calendar !== null && !neverCloses) return calendar.hoursOn(day);
  if (!neverCloses && [SATURDAY, SUNDAY].includes(weekdayOf(day))) return null;
  const [openMs, closeMs] = [day * DAY_MS, (day + 1) * DAY_MS];
  return { preOpenMs: openMs, openMs, closeMs, postCloseMs: closeMs };
}

function civilDayOf(timeMs: TimeMs): CivilDay {
  return Math.floor(timeMs / DAY_MS);
}
