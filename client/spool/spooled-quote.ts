import type { Quote } from "../../domain/quote.ts";

/** A row of the spool. */
export interface SpooledQuote {
  /** No other row has it. */
  readonly id: number;
  readonly quote: Quote;
}
