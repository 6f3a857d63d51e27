import type Database from "better-sqlite3";
import { keepingOf, LONGEST_MINUTES_MS, startOfSpan, SUM_SPAN_MS } from "../../domain/keeping.ts";
import { IMPORT_SOURCE } from "../../domain/quote.ts";
import { DAY_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { KeepTimes } from "../retention-store.ts";
import { NewestOfAny } from "./newest-of-any.ts";
import { SeriesKeys, type SeriesKey } from "./series-keys.ts";
import { OF_LAST_JUDGED } from "./series-memory.ts";

/** So many rows are removed at once at most, a millisecond's work: those of a whole minute, if ticks come four a second. */
const CHUNK_ROWS = 250;

/** Quotes (or minutes) before `limitMs` are to be summed up to spans of that length. */
interface Expiry {
  readonly spanMs: number;
  readonly limitMs: TimeMs;
}

/** Sums up the prices of a symbol whose time is over, oldest first, and removes them, some at a time. Runs inside transactions. */
export class ExpiredQuotes {
  readonly #keys: SeriesKeys;
  readonly #newestOfAny: NewestOfAny;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database) {
    this.#keys = new SeriesKeys(db);
    this.#newestOfAny = new NewestOfAny(db);
    this.#sql = statements(db);
  }

  /** How many rows it removed; 0: there are none to be removed. */
  removeSome(symbol: string, keep: KeepTimes): number {
    const nowMs = this.#eventNow(symbol);
    for (const key of this.#keys.of(symbol)) {
      const removed = key.source === IMPORT_SOURCE ? 0 : this.#removeOf(key, nowMs, keep);
      if (removed > 0) return removed;
    }
    if (keep.minutesMs === null) return 0;
    return this.#removeWhatTellsOf(symbol, nowMs - keep.minutesMs);
  }

  /** What tells of prices that are gone is of no use any more. */
  #removeWhatTellsOf(symbol: string, limitMs: TimeMs): number {
    const { removeEndedHolds, removeGaps } = this.#sql;
    const holds = removeEndedHolds.run(symbol, limitMs, CHUNK_ROWS).changes;
    if (holds > 0) return holds;
    return removeGaps.run({ symbol, limitMs: startOfSpan(Math.max(0, limitMs), DAY_MS), chunk: CHUNK_ROWS }).changes;
  }

  /** As of when the symbol's newest accepted price is: no clock, for a clock may be set. */
  #eventNow(symbol: string): TimeMs {
    const judgedMs = this.#sql.newestJudged.get(symbol) as TimeMs | undefined;
    return judgedMs ?? this.#newestOfAny.get(symbol)?.as_of_time ?? 0;
  }

  #removeOf(key: SeriesKey, nowMs: TimeMs, { ticksMs, minutesMs }: KeepTimes): number {
    const keeping = keepingOf(key.periodMs);
    const neededMs = this.#sql.firstNeeded.get(key) as TimeMs;
    const limitOf = (keepMs: number, spanMs: number): TimeMs =>
      startOfSpan(Math.max(0, Math.min(nowMs - keepMs, neededMs)), spanMs);
    const versions = ticksMs === null ? 0 : this.#removeVersions(key, limitOf(ticksMs, MINUTE_MS));
    if (versions > 0 || keeping === "forever") return versions;
    const keepMs = keeping === "ticks" ? ticksMs : minutesMs;
    const spanMs = SUM_SPAN_MS[keeping];
    const quotes = keepMs === null ? 0 : this.#sumUpQuotes(key, { spanMs, limitMs: limitOf(keepMs, spanMs) });
    if (quotes > 0 || keeping === "minutes" || minutesMs === null) return quotes;
    return this.#sumUpMinutes(key, { spanMs: DAY_MS, limitMs: limitOf(minutesMs, DAY_MS) });
  }

  #removeVersions(key: SeriesKey, limitMs: TimeMs): number {
    return this.#sql.removeVersions.run({ ...key, limitMs, chunk: CHUNK_ROWS }).changes;
  }

  #sumUpQuotes(key: SeriesKey, expiry: Expiry): number {
    const { firstQuote, quoteAt, sumUpQuotes, removeQuotes } = this.#sql;
    const untilMs = this.#chunkEnd(key, expiry, firstQuote, quoteAt);
    if (untilMs === null) return 0;
    sumUpQuotes.run({ ...key, spanMs: expiry.spanMs, untilMs });
    return removeQuotes.run({ ...key, untilMs }).changes;
  }

  #sumUpMinutes(key: SeriesKey, expiry: Expiry): number {
    const { firstMinute, minuteAt, sumUpMinutes, removeMinutes } = this.#sql;
    const untilMs = this.#chunkEnd(key, expiry, firstMinute, minuteAt);
    if (untilMs === null) return 0;
    sumUpMinutes.run({ ...key, spanMs: expiry.spanMs, untilMs });
    return removeMinutes.run({ ...key, untilMs }).changes;
  }

  /** Before when a chunk's rows are: whole spans if there are not too many rows in one; null: nothing has expired. */
  #chunkEnd(
    key: SeriesKey,
    { spanMs, limitMs }: Expiry,
    first: Database.Statement,
    at: Database.Statement,
  ): TimeMs | null {
    const firstMs = first.get({ ...key, limitMs }) as TimeMs | null;
    if (firstMs === null) return null;
    const nextMs = at.get({ ...key, limitMs, chunk: CHUNK_ROWS }) as TimeMs | undefined;
    if (nextMs === undefined) return limitMs;
    const wholeMs = startOfSpan(nextMs, spanMs);
    return wholeMs > firstMs ? wholeMs : nextMs;
  }
}

