import type { StoredQuote } from "./stored-quote.ts";

/**
 * Hands on what was stored to everybody who watches, within this process. A reader that is slow keeps the newest quote of each
 * symbol instead of all of them, so that it costs no more memory than there are symbols.
 */
export class QuoteFeed {
  readonly #readers = new Set<QuoteReader>();

  publish(stored: readonly StoredQuote[]): void {
    for (const reader of this.#readers) reader.offer(stored);
  }

  /** Watches the named symbols (empty: all) until `signal` is aborted. */
  async *read(symbols: ReadonlySet<string>, signal: AbortSignal): AsyncGenerator<StoredQuote> {
    const reader = new QuoteReader(symbols);
    const stop = () => reader.wake();
    this.#readers.add(reader);
    signal.addEventListener("abort", stop);
    try {
      while (!signal.aborted) {
        yield* reader.take();
        await reader.more(signal);
      }
    } finally {
      this.#readers.delete(reader);
      signal.removeEventListener("abort", stop);
    }
  }
}

class QuoteReader {
  readonly #symbols: ReadonlySet<string>;
  #waiting = new Map<string, StoredQuote>();
  #wake: (() => void) | null = null;

  constructor(symbols: ReadonlySet<string>) {
    this.#symbols = symbols;
  }

  offer(stored: readonly StoredQuote[]): void {
    for (const one of stored) {
      const { symbol } = one.quote;
      if (this.#symbols.size > 0 && !this.#symbols.has(symbol)) continue;
      this.#waiting.delete(symbol);
      this.#waiting.set(symbol, one);
    }
    if (this.#waiting.size > 0) this.wake();
  }

  take(): Iterable<StoredQuote> {
    const taken = this.#waiting.values();
    this.#waiting = new Map();
    return taken;
  }

  more(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size > 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
