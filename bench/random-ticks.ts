import type { Quote } from "../domain/quote.ts";
import type { TimeMs } from "../domain/time.ts";

const SYMBOLS = ["AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "JPM", "V", "IBM"];
const STEP_MS = 10;
const MIDDLE = 100;
const WIDTH = 10;

/** Ticks of ten symbols, one each every 10 ms of their own time, prices from 95 to 105. */
export class RandomTicks {
  readonly symbols = SYMBOLS;
  #timeMs: TimeMs;
  #state = 1;

  constructor(startMs: TimeMs) {
    this.#timeMs = startMs;
  }

  /** The next ones, oldest first; `count` a multiple of ten. */
  take(count: number): Quote[] {
    const quotes: Quote[] = [];
    while (quotes.length < count) {
      this.#timeMs += STEP_MS;
      for (const symbol of SYMBOLS) quotes.push(this.#tick(symbol));
    }
    return quotes;
  }

  #tick(symbol: string): Quote {
    const price = MIDDLE + WIDTH * (this.#random() - 0.5);
    const close = Math.round(price * 100) / 100;
    const key = { symbol, source: "bench", periodMs: 0, quoteTimeMs: this.#timeMs };
    return {
      ...key,
      open: close,
      high: close,
      low: close,
      close,
      volume: 1,
      sessionClass: "always",
      fetchTimeMs: this.#timeMs,
    };
  }

  /** xorshift: from 0 up to 1. */
  #random(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }
}
