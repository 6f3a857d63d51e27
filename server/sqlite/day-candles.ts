import type Database from "better-sqlite3";
import { DAY_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { Candle, CandleQuery } from "../candle.ts";
import { OF_LAST_JUDGED } from "./series-memory.ts";

interface DayRow extends Candle {
  readonly quoteTimeMs: TimeMs;
}

interface JudgedSeries {
  readonly source: string;
  readonly periodMs: number;
}

/**
 * Candles of whole days, of those that were summed up from judged prices and the source's own daily bars: these count where no judged prices reach,
 * on the day with which those begin, and where judged prices are ticks, which see few of a day's. `judgedDays` are candles of a day each.
 */
export function listDayCandles(
  db: Database.Database,
  query: CandleQuery,
  judgedDays: (days: CandleQuery) => readonly Candle[],
): Candle[] {
  const days = { ...query, periodMs: DAY_MS, limit: (query.limit * query.periodMs) / DAY_MS };
  const series = db.prepare<[string], JudgedSeries>(JUDGED_SERIES).get(query.symbol);
  const source = series?.source ?? (db.prepare(DAILY_SOURCE).pluck().get(query) as string | undefined);
  const daily = source === undefined ? [] : (db.prepare(DAILY).all({ ...days, source }) as DayRow[]);
  const judged = judgedDays(days);
  if (daily.length === 0) return summedUp(judged, query);
  const firstMs = series === undefined ? Infinity : firstOf(db, { symbol: query.symbol, ...series });
  const candles = new Map(judged.map((candle) => [candle.startTimeMs, candle]));
  for (const { quoteTimeMs, ...prices } of daily) {
    const startTimeMs = startOf(quoteTimeMs, DAY_MS);
    const isBetter = series?.periodMs === 0 || startTimeMs === startOf(firstMs, DAY_MS);
    if (isBetter || !candles.has(startTimeMs)) candles.set(startTimeMs, { ...prices, startTimeMs });
  }
  return summedUp([...candles.values()].toSorted((a, b) => a.startTimeMs - b.startTimeMs).slice(0, days.limit), query);
}

/** When a symbol's judged series begins, with what is no longer kept of it; Infinity: nothing was judged. */
export function firstJudgedTime(db: Database.Database, symbol: string): TimeMs {
  const series = db.prepare<[string], JudgedSeries>(JUDGED_SERIES).get(symbol);
  return series === undefined ? Infinity : firstOf(db, { symbol, ...series });
}

/** Days to spans of several. */
function summedUp(days: readonly Candle[], { periodMs, limit }: CandleQuery): Candle[] {
  const spans = Map.groupBy(days, ({ startTimeMs }) => startOf(startTimeMs, periodMs));
  const candles = [...spans].map(([startTimeMs, parts]): Candle => ({
    startTimeMs,
    open: parts[0]?.open ?? 0,
    high: Math.max(...parts.map(({ high }) => high)),
    low: Math.min(...parts.map(({ low }) => low)),
    close: parts.at(-1)?.close ?? 0,
    volume: parts.reduce((sum, { volume }) => sum + volume, 0),
  }));
  return candles.slice(0, limit);
}

function startOf(timeMs: TimeMs, periodMs: number): TimeMs {
  return timeMs - (timeMs % periodMs);
}

/** When the series begins, with what is no longer kept of it. */
function firstOf(db: Database.Database, key: JudgedSeries & { readonly symbol: string }): TimeMs {
  return (db.prepare(FIRST).pluck().get(key) as TimeMs | null) ?? Infinity;
}

const JUDGED_SERIES = `SELECT source, period_ms AS periodMs FROM series WHERE symbol = ? AND ${OF_LAST_JUDGED}`;

/** Of a symbol that was never judged. */
const DAILY_SOURCE = `SELECT source FROM quotes WHERE symbol = @symbol AND source <> 'import' AND period_ms = ${DAY_MS} LIMIT 1`;

const DAILY = `SELECT quote_time AS quoteTimeMs, quote_time AS startTimeMs, open, high, low, close, volume FROM quotes
  WHERE symbol = @symbol AND source = @source AND period_ms = ${DAY_MS} AND quote_time >= @startMs AND quote_time < @endMs
  ORDER BY quote_time LIMIT @limit`;

const OF_SERIES = "symbol = @symbol AND source = @source AND period_ms = @periodMs";
const FIRST = `SELECT min(first) FROM (
  SELECT min(quote_time) AS first FROM quotes WHERE ${OF_SERIES}
  UNION ALL SELECT * FROM (SELECT first_time FROM summed_quotes WHERE ${OF_SERIES} AND span_ms = ${MINUTE_MS} ORDER BY start_time LIMIT 1)
  UNION ALL SELECT * FROM (SELECT first_time FROM summed_quotes WHERE ${OF_SERIES} AND span_ms = ${DAY_MS} ORDER BY start_time LIMIT 1))`;
