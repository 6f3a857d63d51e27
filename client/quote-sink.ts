import type { Gap } from "../domain/gap.ts";
import type { Quote } from "../domain/quote.ts";
import type { Reach } from "./sources/source.ts";

/** Where fetched quotes go. */
export interface QuoteSink {
  /** Takes all of them, of an answer that went back so far; waits while there is no room. Throws only the signal's reason: the quotes not taken by then are the caller's. */
  put(quotes: readonly Quote[], signal: AbortSignal, reach?: Reach): Promise<void>;
}

/** Where it is told what is missing for good. */
export interface GapSink {
  /** Takes all of them. Throws only the signal's reason. */
  putGaps(gaps: readonly Gap[], signal: AbortSignal): Promise<void>;
}
