import type Database from "better-sqlite3";
import type { Candle, CandleQuery } from "../candle.ts";
import { OF_LAST_JUDGED } from "./series-memory.ts";

/** Sums up a symbol's judged series; spans are counted from the epoch, so that the same span is the same in every answer. */
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

const CANDLES = `
  WITH spans AS (
    SELECT quotes.*, quote_time - quote_time % @periodMs AS start_time
    FROM quotes
    WHERE symbol = @symbol AND quote_time >= @startMs AND quote_time < @endMs
      AND (source, period_ms) = (SELECT source, period_ms FROM series WHERE symbol = @symbol AND ${OF_LAST_JUDGED})
  )
  SELECT DISTINCT start_time,
    first_value(open) OVER span AS open, max(high) OVER span AS high, min(low) OVER span AS low,
    last_value(close) OVER span AS close, sum(volume) OVER span AS volume
  FROM spans
  WINDOW span AS (PARTITION BY start_time ORDER BY quote_time ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
  ORDER BY start_time LIMIT @limit`;
