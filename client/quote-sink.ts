import type { Quote } from "../domain/quote.ts";

/** Where fetched quotes go. */
export interface QuoteSink {
  /** Takes all of them; waits while there is no room. Throws only the signal's reason: the quotes not taken by then are the caller's. */
  put(quotes: readonly Quote[], signal: AbortSignal): Promise<void>;
}
