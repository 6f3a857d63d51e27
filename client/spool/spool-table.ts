import type Database from "better-sqlite3";
import { asOf, type Quote, type SessionClass } from "../../domain/quote.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { SpooledQuote } from "./spooled-quote.ts";

/** In the order of sending, which is `compareQuotes`'. */
const KEY =
  "as_of_time, symbol, fetch_time, source, period_ms, quote_time, close, open, high, low, volume, session_class";
const PLACES = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?";

export const INSERT_SPOOLED = `INSERT INTO spooled_quotes (${KEY}, id) VALUES (${PLACES}, ?) ON CONFLICT DO NOTHING`;
/** The beginning of the key finds it; the id is what tells it apart. */
export const DELETE_SPOOLED = `DELETE FROM spooled_quotes
  WHERE as_of_time = ? AND symbol = ? AND fetch_time = ? AND source = ? AND period_ms = ? AND quote_time = ? AND id = ?`;

/** A row as SQLite hands it over: the key, then the id. */
type Row = [...QuoteValues, id: number];
type QuoteValues = [
  asOfTime: TimeMs,
  symbol: string,
  fetchTime: TimeMs,
  source: string,
  periodMs: number,
  quoteTime: TimeMs,
  close: number,
  open: number,
  high: number,
  low: number,
  volume: number,
  sessionClass: SessionClass,
];

/** What is spooled, on disk. Its methods throw what SQLite throws; whoever writes has begun a transaction. */
export class SpoolTable {
  readonly #insert: Database.Statement;
  readonly #delete: Database.Statement;
  readonly #first: Database.Statement<unknown[], Row>;
  readonly #from: Database.Statement<unknown[], Row>;
  readonly #count: Database.Statement<[], { count: number; lastId: number }>;
  readonly #firstFetch: Database.Statement<[], { time: TimeMs }>;

  constructor(db: Database.Database) {
    this.#insert = db.prepare(INSERT_SPOOLED);
    this.#delete = db.prepare(DELETE_SPOOLED);
    this.#first = db.prepare<unknown[], Row>(`SELECT ${KEY}, id FROM spooled_quotes ORDER BY ${KEY} LIMIT ?`).raw();
    const from = `SELECT ${KEY}, id FROM spooled_quotes WHERE (${KEY}) >= (${PLACES}) ORDER BY ${KEY} LIMIT ?`;
    this.#from = db.prepare<unknown[], Row>(from).raw();
    this.#count = db.prepare("SELECT count(*) AS count, coalesce(max(id), 0) AS lastId FROM spooled_quotes");
    this.#firstFetch = db.prepare(`SELECT fetch_time AS time FROM spooled_quotes ORDER BY ${KEY} LIMIT 1`);
  }

  /** False if the very same quote is there already. */
  insert({ id, quote }: SpooledQuote): boolean {
    return this.#insert.run(...valuesOf(quote), id).changes > 0;
  }

  delete({ id, quote }: SpooledQuote): void {
    const { symbol, fetchTimeMs, source, periodMs, quoteTimeMs } = quote;
    this.#delete.run(asOf(quote), symbol, fetchTimeMs, source, periodMs, quoteTimeMs, id);
  }

  /** At most `limit` in the order of sending, from this quote on, itself included; null: from the first. */
  page(from: Quote | null, limit: number): SpooledQuote[] {
    const rows = from === null ? this.#first.all(limit) : this.#from.all(...valuesOf(from), limit);
    return rows.map(spooledFromRow);
  }

  /** How many there are, and the largest id. Looks at every row. */
  count(): { readonly count: number; readonly lastId: number } {
    return this.#count.get() ?? { count: 0, lastId: 0 };
  }

  /** When the one that is sent first was fetched; null when there is none. */
  firstFetchTime(): TimeMs | null {
    return this.#firstFetch.get()?.time ?? null;
  }
}

function valuesOf(quote: Quote): QuoteValues {
  const { symbol, source, periodMs, quoteTimeMs, open, high, low, close, volume, sessionClass, fetchTimeMs } = quote;
  const key = [asOf(quote), symbol, fetchTimeMs, source, periodMs, quoteTimeMs] as const;
  return [...key, close, open, high, low, volume, sessionClass];
}

function spooledFromRow(row: Row): SpooledQuote {
  const [, symbol, fetchTimeMs, source, periodMs, quoteTimeMs, close, open, high, low, volume, sessionClass, id] = row;
  const key = { symbol, source, periodMs, quoteTimeMs };
  return { id, quote: { ...key, open, high, low, close, volume, sessionClass, fetchTimeMs } };
}
