import type { Gap } from "../../domain/gap.ts";
import type { Quote } from "../../domain/quote.ts";
import type { TimeMs } from "../../domain/time.ts";

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
      /** What the answer tells of, with what was handed out before; unset: nobody can say. */
      readonly reach?: Reach;
    }
  | { readonly kind: "refusal"; readonly symbol: string; readonly refusal: Refusal };

/** The stretch of a series that an answer tells without a hole. */
export interface Reach {
  readonly symbol: string;
  /** As in `Quote.source`. */
  readonly source: string;
  readonly periodMs: number;
  /** The start of the oldest bar, or the moment of a tick. */
  readonly fromMs: TimeMs;
  /** The moment that the newest bar speaks of; of ticks, when the answer was had. */
  readonly untilMs: TimeMs;
  /** Its market never closes. */
  readonly neverCloses: boolean;
}

export interface FetchOptions {
  /** The newest quote of each symbol is told also when it says the same as before: its price is doubted, and the source may confirm it. */
  readonly newestAgain?: boolean;
  /** Told at once of a try that failed and may be made again. */
  readonly onFailedTry?: (refusal: Refusal) => void;
  /** How often one question is put at most when it is refused for the moment; unset: as often as the source finds right. */
  readonly tries?: number;
}

/** The port to a price source. */
export interface Source {
  /** As in `Quote.source`. */
  readonly name: string;
  /** Whether a symbol may be one of its own, by its form; unset: any may. */
  mayKnow?(symbol: string): boolean;
  /**
   * Asks once for each symbol and tells what came of each as soon as it is known; throws only the signal's reason.
   */
  fetch(symbols: readonly string[], signal: AbortSignal, options?: FetchOptions): AsyncIterable<FetchResult>;
}

/** A stretch of time whose prices are missing and do not come before newer ones. */
export type Hole = Gap;

/** What a stream tells: what comes, or what will not. */
export type StreamResult = FetchResult | { readonly kind: "hole"; readonly symbol: string; readonly hole: Hole };

/** A source that is listened to instead of asked. Its `fetch` tells what there is, each time. */
export interface StreamingSource extends Source {
  /** A symbol's newest price comes no more often than this, in milliseconds. */
  readonly cadenceMs: number;
  /**
   * What comes of each symbol, until the signal; what was missed while nobody listened comes before what is new, or is told to be missing.
   * Whoever is slow gets fewer, longer looks. Throws only the signal's reason.
   */
  stream(
    symbols: readonly string[],
    signal: AbortSignal,
    options?: Pick<FetchOptions, "onFailedTry">,
  ): AsyncIterable<StreamResult>;
}

/** Whether a source is listened to. */
export function isStreaming(source: Source): source is StreamingSource {
  return "stream" in source;
}

/** A source that knows the past. What it tells is never held back as told before. */
export interface HistorySource extends Source {
  /** Bars of a day each, as traded: the newest hundred, or (`full`) all there are. Throws only the signal's reason. */
  fetchDaily(symbol: string, signal: AbortSignal, options?: HistoryOptions): Promise<FetchResult>;
  /** The minute bars of a month (`2026-05`) on the exchange's clock, as traded. Throws only the signal's reason. */
  fetchIntradayMonth(
    symbol: string,
    month: string,
    signal: AbortSignal,
    options?: HistoryOptions,
  ): Promise<FetchResult>;
}

/** Whether a source knows the past. */
export function knowsPast(source: Source): source is HistorySource {
  return "fetchIntradayMonth" in source;
}

export interface HistoryOptions extends Pick<FetchOptions, "onFailedTry" | "tries"> {
  /** All the days there are, which free plans do not get. */
  readonly full?: boolean;
}

/** A listing that a source knows. The texts are the source's, each on one line. */
export interface FoundSymbol {
  /** As `parseSymbol` has it. */
  readonly symbol: string;
  /** The company's or fund's. */
  readonly name: string;
  /** `Equity`, `ETF`, `Mutual Fund`. */
  readonly type: string;
  readonly region: string;
  /** As the source writes it: `USD`, `GBX`. */
  readonly currency: string;
  /** How well it matches what was typed, from 0 to 1. */
  readonly score: number;
}

/** What came of a search. */
export type SearchResult =
  | { readonly kind: "found"; /** Best first; may be empty. */ readonly matches: readonly FoundSymbol[] }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

/** A source that looks symbols up by what people call them. */
export interface SearchingSource extends Source {
  /** Listings whose symbol or name is like the text. Throws only the signal's reason. */
  search(
    text: string,
    signal: AbortSignal,
    options?: Pick<FetchOptions, "onFailedTry" | "tries">,
  ): Promise<SearchResult>;
}
