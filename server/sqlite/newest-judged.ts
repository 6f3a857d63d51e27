import type Database from "better-sqlite3";
import type { QuoteRow } from "./quote-rows.ts";
import { OF_LAST_JUDGED } from "./series-memory.ts";

/** Finds a symbol's last judged quote: the version of it that was judged, though a later one may be stored that nobody believes. */
export class NewestJudged {
  readonly #stored: Database.Statement;
  readonly #superseded: Database.Statement;

  constructor(db: Database.Database) {
    // Prepared once: a statement takes 5 kB outside the heap until it is collected, and a list asks this for each symbol.
    const from = (table: string, condition: string) =>
      db.prepare(
        `SELECT ${table}.* FROM series JOIN ${table} USING (symbol, source, period_ms, quote_time)
         WHERE symbol = ? AND ${OF_LAST_JUDGED} AND ${condition}`,
      );
    this.#stored = from("quotes", "quotes.seq IS NOT NULL");
    this.#superseded = from("superseded_quotes", "superseded_quotes.seq = series.seq");
  }

  /** Undefined: none of the symbol was judged yet. */
  get(symbol: string): QuoteRow | undefined {
    return (this.#stored.get(symbol) ?? this.#superseded.get(symbol)) as QuoteRow | undefined;
  }
}
