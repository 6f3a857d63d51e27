import type Database from "better-sqlite3";
import type { GoneQuotes } from "../history/explain-play.ts";
import { quoteFromRow, type QuoteRow } from "./quote-rows.ts";

/** Finds prices that are no longer kept, but stand in what an owner was told of them. Reads only. */
export class GoneQuotesReading {
  readonly #told: Database.Statement;

  constructor(db: Database.Database) {
    const same = ["symbol", "source", "period_ms", "quote_time", "seq"]
      .map((column) => `kept.${column} = triggers.${column}`)
      .join(" AND ");
    this.#told = db.prepare(
      `SELECT * FROM triggers WHERE alert = ? AND seq IS NOT NULL AND hold IS NULL
         AND NOT EXISTS (SELECT 1 FROM quotes AS kept WHERE ${same})
         AND NOT EXISTS (SELECT 1 FROM superseded_quotes AS kept WHERE ${same})
       ORDER BY seq DESC LIMIT ?`,
    );
  }

  /** Of what one alert told of one symbol the newest, at most `limit`. */
  of(alertRow: number, limit: number): GoneQuotes {
    const rows = this.#told.all(alertRow, limit) as (QuoteRow & { readonly seq: number })[];
    return new Map(rows.map((row) => [row.seq, { quote: quoteFromRow(row), seq: row.seq }]));
  }
}
