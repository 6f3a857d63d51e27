import type Database from "better-sqlite3";
import { IMPORT_SOURCE } from "../../domain/quote.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import type { Candle, CandleQuery } from "../candle.ts";
import { firstJudgedTime, listDayCandles } from "./day-candles.ts";
import { OF_LAST_JUDGED } from "./series-memory.ts";

/**
 * Sums up a symbol's judged series; spans are counted from the epoch, so that the same span is the same in every answer. Of quotes that are no
 * longer kept it takes the minutes, and the days, that they were summed up to; days only for spans of whole days. For these the source's own
 * daily bars stand in where there is nothing better; and before all that was judged imported bars do, the longest that are no longer than the
 * span.
 */
export function listCandles(db: Database.Database, query: CandleQuery): Candle[] {
  const isOfDays = query.periodMs % DAY_MS === 0;
  const own = isOfDays
    ? listDayCandles(db, query, (days) => listJudgedCandles(db, days))
    : listJudgedCandles(db, query);
  const endMs = Math.min(query.endMs, firstJudgedTime(db, query.symbol));
  const imported = (db.prepare(CANDLES_OF_IMPORTED).all({ ...query, endMs }) as CandleRow[]).map(candleFromRow);
  if (imported.length === 0) return own;
  const candles = new Map([...imported, ...own].map((candle) => [candle.startTimeMs, candle]));
  return [...candles.values()].toSorted((a, b) => a.startTimeMs - b.startTimeMs).slice(0, query.limit);
}

function listJudgedCandles(db: Database.Database, query: CandleQuery): Candle[] {
  const kept = (db.prepare(CANDLES_OF_KEPT).all(query) as CandleRow[]).map(candleFromRow);
  const gone = (db.prepare(CANDLES_OF_GONE).all(query) as CandleRow[]).map(candleFromRow);
  if (gone.length === 0) return kept;
  const candles = new Map(gone.map((candle) => [candle.startTimeMs, candle]));
  for (const candle of kept) {
    const earlier = candles.get(candle.startTimeMs);
    candles.set(candle.startTimeMs, earlier === undefined ? candle : joined(earlier, candle));
  }
  return [...candles.values()].toSorted((a, b) => a.startTimeMs - b.startTimeMs).slice(0, query.limit);
}

/** The candle of a span of which the earlier quotes are no longer kept. */
function joined(earlier: Candle, later: Candle): Candle {
  return {
    startTimeMs: earlier.startTimeMs,
    open: earlier.open,
    high: Math.max(earlier.high, later.high),
    low: Math.min(earlier.low, later.low),
    close: later.close,
    volume: earlier.volume + later.volume,
  };
}

interface CandleRow {
  readonly start_time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

function candleFromRow({ start_time: startTimeMs, open, high, low, close, volume }: CandleRow): Candle {
  return { startTimeMs, open, high, low, close, volume };
}

const OF_JUDGED_SERIES = `(source, period_ms) =
  (SELECT source, period_ms FROM series WHERE symbol = @symbol AND ${OF_LAST_JUDGED})`;

const CANDLES_OF_KEPT = candlesOf(
  `SELECT quotes.*, quote_time AS first_time, quote_time - quote_time % @periodMs AS start_of_span
   FROM quotes
   WHERE symbol = @symbol AND quote_time >= @startMs AND quote_time < @endMs AND ${OF_JUDGED_SERIES}`,
);

const CANDLES_OF_GONE = candlesOf([MINUTE_MS, DAY_MS].map(goneIn).join(" UNION ALL "));

const OF_IMPORT = `symbol = @symbol AND source = '${IMPORT_SOURCE}'`;

/** They may be from before 1970. */
const CANDLES_OF_IMPORTED = candlesOf(
  `SELECT quotes.*, quote_time AS first_time, quote_time - ((quote_time % @periodMs) + @periodMs) % @periodMs AS start_of_span
   FROM quotes
   WHERE ${OF_IMPORT} AND quote_time >= @startMs AND quote_time < @endMs
     AND period_ms = (SELECT max(period_ms) FROM quotes WHERE ${OF_IMPORT} AND period_ms <= @periodMs)`,
);

/** What lies wholly between the two moments. */
function goneIn(spanMs: number): string {
  return `SELECT summed_quotes.*, first_time - first_time % @periodMs AS start_of_span
    FROM summed_quotes
    WHERE symbol = @symbol AND ${OF_JUDGED_SERIES} AND span_ms = ${spanMs} AND @periodMs % ${spanMs} = 0
      AND start_time > @startMs - ${spanMs} AND start_time < @endMs AND first_time >= @startMs AND last_time < @endMs`;
}

function candlesOf(parts: string): string {
  return `
  WITH parts AS (${parts})
  SELECT DISTINCT start_of_span AS start_time,
    first_value(open) OVER span AS open, max(high) OVER span AS high, min(low) OVER span AS low,
    last_value(close) OVER span AS close, sum(volume) OVER span AS volume
  FROM parts
  WINDOW span AS (PARTITION BY start_of_span ORDER BY first_time ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
  ORDER BY start_of_span LIMIT @limit`;
}
