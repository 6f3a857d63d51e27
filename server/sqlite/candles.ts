import type Database from "better-sqlite3";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import type { Candle, CandleQuery } from "../candle.ts";
import { OF_LAST_JUDGED } from "./series-memory.ts";

/**
 * Sums up a symbol's judged series; spans are counted from the epoch, so that the same span is the same in every answer. Of quotes that are no
 * longer kept it takes the minutes, and the days, that they were summed up to; days only for spans of whole days.
 */
export function listCandles(db: Database.Database, query: CandleQuery): Candle[] {
  const rows = db.prepare(CANDLES).all(query) as CandleRow[];
  return rows.map(({ start_time, open, high, low, close, volume }) => ({
    startTimeMs: start_time,
    open,
    high,
    low,
    close,
    volume,
  }));
}

interface CandleRow {
  readonly start_time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

const OF_JUDGED_SERIES = `(source, period_ms) =
  (SELECT source, period_ms FROM series WHERE symbol = @symbol AND ${OF_LAST_JUDGED})`;

/** What lies wholly between the two moments. */
function summed(spanMs: number): string {
  return `SELECT first_time, open, high, low, close, volume
    FROM summed_quotes
    WHERE symbol = @symbol AND ${OF_JUDGED_SERIES} AND span_ms = ${spanMs} AND @periodMs % ${spanMs} = 0
      AND start_time > @startMs - ${spanMs} AND start_time < @endMs AND first_time >= @startMs AND last_time < @endMs`;
}

const CANDLES = `
  WITH parts AS (
    SELECT quote_time AS first_time, open, high, low, close, volume
    FROM quotes
    WHERE symbol = @symbol AND quote_time >= @startMs AND quote_time < @endMs AND ${OF_JUDGED_SERIES}
    UNION ALL ${summed(MINUTE_MS)}
    UNION ALL ${summed(DAY_MS)}
  ), spans AS (SELECT *, first_time - first_time % @periodMs AS start_time FROM parts)
  SELECT DISTINCT start_time,
    first_value(open) OVER span AS open, max(high) OVER span AS high, min(low) OVER span AS low,
    last_value(close) OVER span AS close, sum(volume) OVER span AS volume
  FROM spans
  WINDOW span AS (PARTITION BY start_time ORDER BY first_time ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
  ORDER BY start_time LIMIT @limit`;
