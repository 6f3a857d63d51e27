// The part of the port to the database (store.ts) for the symbols that are watched.
import { AppError } from "../domain/error.ts";
import type { TimeMs } from "../domain/time.ts";

/**
 * So many symbols the list may have: as many as one request of bulk quotes brings, and with minute bars what the smallest paid plan can ask
 * for in a minute and a half.
 */
export const SYMBOLS_MAX = 100;

/** A symbol on the list. */
export interface TrackedSymbol {
  readonly symbol: string;
  readonly addTimeMs: TimeMs;
  /** Whether an alert waits for its price. */
  readonly hasAlerts: boolean;
}

export interface SymbolStore {
  /** Makes the first list, once in a database's life: the first SYMBOLS_MAX of these. False, and nothing is done, ever after. */
  seed(symbols: readonly string[]): Promise<boolean>;
  /** By symbol. */
  list(): Promise<readonly TrackedSymbol[]>;
  /** All or none; which of them are new. Throws RESOURCE_EXHAUSTED SYMBOL_LIMIT. */
  add(symbols: readonly string[]): Promise<readonly string[]>;
  /**
   * All or none; how many alerts watch them, each symbol of a rule counted. Throws NOT_FOUND SYMBOL_NOT_TRACKED and, unless it is forced,
   * FAILED_PRECONDITION STATE_CONFLICT if any alert does.
   */
  remove(symbols: readonly string[], force: boolean): Promise<number>;
}

/** Throws RESOURCE_EXHAUSTED SYMBOL_LIMIT if a list of so many may not have so many more. */
export function checkSymbolLimit(count: number, more: number): void {
  if (more === 0 || count + more <= SYMBOLS_MAX) return;
  const wish = more === 1 ? "one more" : `${more} more`;
  throw new AppError(
    "RESOURCE_EXHAUSTED",
    "SYMBOL_LIMIT",
    `${count} of at most ${SYMBOLS_MAX} symbols are watched; ${wish} would be too many`,
    {
      hint: "Remove some that nobody needs: `./bell symbols list` shows them, `./bell symbols remove SYMBOL` removes.",
    },
  );
}

/** For a symbol that is to be removed and is not on the list. */
export function notTracked(symbol: string): AppError {
  return new AppError("NOT_FOUND", "SYMBOL_NOT_TRACKED", `${symbol} is not watched`, {
    hint: "`./bell symbols list` shows what is.",
  });
}

/** For symbols that alerts watch, `counts` by symbol, the most first. */
export function stillWatched(counts: readonly (readonly [symbol: string, count: number])[]): AppError {
  const parts = counts.map(([symbol, count]) => `${count} ${count === 1 ? "alert watches" : "alerts watch"} ${symbol}`);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const what =
    total === 1 ? "it would wait for a price that nothing brings" : "they would wait for prices that nothing brings";
  return new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", `${parts.join(", ")}: ${what}`, {
    hint: "Add --force to remove all the same; the alerts stay, and go on when the symbol is added again.",
  });
}
