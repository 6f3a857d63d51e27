// The part of the port to the database (store.ts) for prices that come from a file and go into one. Rows that come are kept apart (staged)
// until all of them are there; then they are sealed in one transaction, and moved to the other quotes some at a time: so no transaction is
// long, and a sealed import is finished by whoever opens the store next.
import type { Quote } from "../domain/quote.ts";
import type { TimeMs } from "../domain/time.ts";

/** A row of an import. Its quote is checked, and its source is IMPORT_SOURCE. */
export interface ImportRow {
  /** What its sender calls it. */
  readonly row: number;
  readonly quote: Quote;
}

/** A row that says other than one before it of the same symbol, period and time. */
export interface ImportConflict {
  readonly row: number;
  readonly earlierRow: number;
}

/** What became of staged rows. */
export interface StagedRows {
  /** How many say what a row before them says. */
  readonly repeatedCount: number;
  readonly conflicts: readonly ImportConflict[];
}

/** What staged rows change, or would change, of what is stored under IMPORT_SOURCE. */
export interface ImportCounts {
  readonly newCount: number;
  readonly changedCount: number;
  readonly knownCount: number;
}

/** Quotes are asked for by it, and answered in the order of symbol, period and time. */
export interface ExportKey {
  readonly symbol: string;
  readonly periodMs: number;
  readonly quoteTimeMs: TimeMs;
}

/** Which quotes: of these symbols (none: of all), from `startMs` to before `endMs`, behind `after` if it is given. */
export interface ExportQuery {
  readonly symbols: readonly string[];
  readonly startMs: TimeMs;
  readonly endMs: TimeMs;
  readonly after: ExportKey | null;
  /** About so many quotes. */
  readonly limit: number;
}

/** Some quotes in their order; `next` is to be asked for next, null: there are no more. */
export interface ExportPage {
  readonly quotes: readonly Quote[];
  readonly next: ExportKey | null;
}

/** One import at a time: whoever calls sees to that. Each verb takes a bounded time, which grows with `limit` or the rows that are given. */
export interface ImportStore {
  /** Whether an import is sealed and not all of it is moved. */
  isSealed(): Promise<boolean>;
  /** Drops so many of the rows that are staged and not sealed; false when none are left. */
  dropStaged(limit: number): Promise<boolean>;
  /** Keeps rows apart. */
  stage(rows: readonly ImportRow[]): Promise<StagedRows>;
  /** What the staged rows behind `after` would change, at most `limit` of them. */
  compareStaged(after: ExportKey | null, limit: number): Promise<ImportCounts & { readonly next: ExportKey | null }>;
  /** From now on what is staged will be stored, whatever happens. Its quotes were fetched now. */
  seal(): Promise<void>;
  /** Stores so many of the sealed rows. Null when all are stored: then nothing is sealed any more. */
  moveSealed(limit: number): Promise<ImportCounts | null>;
  /** Of several sources that speak of the same moment one: see ExportQuotes in operator_service.proto. */
  exportPage(query: ExportQuery): Promise<ExportPage>;
}
