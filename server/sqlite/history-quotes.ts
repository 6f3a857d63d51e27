// Stored quotes of a symbol in the order in which they are to be played, some days at a time, so that no read is long. The order of judging is
// the order of their moments (nothing is judged that is not newer), so that a stretch of moments is a stretch of it.
import type Database from "better-sqlite3";
import type { AlertSession } from "../../domain/alert.ts";
import { sessionsThatHear } from "../../domain/judging/hears-session.ts";
import { compareQuotes, IMPORT_SOURCE, SESSION_CLASSES, type SessionClass } from "../../domain/quote.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { HistoryOrder } from "../history/history.ts";
import type { PlayedQuote } from "../history/played-series.ts";
import type { StoredQuote } from "../stored-quote.ts";
import { quoteFromRow, type QuoteRow } from "./quote-rows.ts";
import { SeriesKeys, type SeriesKey } from "./series-keys.ts";

/**
 * What was judged reaches far enough when it begins no later than so long after everything stored: the longest ordinary closing of an
 * exchange. Else the symbol was fed from elsewhere before it was judged.
 */
const REACH_SLACK_MS = 4 * DAY_MS;
/** So much is read at once: some ten thousand bars, or ticks. */
const SLICE_OF_BARS_MS = 8 * DAY_MS;
const SLICE_OF_TICKS_MS = 6 * HOUR_MS;
/** Of a source that is not judged there may be millions. */
const MOST_UNJUDGED = 5_000;

interface Moment {
  readonly quote_time: number;
  readonly as_of_time: number;
}

