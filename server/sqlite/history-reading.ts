import type Database from "better-sqlite3";
import type { Alert } from "../../domain/alert.ts";
import type { ExplainQuery, PreviewQuery, SymbolExplanation, SymbolPreview } from "../history/history.ts";
import { PreviewPlay } from "../history/preview-play.ts";
import { HistoryExplain } from "./history-explain.ts";
import { HistoryQuotes } from "./history-quotes.ts";

/** What is asked of the thread that reads the past. */
export type HistoryRequest =
  | { readonly kind: "preview"; readonly query: PreviewQuery }
  | { readonly kind: "explain"; readonly query: ExplainQuery };

export type HistoryResult = readonly SymbolPreview[] | readonly SymbolExplanation[];

/** Plays stored prices again, on a connection that only reads. */
export class HistoryReading {
  readonly #quotes: HistoryQuotes;
  readonly #explain: HistoryExplain;

  constructor(db: Database.Database) {
    this.#quotes = new HistoryQuotes(db);
    this.#explain = new HistoryExplain(db, this.#quotes);
  }

  answer(request: HistoryRequest): HistoryResult {
    if (request.kind === "explain") return this.#explain.explain(request.query);
    const { alert, startMs, endMs } = request.query;
    return alert.symbols.map((symbol) => this.#preview({ ...alert, symbol }, startMs, endMs));
  }

  #preview(alert: Alert, startMs: number, endMs: number): SymbolPreview {
    const { symbol, session } = alert;
    const order = this.#quotes.orderOf(symbol, startMs, endMs);
    const play = new PreviewPlay(alert, startMs, order);
    const leadInMs = this.#quotes.leadIn(symbol, session, startMs, order);
    for (const stored of this.#quotes.played(symbol, leadInMs, endMs, order)) play.play(stored);
    return play.result(this.#quotes.newest(symbol, session));
  }
}
