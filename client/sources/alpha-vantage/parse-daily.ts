import { parseCivilDay, type CivilDay } from "../../../domain/calendar/civil-day.ts";
import { calendarOf } from "../../../domain/calendar/calendars.ts";
import { regularSessionOn } from "../../../domain/calendar/market-time.ts";
import { newYorkDay } from "../../../domain/calendar/new-york.ts";
import { DAY_MS, type TimeMs } from "../../../domain/time.ts";
import type { Answer } from "./classify-answer.ts";
import { parseBarSeries } from "./parse-bar-series.ts";
import type { Reading, ReadingContext, RowTime } from "./quote-collector.ts";

const STAMP = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads TIME_SERIES_DAILY: a bar for each trading day, as traded, so that a split is a step. A bar begins with its day on the
 * exchange's clock and lasts 24 hours; its prices are those of the regular session.
 */
export function parseDaily(answer: Exclude<Answer, { kind: "refusal" }>, context: ReadingContext): Reading {
  return parseBarSeries(answer, context, {
    name: "Time Series (Daily)",
    fileKind: "daily",
    stamp: STAMP,
    meta: { "5. Time Zone": "US/Eastern" },
    timeOf: (stamp) => barTime(stamp, context),
    stampProblem: () => null, // a stamp with a time of day is no day
  });
}

function barTime(stamp: string, { symbol, neverCloses }: ReadingContext): RowTime {
  const day = STAMP.test(stamp) ? parseCivilDay(stamp) : null;
  const isTraded = day !== null && (neverCloses || regularSessionOn(symbol, day) !== null);
  return { quoteTimeMs: isTraded ? startOf(day, symbol) : null, periodMs: DAY_MS, isRegular: true };
}

/** Where the exchange's hours are not known its days are taken as those of UTC, as everywhere. */
function startOf(day: CivilDay, symbol: string): TimeMs {
  return calendarOf(symbol) === null ? day * DAY_MS : newYorkDay(day).startMs;
}
