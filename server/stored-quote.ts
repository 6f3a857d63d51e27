import type { Quote } from "../domain/quote.ts";

/** A quote as it is stored; `seq` is its place in the order of judging, null if it never was judged. */
export interface StoredQuote {
  readonly quote: Quote;
  readonly seq: number | null;
}
