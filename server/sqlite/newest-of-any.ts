import type Database from "better-sqlite3";
import type { QuoteKey } from "../../domain/quote.ts";
import type { QuoteRow } from "./quote-rows.ts";

interface FoundRow extends QuoteRow {
  readonly as_of_time: number;
}

/** Sorts after every text, as the first hop needs. */
const AFTER_ALL = Buffer.alloc(0);

/** Finds the newest quote of a symbol, of whatever source and period. */
export class NewestOfAny {
  readonly #ofSource: Database.Statement;
  readonly #ofSourceBefore: Database.Statement;

  constructor(db: Database.Database) {
    // The series before (source, period) in the primary key's order is asked for in two parts: as one comparison of both SQLite would read
    // every row of the series that it is to hop over.
    this.#ofSource = db.prepare(
      `SELECT * FROM quotes WHERE symbol = ? AND source = ? AND period_ms < ?
       ORDER BY period_ms DESC, quote_time DESC LIMIT 1`,
    );
    this.#ofSourceBefore = db.prepare(
      `SELECT * FROM quotes WHERE symbol = ? AND source < ?
       ORDER BY source DESC, period_ms DESC, quote_time DESC LIMIT 1`,
    );
  }

  /**
   * The quote that speaks of the latest moment, of two the one that was fetched later. Hops from series to series, of which a symbol
   * has few: within one the last quote is the newest, so that no other of its, often, millions is read. Those of which `counts` is not true
   * are left out.
   */
  get(symbol: string, counts: (key: QuoteKey) => boolean = () => true): FoundRow | undefined {
    let newest: FoundRow | undefined;
    let row = this.#before(symbol, AFTER_ALL, 0);
    while (row !== undefined) {
      if (counts(keyOf(row)) && (newest === undefined || isNewer(row, newest))) newest = row;
      row = this.#before(symbol, row.source, row.period_ms);
    }
    return newest;
  }

  #before(symbol: string, source: string | Buffer, periodMs: number): FoundRow | undefined {
    const row = this.#ofSource.get(symbol, source, periodMs) ?? this.#ofSourceBefore.get(symbol, source);
    return row as FoundRow | undefined;
  }
}

function keyOf({ symbol, source, period_ms: periodMs, quote_time: quoteTimeMs }: FoundRow): QuoteKey {
  return { symbol, source, periodMs, quoteTimeMs };
}

function isNewer(a: FoundRow, b: FoundRow): boolean {
  return a.as_of_time === b.as_of_time ? a.fetch_time > b.fetch_time : a.as_of_time > b.as_of_time;
}
