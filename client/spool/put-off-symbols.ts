// A quote that the server's clock has not reached is put off, and all of its symbol with it: what is older than the last judged
// quote is stored but never judged, so a later one that came first would take its turn away. When the rest is over, one batch
// tries: until it is acknowledged, no other carries the symbol.
import { compareQuotes, type Quote } from "../../domain/quote.ts";

interface Hold {
  /** On the monotonic clock, in milliseconds; Infinity while a batch tries. */
  until: number;
  /** The first quote that has to wait for it; null if none was met yet. */
  first: Quote | null;
}

/** The symbols that are held back. */
export class PutOffSymbols {
  readonly #holds = new Map<string, Hold>();

  /** Whether the symbol was put off and nothing of it was accepted since. */
  has(symbol: string): boolean {
    return this.#holds.has(symbol);
  }

  /** Holds the quote's symbol back. */
  hold(quote: Quote, until: number): void {
    const hold = this.#holds.get(quote.symbol);
    if (hold === undefined) this.#holds.set(quote.symbol, { until, first: quote });
    else Object.assign(hold, { until, first: earlier(hold.first, quote) });
  }

  /** Whether the quote may leave; if not, it is remembered where the waiting ones begin. */
  mayLeave(quote: Quote, now: number): boolean {
    if (this.#holds.size === 0) return true;
    const hold = this.#holds.get(quote.symbol);
    if (hold === undefined || hold.until <= now) return true;
    hold.first = earlier(hold.first, quote);
    return false;
  }

  /** The first of the quotes whose rest is over by now; null if there is none, or it was told before. */
  due(now: number): Quote | null {
    let first: Quote | null = null;
    for (const hold of this.#holds.values()) {
      if (hold.first === null || hold.until > now) continue;
      first = earlier(first, hold.first);
      hold.first = null;
    }
    return first;
  }

  /** A batch with these quotes leaves: it tries for those of their symbols that are held. */
  beginTrials(quotes: readonly Quote[]): ReadonlySet<string> {
    const trials = new Set<string>();
    if (this.#holds.size === 0) return trials;
    for (const { symbol } of quotes) {
      const hold = this.#holds.get(symbol);
      if (hold === undefined) continue;
      hold.until = Infinity;
      trials.add(symbol);
    }
    return trials;
  }

  /** Nobody knows what became of them: each symbol may try again at once. */
  abandonTrials(symbols: Iterable<string>): void {
    for (const symbol of symbols) {
      const hold = this.#holds.get(symbol);
      if (hold !== undefined) hold.until = -Infinity;
    }
  }

  /** The server accepts the symbol again; the first quote that had to wait, if any. */
  release(symbol: string): Quote | null {
    const first = this.#holds.get(symbol)?.first ?? null;
    this.#holds.delete(symbol);
    return first;
  }
}

function earlier(a: Quote | null, b: Quote): Quote {
  return a !== null && compareQuotes(a, b) <= 0 ? a : b;
}
