import type Database from "better-sqlite3";
import type { PriceDoubt } from "../../domain/judging/price-check.ts";
import type { TimeMs } from "../../domain/time.ts";
import { playDoubts, type PlayedDoubts } from "../history/doubt-play.ts";
import { doubtFromRow, type DoubtRow } from "./doubted-symbols.ts";
import type { HistoryQuotes } from "./history-quotes.ts";

/** Which prices of a symbol are doubted, and were. Reads only. */
export class HistoryDoubts {
  readonly #quotes: HistoryQuotes;
  readonly #doubt: Database.Statement;
  readonly #rejections: Database.Statement;

  constructor(db: Database.Database, quotes: HistoryQuotes) {
    this.#quotes = quotes;
    this.#doubt = db.prepare("SELECT * FROM doubted_symbols WHERE symbol = ?");
    this.#rejections = db
      .prepare(
        "SELECT end_time FROM ended_holds WHERE symbol = ? AND how = 'REJECTED' AND end_time >= ? AND end_time < ? ORDER BY end_time",
      )
      .pluck();
  }

  /** The doubts up to a moment (null: now), from those on that were there at `startMs`; `open` is that of the moment. */
  at(symbol: string, startMs: TimeMs, atMs: TimeMs | null): PlayedDoubts {
    if (atMs !== null) return this.#played(symbol, startMs, atMs + 1);
    return { past: this.#played(symbol, startMs, Infinity).past, open: this.#now(symbol) };
  }

  #now(symbol: string): PriceDoubt | null {
    const row = this.#doubt.get(symbol) as DoubtRow | undefined;
    return row === undefined ? null : doubtFromRow(row);
  }

  #played(symbol: string, startMs: TimeMs, endMs: TimeMs): PlayedDoubts {
    const fromMs = this.#quotes.leadIn(symbol, "any", startMs, "judged");
    return playDoubts({
      judged: this.#quotes.played(symbol, fromMs, endMs, "judged"),
      unjudged: this.#quotes.unjudged(symbol, fromMs, endMs),
      rejectionsMs: this.#rejections.all(symbol, fromMs, endMs) as TimeMs[],
    });
  }
}
