import type Database from "better-sqlite3";
import { asOf, compareQuotes, type Quote } from "../domain/quote.ts";
import { UPSERT_QUOTE } from "../server/sqlite/quote-store.ts";

/** The statement that stores a quote, and nothing round it. */
export class BareUpsert {
  readonly #db: Database.Database;
  readonly #upsert: Database.Statement;
  #seq = 0;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#upsert = db.prepare(UPSERT_QUOTE);
  }

  /** Rows a second, so many a transaction. */
  rateOf(quotes: readonly Quote[], batch: number): number {
    const rows = quotes.toSorted(compareQuotes).map((quote) => this.#rowFrom(quote));
    const insert = this.#db.transaction((first: number) => {
      for (let at = first; at < first + batch; at++) this.#upsert.run(rows[at]);
    });
    const startedAt = performance.now();
    for (let first = 0; first < rows.length; first += batch) insert.immediate(first);
    return (rows.length * 1_000) / (performance.now() - startedAt);
  }

  #rowFrom(quote: Quote): unknown[] {
    const { symbol, source, periodMs, quoteTimeMs, open, high, low, close, volume, sessionClass, fetchTimeMs } = quote;
    this.#seq += 1;
    const key = [symbol, source, periodMs, quoteTimeMs, asOf(quote)];
    return [...key, open, high, low, close, volume, sessionClass, fetchTimeMs, this.#seq];
  }
}