/** Reads only. */
export class HistoryQuotes {
  readonly #keys: SeriesKeys;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database) {
    this.#keys = new SeriesKeys(db);
    this.#sql = statements(db);
  }

  /** In which order the prices from `startMs` to before `endMs` can be played. */
  orderOf(symbol: string, startMs: TimeMs, endMs: TimeMs): HistoryOrder {
    const span = { startMs, endMs };
    const judgedMs = this.#firstJudged(symbol, span);
    const firstMs = firstOf(this.#sql.first, this.#keys.of(symbol), span);
    return judgedMs <= firstMs + REACH_SLACK_MS && judgedMs < Infinity ? "judged" : "time";
  }

  /**
   * From when on to play for a session that is to know at `startMs` what it heard last: from the quote before the beginning of that bar, all
   * of whose versions count, and are believed or not by the price before.
   */
  leadIn(symbol: string, session: AlertSession, startMs: TimeMs, order: HistoryOrder): TimeMs {
    const last = this.#lastBefore(symbol, session, startMs, order);
    if (last === undefined) return startMs;
    const beginMs = Math.min(last.quote_time, last.as_of_time);
    return this.#lastBefore(symbol, "any", beginMs, order)?.as_of_time ?? beginMs;
  }

  /** The quotes as of `startMs` to before `endMs`, in their order. */
  *played(symbol: string, startMs: TimeMs, endMs: TimeMs, order: HistoryOrder): Generator<PlayedQuote, void> {
    const keys = order === "judged" ? this.#judgedKeys(symbol) : this.#keys.of(symbol);
    const judgedMs = order === "judged" ? 0 : this.#firstJudged(symbol, ALWAYS);
    const stretches = new Map(this.#sql.stretches.raw().all(symbol) as [seq: number, stretchAsOfMs: TimeMs][]);
    const spans = keys.map((key) => this.#sql.span.get(key) as { first: number; last: number });
    const firstMs = Math.max(startMs, Math.min(...spans.map(({ first }) => first)));
    const afterMs = Math.min(endMs, Math.max(...spans.map(({ last }) => last)) + 1);
    const sliceMs = keys.every(({ periodMs }) => periodMs >= MINUTE_MS) ? SLICE_OF_BARS_MS : SLICE_OF_TICKS_MS;
    for (let fromMs = firstMs; fromMs < afterMs; fromMs += sliceMs) {
      const slice = { startMs: fromMs, endMs: Math.min(fromMs + sliceMs, afterMs) };
      const quotes = order === "judged" ? this.#judged(keys, slice) : this.#byTime(keys, slice, judgedMs);
      if (order === "time" || stretches.size === 0) yield* quotes;
      else for (const one of quotes) yield { ...one, stretchAsOfMs: stretches.get(one.seq ?? 0) ?? null };
    }
  }

  /** What was stored of those moments and never judged, in no order; of each source and period no more than the newest few thousand. */
  unjudged(symbol: string, startMs: TimeMs, endMs: TimeMs): readonly StoredQuote[] {
    const slice = { startMs, endMs, limit: MOST_UNJUDGED };
    const rows = this.#judgedKeys(symbol).flatMap((key) =>
      [this.#sql.unjudged, this.#sql.supersededUnjudged].flatMap(
        (statement) => statement.all({ ...key, ...slice }) as QuoteRow[],
      ),
    );
    return rows.map(storedFromRow);
  }

  /** The newest judged ones that the session heard, as of before `endMs`, at most `limit`; in the order of judging. */
  lastHeard(symbol: string, session: AlertSession, endMs: TimeMs, limit: number): readonly StoredQuote[] {
    const heard = heardBy(session);
    const rows = this.#judgedKeys(symbol).flatMap((key) =>
      [this.#sql.lastJudged, this.#sql.lastSuperseded].flatMap(
        (statement) => statement.all({ ...key, endMs, heard, limit }) as QuoteRow[],
      ),
    );
    return inOrderOfJudging(rows.map(storedFromRow)).slice(-limit);
  }

  /** The newest quote that the session could hear, judged if any was; null if there is none. */
  newest(symbol: string, session: AlertSession): StoredQuote | null {
    const [judged] = this.lastHeard(symbol, session, Infinity, 1);
    if (judged !== undefined) return judged;
    const heard = heardBy(session);
    const rows = this.#keys.of(symbol).map((key) => this.#sql.lastOfAny.get({ ...key, endMs: Infinity, heard }));
    const found = rows.filter((row) => row !== undefined) as QuoteRow[];
    return inOrderOfTime(found.map(storedFromRow)).at(-1) ?? null;
  }

  /** The time of the last quote that is no longer kept; null: all are. */
  goneUntil(symbol: string): TimeMs | null {
    const times = this.#keys
      .of(symbol)
      .flatMap((key) => [MINUTE_MS, DAY_MS].map((spanMs) => this.#sql.lastGone.get({ ...key, spanMs })));
    const known = times.filter((timeMs) => timeMs !== undefined) as TimeMs[];
    return known.length === 0 ? null : Math.max(...known);
  }

  #judged(keys: readonly SeriesKey[], slice: Slice): readonly PlayedQuote[] {
    const { judged, superseded } = this.#sql;
    return inOrderOfJudging(
      keys.flatMap((key) => [...valuesOf(judged, key, slice), ...valuesOf(superseded, key, slice)]),
    );
  }

  /** Imported ones only before the first judged one. */
  #byTime(keys: readonly SeriesKey[], slice: Slice, judgedMs: TimeMs): readonly PlayedQuote[] {
    const before = { ...slice, endMs: Math.min(slice.endMs, judgedMs) };
    const quotes = keys.flatMap((key) =>
      valuesOf(this.#sql.newestVersions, key, key.source === IMPORT_SOURCE ? before : slice),
    );
    return inOrderOfTime(quotes);
  }

  /** As of when the first one of these moments was judged; Infinity: none was. */
  #firstJudged(symbol: string, slice: Slice): TimeMs {
    const keys = this.#judgedKeys(symbol);
    return Math.min(firstOf(this.#sql.firstJudged, keys, slice), firstOf(this.#sql.firstSuperseded, keys, slice));
  }

  /** What may have been judged: imported prices never are, and there may be millions to look through. */
  #judgedKeys(symbol: string): readonly SeriesKey[] {
    return this.#keys.of(symbol).filter(({ source }) => source !== IMPORT_SOURCE);
  }

  #lastBefore(symbol: string, session: AlertSession, endMs: TimeMs, order: HistoryOrder): Moment | undefined {
    const heard = heardBy(session);
    const { lastJudged, lastSuperseded, lastOfAny } = this.#sql;
    const [keys, asked] =
      order === "judged"
        ? [this.#judgedKeys(symbol), [lastJudged, lastSuperseded]]
        : [this.#keys.of(symbol), [lastOfAny]];
    const found = keys.flatMap((key) =>
      asked.map((statement) => statement.get({ ...key, endMs, heard, limit: 1 }) as Moment | undefined),
    );
    return found.filter((one) => one !== undefined).toSorted((a, b) => b.as_of_time - a.as_of_time)[0];
  }
}

/** All but the key, which is known: reading it in every row would take a third of the time. */
const VALUES = "quote_time, open, high, low, close, volume, session_class, fetch_time, seq";
const NEWEST_FIRST = "ORDER BY quote_time DESC, as_of_time DESC, fetch_time DESC";

interface Slice {
  readonly startMs: TimeMs;
  readonly endMs: TimeMs;
}
const ALWAYS: Slice = { startMs: -Infinity, endMs: Infinity };

/** The first moment that the statement finds in any of the series. */
function firstOf(statement: Database.Statement, keys: readonly SeriesKey[], slice: Slice): TimeMs {
  return Math.min(...keys.map((key) => (statement.get({ ...key, ...slice }) as TimeMs | null) ?? Infinity));
}

function inOrderOfJudging<Stored extends StoredQuote>(quotes: readonly Stored[]): readonly Stored[] {
  return quotes.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
}

function inOrderOfTime<Stored extends StoredQuote>(quotes: readonly Stored[]): readonly Stored[] {
  return quotes.toSorted((a, b) => compareQuotes(a.quote, b.quote));
}

/** Written out, without a copy on the way: a preview makes thousands of them. */
function valuesOf(statement: Database.Statement, key: SeriesKey, slice: Slice): readonly PlayedQuote[] {
  const { symbol, source, periodMs } = key;
  const rows = statement.all({ ...key, ...slice }) as Omit<QuoteRow, "symbol" | "source" | "period_ms">[];
  return rows.map((row) => {
    const { quote_time: quoteTimeMs, open, high, low, close, volume, fetch_time: fetchTimeMs, seq } = row;
    const sessionClass = row.session_class as SessionClass;
    const prices = { symbol, source, periodMs, quoteTimeMs, open, high, low, close, volume, sessionClass, fetchTimeMs };
    return { quote: prices, seq, stretchAsOfMs: null };
  });
}

function storedFromRow(row: QuoteRow): StoredQuote {
  return { quote: quoteFromRow(row), seq: row.seq };
}

/** The classes of quotes that a session hears, as a JSON list. */
function heardBy(session: AlertSession): string {
  return JSON.stringify(SESSION_CLASSES.filter((sessionClass) => sessionsThatHear(sessionClass).includes(session)));
}

function statements(db: Database.Database) {
  const key = "symbol = @symbol AND source = @source AND period_ms = @periodMs";
  // A quote speaks of a moment within its period, or at most a day before it: so the key narrows a stretch of moments down.
  const slice = `${key} AND quote_time >= @startMs - @periodMs AND quote_time < @endMs + ${DAY_MS}
    AND as_of_time >= @startMs AND as_of_time < @endMs`;
  const before = `${key} AND quote_time < @endMs + ${DAY_MS} AND as_of_time < @endMs
    AND session_class IN (SELECT value FROM json_each(@heard))`;
  const lastJudged = (table: string) =>
    db.prepare(`SELECT * FROM ${table} WHERE ${before} AND seq IS NOT NULL ${NEWEST_FIRST} LIMIT @limit`);
  const unjudged = (table: string) =>
    db.prepare(`SELECT * FROM ${table} WHERE ${slice} AND seq IS NULL ORDER BY quote_time DESC LIMIT @limit`);
  const first = (table: string, condition: string) =>
    db.prepare(`SELECT as_of_time FROM ${table} WHERE ${slice}${condition} ORDER BY quote_time LIMIT 1`).pluck();
  return {
    span: db.prepare(
      `SELECT (SELECT min(quote_time) FROM quotes WHERE ${key}) - ${DAY_MS} AS first,
         (SELECT max(quote_time) FROM quotes WHERE ${key}) + @periodMs AS last`,
    ),
    first: first("quotes", ""),
    firstJudged: first("quotes", " AND seq IS NOT NULL"),
    firstSuperseded: first("superseded_quotes", " AND seq IS NOT NULL"),
    judged: db.prepare(`SELECT ${VALUES} FROM quotes WHERE ${slice} AND seq IS NOT NULL`),
    superseded: db.prepare(`SELECT ${VALUES} FROM superseded_quotes WHERE ${slice} AND seq IS NOT NULL`),
    unjudged: unjudged("quotes"),
    supersededUnjudged: unjudged("superseded_quotes"),
    stretches: db.prepare("SELECT seq, stretch_as_of FROM price_stretches WHERE symbol = ?"),
    newestVersions: db.prepare(`SELECT ${VALUES} FROM quotes WHERE ${slice}`),
    lastJudged: lastJudged("quotes"),
    lastSuperseded: lastJudged("superseded_quotes"),
    lastGone: db
      .prepare(
        `SELECT last_time FROM summed_quotes WHERE ${key} AND span_ms = @spanMs ORDER BY start_time DESC LIMIT 1`,
      )
      .pluck(),
    lastOfAny: db.prepare(`SELECT * FROM quotes WHERE ${before} ${NEWEST_FIRST} LIMIT 1`),
  };
}
