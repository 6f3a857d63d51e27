import type Database from "better-sqlite3";
import { hearsSession } from "../../domain/hears-session.ts";
import { isNewer, previousOf, type Previous } from "../../domain/previous.ts";
import { asOf, type Quote } from "../../domain/quote.ts";
import { MINUTE_MS } from "../../domain/time.ts";

/** Every alert listens to the regular session until alerts can choose. */
export const SESSION = "regular";
/** A symbol goes over to another source or period when its own has said nothing for so long, in event time. */
const SILENCE_MS = 15 * MINUTE_MS;

/** A quote whose judging is open has its place already, though its series has not moved on. */
const LAST_SEQ = "SELECT ifnull(max(seq), 0) FROM (SELECT seq FROM series UNION ALL SELECT seq FROM open_judgings)";

interface Series {
  readonly previous: Previous;
  readonly seq: number;
  readonly changed: boolean;
}

/**
 * What each symbol's judged series remembers, read from the table when first asked for and kept in memory. Changes are written
 * by `save()` at the end of the transaction that made them; `forget()` after one that failed.
 */
export class SeriesMemory {
  readonly #known = new Map<string, Series | null>();
  #lastSeq: number | null = null;
  readonly #db: Database.Database;
  readonly #load: Database.Statement;
  readonly #save: Database.Statement;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#load = db.prepare("SELECT * FROM series WHERE symbol = ? AND session = ?");
    this.#save = db.prepare("INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  }

  /** What the symbol's series remembers; null before its first judged quote. */
  previous(symbol: string): Previous | null {
    return this.#series(symbol)?.previous ?? null;
  }

  /** Whether the quote is to be judged: it is heard, of the judged series (or takes it over), and newer than the last judged one. */
  isJudged(quote: Quote): boolean {
    if (!hearsSession(quote.sessionClass)) return false;
    const previous = this.previous(quote.symbol);
    if (previous === null) return true;
    if (isOfSeries(quote, previous)) return isNewer(quote, previous);
    return asOf(quote) - previous.asOfMs > SILENCE_MS;
  }

  /** Where the walk of a quote that is to be judged begins; null: at itself. Simulated prices and real ones never meet in one walk. */
  before(quote: Quote): Previous | null {
    const previous = this.previous(quote.symbol);
    return previous !== null && isSameWorld(quote, previous) ? previous : null;
  }

  /** The next place in the order of judging. */
  takeSeq(): number {
    this.#lastSeq = this.#loadLastSeq() + 1;
    return this.#lastSeq;
  }

  /** Moves the series on to a quote that is judged. */
  advance(quote: Quote, seq: number): void {
    this.#lastSeq = Math.max(this.#loadLastSeq(), seq); // a judging that was open may end before this is asked for a place
    this.#known.set(quote.symbol, { previous: previousOf(quote, this.before(quote)), seq, changed: true });
  }

  /** Writes what changed. */
  save(): void {
    for (const [symbol, series] of this.#known) {
      if (series?.changed !== true) continue;
      const { source, periodMs, quoteTimeMs, asOfMs, fetchTimeMs, high, low, close } = series.previous;
      const values = [source, periodMs, quoteTimeMs, asOfMs, fetchTimeMs, high, low, close, series.seq];
      this.#save.run(symbol, SESSION, ...values);
      this.#known.set(symbol, { ...series, changed: false });
    }
  }

  /** Drops all that is in memory; the tables say what holds. */
  forget(): void {
    this.#known.clear();
    this.#lastSeq = null;
  }

  #loadLastSeq(): number {
    return this.#lastSeq ?? Number(this.#db.prepare(LAST_SEQ).pluck().get());
  }

  #series(symbol: string): Series | null {
    const known = this.#known.get(symbol);
    if (known !== undefined) return known;
    const row = this.#load.get(symbol, SESSION) as SeriesRow | undefined;
    const series = row === undefined ? null : seriesFromRow(row);
    this.#known.set(symbol, series);
    return series;
  }
}

interface SeriesRow {
  readonly symbol: string;
  readonly source: string;
  readonly period_ms: number;
  readonly quote_time: number;
  readonly as_of_time: number;
  readonly fetch_time: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly seq: number;
}

function seriesFromRow(row: SeriesRow): Series {
  const previous: Previous = {
    symbol: row.symbol,
    source: row.source,
    periodMs: row.period_ms,
    quoteTimeMs: row.quote_time,
    asOfMs: row.as_of_time,
    fetchTimeMs: row.fetch_time,
    high: row.high,
    low: row.low,
    close: row.close,
  };
  return { previous, seq: row.seq, changed: false };
}

function isOfSeries(quote: Quote, previous: Previous): boolean {
  return quote.source === previous.source && quote.periodMs === previous.periodMs;
}

function isSameWorld(quote: Quote, previous: Previous): boolean {
  return (quote.source === "simulator") === (previous.source === "simulator");
}
