import { sameValues, type Quote } from "../../../domain/quote.ts";
import type { TimeMs } from "../../../domain/time.ts";

/** Remembers what was handed out of each symbol's newest answer, so that the same is not handed out again. */
export class HandedOut {
  readonly #bySymbol = new Map<string, ReadonlyMap<TimeMs, Quote>>();

  /** Those quotes of an answer, oldest first, that are new, or say something else than before; with `newestAgain` the newest in any case. */
  newOnes(symbol: string, quotes: readonly Quote[], newestAgain: boolean): Quote[] {
    const known = this.#bySymbol.get(symbol);
    const again = newestAgain ? quotes.at(-1) : undefined;
    return quotes.filter((quote) => quote === again || !isSame(known?.get(quote.quoteTimeMs), quote));
  }

  /** The whole answer was taken. What it no longer holds is forgotten: an answer reaches back a hundred bars at most. */
  mark(symbol: string, quotes: readonly Quote[]): void {
    this.#bySymbol.set(symbol, new Map(quotes.map((quote) => [quote.quoteTimeMs, quote])));
  }
}

function isSame(known: Quote | undefined, quote: Quote): boolean {
  return (
    known !== undefined &&
    known.source === quote.source &&
    known.periodMs === quote.periodMs &&
    sameValues(known, quote)
  );
}
