import type Database from "better-sqlite3";
import type { ErrorReason } from "../../domain/error.ts";
import type { Quote } from "../../domain/quote.ts";
import type { TimeMs } from "../../domain/time.ts";

/** Enough to find out what went wrong; about 2 MB. */
export const REFUSED_QUOTES_MAX = 10_000;
/** The server's own messages are shorter. */
const MESSAGE_CHARACTERS_MAX = 500;

/** A quote that the server refused for good. */
export interface RefusedQuote {
  readonly quote: Quote;
  readonly reason: ErrorReason;
  /** The server's, in words. */
  readonly message: string;
}

/** What was refused, on disk, for a person to look at. Its methods throw what SQLite throws; whoever writes has begun a transaction. */
export class RefusedTable {
  readonly #insert: Database.Statement;
  readonly #trim: Database.Statement;
  readonly #count: Database.Statement<[], { count: number }>;

  constructor(db: Database.Database) {
    this.#insert = db.prepare(`INSERT INTO refused (refused_time, reason, message,
      symbol, source, period_ms, quote_time, open, high, low, close, volume, session_class, fetch_time)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#trim = db.prepare("DELETE FROM refused WHERE id <= (SELECT max(id) FROM refused) - ?");
    this.#count = db.prepare("SELECT count(*) AS count FROM refused");
  }

  insert({ quote, reason, message }: RefusedQuote, now: TimeMs): void {
    const { symbol, source, periodMs, quoteTimeMs, open, high, low, close, volume, sessionClass, fetchTimeMs } = quote;
    const why = [now, reason, message.slice(0, MESSAGE_CHARACTERS_MAX)];
    const key = [symbol, source, periodMs, quoteTimeMs];
    this.#insert.run(...why, ...key, open, high, low, close, volume, sessionClass, fetchTimeMs);
  }

  /** Keeps the newest of them; how many went. */
  trim(keep: number): number {
    return this.#trim.run(keep).changes;
  }

  count(): number {
    return this.#count.get()?.count ?? 0;
  }
}