const KEY = "symbol = @symbol AND source = @source AND period_ms = @periodMs";
const OF_MINUTES = `${KEY} AND span_ms = ${MINUTE_MS}`;
const SAME_BAR = "(symbol, source, period_ms, quote_time) = (old.symbol, old.source, old.period_ms, old.quote_time)";

/** Sums up rows that have a first and a last time to candles, into those that are there. */
function sumUp(rows: string): string {
  // What lies within the times that were summed up already came late, or a second time: it may widen a candle, but is not counted again.
  return `INSERT INTO summed_quotes
    SELECT DISTINCT symbol, source, period_ms, @spanMs, start_time, min(first_time) OVER span, max(last_time) OVER span,
      first_value(open) OVER span, max(high) OVER span, min(low) OVER span, last_value(close) OVER span, sum(volume) OVER span
    FROM (SELECT *, first_time - first_time % @spanMs AS start_time FROM (${rows}))
    WHERE true
    WINDOW span AS (PARTITION BY start_time ORDER BY first_time ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ON CONFLICT DO UPDATE SET
      open = iif(excluded.first_time < first_time, excluded.open, open),
      close = iif(excluded.last_time > last_time, excluded.close, close),
      high = max(high, excluded.high), low = min(low, excluded.low),
      volume = volume + iif(excluded.first_time > last_time OR excluded.last_time < first_time, excluded.volume, 0),
      first_time = min(first_time, excluded.first_time), last_time = max(last_time, excluded.last_time)`;
}

function statements(db: Database.Database) {
  const one = (sql: string) => db.prepare(sql).pluck();
  const values = "symbol, source, period_ms, open, high, low, close, volume";
  return {
    newestJudged: one(`SELECT as_of_time FROM series WHERE symbol = ? AND ${OF_LAST_JUDGED}`),
    // The last judged quote and what came after it, for that may be doubted; and of every series the newest one, which says how far it is.
    firstNeeded: one(
      `SELECT min(quote_time) FROM (
         SELECT quote_time FROM series WHERE ${KEY} AND ${OF_LAST_JUDGED}
         UNION ALL SELECT quote_time FROM open_judgings WHERE ${KEY}
         UNION ALL SELECT max(quote_time) FROM quotes WHERE ${KEY})`,
    ),
    // Of a bar that is still there, and of which the newest version was not judged, the last judged one stays.
    removeVersions: db.prepare(
      `DELETE FROM superseded_quotes WHERE rowid IN (SELECT rowid FROM superseded_quotes AS old
         WHERE ${KEY} AND quote_time < @limitMs AND (seq IS NULL
           OR NOT EXISTS (SELECT 1 FROM quotes WHERE ${SAME_BAR} AND seq IS NULL)
           OR EXISTS (SELECT 1 FROM superseded_quotes AS later WHERE ${SAME_BAR} AND later.seq > old.seq))
         ORDER BY quote_time LIMIT @chunk)`,
    ),
    firstQuote: one(`SELECT min(quote_time) FROM quotes WHERE ${KEY} AND quote_time < @limitMs`),
    quoteAt: one(
      `SELECT quote_time FROM quotes WHERE ${KEY} AND quote_time < @limitMs ORDER BY quote_time LIMIT 1 OFFSET @chunk`,
    ),
    sumUpQuotes: db.prepare(
      sumUp(
        `SELECT ${values}, quote_time AS first_time, quote_time AS last_time FROM quotes WHERE ${KEY} AND quote_time < @untilMs`,
      ),
    ),
    removeQuotes: db.prepare(`DELETE FROM quotes WHERE ${KEY} AND quote_time < @untilMs`),
    firstMinute: one(`SELECT min(start_time) FROM summed_quotes WHERE ${OF_MINUTES} AND start_time < @limitMs`),
    minuteAt: one(
      `SELECT start_time FROM summed_quotes WHERE ${OF_MINUTES} AND start_time < @limitMs
       ORDER BY start_time LIMIT 1 OFFSET @chunk`,
    ),
    sumUpMinutes: db.prepare(
      sumUp(`SELECT ${values}, first_time, last_time FROM summed_quotes WHERE ${OF_MINUTES} AND start_time < @untilMs`),
    ),
    removeMinutes: db.prepare(`DELETE FROM summed_quotes WHERE ${OF_MINUTES} AND start_time < @untilMs`),
    // Explanations tell of them; they are as long of use as the prices of their time.
    removeEndedHolds: db.prepare(
      `DELETE FROM ended_holds WHERE row IN (SELECT row FROM ended_holds
         WHERE symbol = ? AND told_row IS NULL AND end_time < ? LIMIT ?)`,
    ),
    // A gap among bars of more than an hour stays, as they do.
    removeGaps: db.prepare(
      `DELETE FROM gaps WHERE (symbol, source, period_ms, start_time) IN (SELECT symbol, source, period_ms, start_time FROM gaps
         WHERE symbol = @symbol AND period_ms <= ${LONGEST_MINUTES_MS} AND end_time <= @limitMs LIMIT @chunk)`,
    ),
  };
}
