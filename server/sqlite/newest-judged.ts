import type Database from "better-sqlite3";
import type { QuoteRow } from "./quote-rows.ts";
import { OF_LAST_JUDGED } from "./series-memory.ts";

/**
 * Finds a symbol's last judged quote in its newest version. One that was fetched later and is not judged was not believed: then it is the
 * version that was.
 */
export class NewestJudged {
  readonly #stored: Database.Statement;
  readonly #superseded: Database.Statement;

  constructor(db: Database.Database) {
    // Prepared once: a statement takes 5 kB outside the heap until it is collected, and a list asks this for each symbol.
    const from = (table: string) =>
      `SELECT ${table}.* FROM series JOIN ${table} USING (symbol, source, period_ms, quote_time)
       WHERE symbol = ? AND ${OF_LAST_JUDGED}`;
    this.#stored = db.prepare(from("quotes"));
    this.#superseded = db.prepare(`${from("superseded_quotes")} AND superseded_quotes.seq = series.seq`);
  }

  /** Undefined: none of the symbol was judged yet. */
  get(symbol: string): QuoteRow | undefined {
    const stored = this.#stored.get(symbol) as QuoteRow | undefined;
    if (stored === undefined || stored.seq !== null) return stored;
    const judged = this.#superseded.get(symbol) as QuoteRow | undefined;
    return judged !== undefined && judged.fetch_time < stored.fetch_time ? judged : stored;
  }
}
