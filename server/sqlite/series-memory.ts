import type Database from "better-sqlite3";
import { isDeepStrictEqual } from "node:util";
import type { AlertSession } from "../../domain/alert.ts";
import { ALERT_SESSIONS } from "../../domain/judging/hears-session.ts";
import type { Previous } from "../../domain/judging/previous.ts";
import type { Quote, SessionClass } from "../../domain/quote.ts";
import { advanceSeries, beginStretch, NEW_SERIES, type Series } from "../../domain/judging/series.ts";
import type { TimeMs } from "../../domain/time.ts";

/** The session that hears every judged quote: its row says which series is judged, and how far. A condition on `series`. */
export const OF_LAST_JUDGED = "session = 'any'";

/** A quote whose judging is open has its place already, though its series has not moved on. */
const LAST_SEQ = "SELECT ifnull(max(seq), 0) FROM (SELECT seq FROM series UNION ALL SELECT seq FROM open_judgings)";

interface Known {
  readonly series: Series;
  /** The series as it is in the table; the sessions whose memory is another object have changed. */
  readonly saved: Series;
  readonly seq: number;
}

/**
 * What each symbol's judged series remembers, read from the table when first asked for and kept in memory. Changes are written
 * by `save()` at the end of the transaction that made them; `forget()` after one that failed.
 */
export class SeriesMemory {
  readonly #known = new Map<string, Known>();
  #lastSeq: number | null = null;
  readonly #db: Database.Database;
  readonly #load: Database.Statement;
  readonly #save: Database.Statement;

  constructor(db: Database.Database) {
    this.#db = db;
    // An operator's word takes a place in the order of judging: a session whose previous has that place has judged nothing since.
    this.#load = db.prepare(
      `SELECT *, EXISTS (SELECT 1 FROM price_stretches WHERE price_stretches.seq = series.seq) AS begins_stretch
       FROM series WHERE symbol = ?`,
    );
    this.#save = db.prepare("INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  }

  /** What the symbol's series remembers. */
  of(symbol: string): Series {
    return (this.#known.get(symbol) ?? this.#read(symbol)).series;
  }

  /** The next place in the order of judging. */
  takeSeq(): number {
    this.#lastSeq = this.#loadLastSeq() + 1;
    return this.#lastSeq;
  }

  /** Moves the series on to a quote that is judged. */
  advance(quote: Quote, seq: number): void {
    this.#lastSeq = Math.max(this.#loadLastSeq(), seq); // a judging that was open may end before this is asked for a place
    const { series, saved } = this.#known.get(quote.symbol) ?? this.#read(quote.symbol);
    this.#known.set(quote.symbol, { series: advanceSeries(series, quote), saved, seq });
  }

  /** Lets the series begin anew at a quote whose price was doubted; when the stretch of prices begins that goes on from it. */
  beginStretch(quote: Quote, seq: number, eventNowMs: TimeMs): TimeMs {
    const { series, saved } = this.#known.get(quote.symbol) ?? this.#read(quote.symbol);
    const begun = beginStretch(series, quote, eventNowMs);
    this.#known.set(quote.symbol, { series: begun, saved, seq });
    return begun.any.stretchAsOfMs;
  }

  /** Writes what changed. */
  save(): void {
    for (const [symbol, { series, saved, seq }] of this.#known) {
      if (series === saved) continue;
      for (const session of ALERT_SESSIONS) {
        const previous = series[session];
        if (previous !== null && previous !== saved[session]) this.#write(symbol, session, previous, seq);
      }
      this.#known.set(symbol, { series, saved: series, seq });
    }
  }

  /** Drops all that is in memory; the tables say what holds. */
  forget(): void {
    this.#known.clear();
    this.#lastSeq = null;
  }

  #write(symbol: string, session: AlertSession, previous: Previous, seq: number): void {
    const { source, periodMs, quoteTimeMs, asOfMs, fetchTimeMs, high, low, close } = previous;
    const { sessionClass, seenMs, stretchAsOfMs } = previous;
    const values = [source, periodMs, quoteTimeMs, asOfMs, fetchTimeMs, high, low, close, seq];
    this.#save.run(symbol, session, ...values, sessionClass, seenMs, stretchAsOfMs);
  }

  #loadLastSeq(): number {
    return this.#lastSeq ?? Number(this.#db.prepare(LAST_SEQ).pluck().get());
  }

  #read(symbol: string): Known {
    const rows = this.#load.all(symbol) as SeriesRow[];
    const series = rows.length === 0 ? NEW_SERIES : seriesFromRows(rows);
    const known = { series, saved: series, seq: Math.max(0, ...rows.map(({ seq }) => seq)) };
    this.#known.set(symbol, known);
    return known;
  }
}

interface SeriesRow {
  readonly symbol: string;
  readonly session: AlertSession;
  readonly source: string;
  readonly period_ms: number;
  readonly quote_time: number;
  readonly as_of_time: number;
  readonly fetch_time: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly seq: number;
  readonly session_class: SessionClass;
  readonly seen: number;
  readonly stretch_as_of: number;
  readonly begins_stretch: number;
}

function seriesFromRows(rows: readonly SeriesRow[]): Series {
  const any = rows.find(({ session }) => session === "any");
  const ofAny = any === undefined ? null : previousFromRow(any);
  const of = (session: AlertSession): Previous | null => {
    const row = rows.find((other) => other.session === session);
    if (row === undefined) return null;
    return isDeepStrictEqual({ ...row, session: "any" }, any) ? ofAny : previousFromRow(row);
  };
  return { regular: of("regular"), extended: of("extended"), any: ofAny };
}

function previousFromRow(row: SeriesRow): Previous {
  return {
    symbol: row.symbol,
    source: row.source,
    periodMs: row.period_ms,
    quoteTimeMs: row.quote_time,
    asOfMs: row.as_of_time,
    fetchTimeMs: row.fetch_time,
    high: row.high,
    low: row.low,
    close: row.close,
    sessionClass: row.session_class,
    seenMs: row.seen,
    stretchAsOfMs: row.stretch_as_of,
    beginsStretch: row.begins_stretch === 1,
  };
}
