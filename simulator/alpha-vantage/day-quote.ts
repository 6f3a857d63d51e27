import type { TimeMs } from "../../domain/time.ts";
import { joinBars, type Bar } from "./bar.ts";
import { easternDate, startOfEasternDay } from "./eastern.ts";
import type { Market } from "./market.ts";

/** What a day looked like so far; decimal texts as in bars. */
export interface DayQuote {
  readonly day: Bar;
  /** `2026-05-15`. */
  readonly date: string;
  readonly previousClose: string;
  /** The difference to the previous close, and the same in percent of it; unrounded. */
  readonly change: number;
  readonly changePercent: number;
  /** When the day's newest bar ends, or `asOfMs` while it is forming. */
  readonly quoteTimeMs: TimeMs;
}

/** The newest day that has bars, or undefined where nothing is visible yet; on the first day the open is the previous close. */
export function dayQuoteOf(market: Market, symbol: string, asOfMs: TimeMs, regularOnly: boolean): DayQuote | undefined {
  const periodMs = market.basePeriodMs(symbol);
  const newestBefore = (toMs: TimeMs): Bar | undefined =>
    market.bars(symbol, periodMs, { fromMs: -Infinity, toMs, asOfMs, regularOnly, newest: 1 })[0];
  const last = newestBefore(Infinity);
  if (last === undefined) return undefined;
  const startMs = startOfEasternDay(last.startMs);
  const [first = last, ...rest] = market.bars(symbol, periodMs, {
    fromMs: startMs,
    toMs: Infinity,
    asOfMs,
    regularOnly,
  });
  const day = joinBars(startMs, [first, ...rest]);
  const previousClose = newestBefore(startMs)?.close ?? day.open;
  const change = Number(day.close) - Number(previousClose);
  return {
    day,
    date: easternDate(startMs),
    previousClose,
    change,
    changePercent: (change / Number(previousClose)) * 100,
    quoteTimeMs: Math.min(last.startMs + periodMs - 1, asOfMs),
  };
}
