import type Database from "better-sqlite3";
import type { QuoteKey } from "../../domain/quote.ts";
import type { TimeMs } from "../../domain/time.ts";

interface Newest {
  readonly source: string;
  readonly periodMs: number;
  quoteTimeMs: TimeMs;
}

/** The newest quote time stored of each source and period of a symbol, kept in memory: an ordinary quote needs no look-up. */
export class NewestTimes {
  /** By symbol; one has few sources and periods. */
  readonly #known = new Map<string, Newest[]>();
  readonly #load: Database.Statement;

  constructor(db: Database.Database) {
    const sql = "SELECT max(quote_time) FROM quotes WHERE symbol = ? AND source = ? AND period_ms = ?";
    this.#load = db.prepare(sql).pluck();
  }

  /** Whether the quote's time is after all that are stored; it is the newest then, for it is about to be stored. */
  advance(quote: QuoteKey): boolean {
    const newest = this.#newestOf(quote);
    if (quote.quoteTimeMs <= newest.quoteTimeMs) return false;
    newest.quoteTimeMs = quote.quoteTimeMs;
    return true;
  }

  /** Drops all that is in memory; the table says what holds. */
  forget(): void {
    this.#known.clear();
  }

  #newestOf({ symbol, source, periodMs }: QuoteKey): Newest {
    let ofSymbol = this.#known.get(symbol);
    if (ofSymbol === undefined) this.#known.set(symbol, (ofSymbol = []));
    for (const newest of ofSymbol) if (newest.periodMs === periodMs && newest.source === source) return newest;
    const stored = this.#load.get(symbol, source, periodMs) as TimeMs | null;
    const newest = { source, periodMs, quoteTimeMs: stored ?? -Infinity };
    ofSymbol.push(newest);
    return newest;
  }
}
