import type Database from "better-sqlite3";
import type { AlertSession } from "../../domain/alert.ts";
import type { Quote } from "../../domain/quote.ts";
import type { OpenJudging } from "../batch-record.ts";
import { quoteFromRow, type QuoteRow } from "./quote-rows.ts";
import type { Place } from "./watch-level-store.ts";

/** How far a judging has come: the sessions go one after the other, and of this one everything up to `place` is done. */
export interface Progress {
  readonly session: AlertSession;
  readonly place: Place;
}

/** A judging that goes over several commits. */
export interface Cursor {
  readonly quote: Quote;
  readonly seq: number;
  readonly progress: Progress;
}

/**
 * The judgings that are open, at most one of each symbol; read from the table when first asked for and kept in memory. Owners' acts that
 * need the symbol's last price wait here until it is through.
 */
export class OpenJudgings {
  #known: Map<string, Cursor> | null = null;
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #load: Database.Statement;
  readonly #save: Database.Statement;
  readonly #delete: Database.Statement;

  constructor(db: Database.Database) {
    this.#load = db.prepare(
      `SELECT quotes.*, open_judgings.seq, session, side, level, alert
       FROM open_judgings JOIN quotes USING (symbol, source, period_ms, quote_time) ORDER BY open_judgings.seq`,
    );
    this.#save = db.prepare("INSERT INTO open_judgings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#delete = db.prepare("DELETE FROM open_judgings WHERE symbol = ?");
  }

  has(symbol: string): boolean {
    const cursors = this.#cursors();
    return cursors.size > 0 && cursors.has(symbol);
  }

  /** Oldest first. */
  all(): readonly Cursor[] {
    return [...this.#cursors().values()];
  }

  /** The same for whoever brings quotes. */
  list(): readonly OpenJudging[] {
    return this.all().map(({ quote, seq }) => ({ symbol: quote.symbol, seq }));
  }

  /** Opens a judging, or moves it on. */
  save(cursor: Cursor): void {
    const { quote, seq, progress } = cursor;
    const { symbol, source, periodMs, quoteTimeMs } = quote;
    const { side, level, alert } = progress.place;
    this.#delete.run(symbol); // it may have stood in an earlier session
    this.#save.run(symbol, progress.session, source, periodMs, quoteTimeMs, seq, side, level, alert);
    this.#cursors().set(symbol, cursor);
  }

  /** It is through; who waits for it looks again when the transaction is over. */
  end(symbol: string): void {
    this.#delete.run(symbol);
    this.#cursors().delete(symbol);
    for (const wake of this.#waiting.get(symbol) ?? []) wake();
    this.#waiting.delete(symbol);
  }

  /**
   * Resolves when the symbol's judging may be through: its commit may still have failed. Rejects with the signal's reason when nobody
   * waits for it any longer.
   */
  ended(symbol: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(symbol) ?? new Set();
      this.#waiting.set(symbol, waiting.add(resolve));
      signal.addEventListener("abort", () => {
        waiting.delete(resolve);
        reject(signal.reason as Error);
      });
    });
  }

  /** Drops what is in memory; the table says what holds. */
  forget(): void {
    this.#known = null;
  }

  #cursors(): Map<string, Cursor> {
    this.#known ??= new Map((this.#load.all() as CursorRow[]).map((row) => [row.symbol, cursorFromRow(row)]));
    return this.#known;
  }
}

interface CursorRow extends QuoteRow {
  readonly seq: number;
  readonly session: AlertSession;
  readonly side: number;
  readonly level: number;
  readonly alert: number;
}

function cursorFromRow(row: CursorRow): Cursor {
  const { seq, session, side, level, alert } = row;
  return { quote: quoteFromRow(row), seq, progress: { session, place: { side, level, alert } } };
}
