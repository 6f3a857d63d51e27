import type { Quote } from "../../domain/quote.ts";

/** Why a source gave no quote: a closed list, the same words in the log and in metrics. */
export const REFUSAL_CLASSES = [
  /** Asked too fast: again after seconds or a minute. */
  "throttle",
  /** The day's requests are used up. */
  "daily_quota",
  /** This plan never gets it: another function or plan is needed. */
  "not_entitled",
  /** The key is missing or not accepted: a configuration fault. */
  "bad_key",
  /** The symbol, function or a parameter is wrong. */
  "bad_request",
  /** The source has nothing for this symbol. */
  "no_data",
  /** Well-formed but artificial. */
  "sample_data",
  /** A fault at the source or on the way to it. */
  "outage",
  /** An answer that is not what was asked for. */
  "malformed",
] as const;
export type RefusalClass = (typeof REFUSAL_CLASSES)[number];

/** What a source said instead of a quote. */
export interface Refusal {
  readonly class: RefusalClass;
  /** One line for people and logs; never holds the key. */
  readonly message: string;
  /** When asking again makes sense, in milliseconds from now; null if the source did not say and asking again is no use or at the caller's taste. */
  readonly retryAfterMs: number | null;
}

/** What came of asking for one symbol. */
export type FetchResult =
  | {
      readonly kind: "quotes";
      readonly symbol: string;
      /** Oldest first; only what is new or changed since the last time (unless asked otherwise), so it may be empty. */
      readonly quotes: readonly Quote[];
      /** Rows of the answer that were not positively quotes. */
      readonly refusedRows: number;
      /** Prices that came with more than 15 significant digits and were rounded. */
      readonly roundedPrices: number;
    }
  | { readonly kind: "refusal"; readonly symbol: string; readonly refusal: Refusal };

export interface FetchOptions {
  /** The newest quote of each symbol is told also when it says the same as before: its price is doubted, and the source may confirm it. */
  readonly newestAgain?: boolean;
  /** Told at once of a try that failed and may be made again. */
  readonly onFailedTry?: (refusal: Refusal) => void;
}

/** The port to a price source. */
export interface Source {
  /** As in `Quote.source`. */
  readonly name: string;
  /**
   * Asks once for each symbol and tells what came of each as soon as it is known; throws only the signal's reason.
   */
  fetch(symbols: readonly string[], signal: AbortSignal, options?: FetchOptions): AsyncIterable<FetchResult>;
}
