import type { Quote } from "../domain/quote.ts";
import type { TimeMs } from "../domain/time.ts";

const SYMBOLS = ["AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "JPM", "V", "IBM"];
const STEP_MS = 10;

/** Where the prices are. */
export interface PriceRange {
  readonly middle: number;
  readonly width: number;
}

/** All of it between the same two cents. */
export const STILL: PriceRange = { middle: 100.005, width: 0.008 };
/** From 95 to 105. */
const LIVELY: PriceRange = { middle: 100, width: 10 };
const DECIMALS = 4;

/** Ticks of ten symbols, one each every 10 ms of their own time. */
export class RandomTicks {
  readonly symbols = SYMBOLS;
  #timeMs: TimeMs;
  readonly #range: PriceRange;
  #state = 1;

  constructor(startMs: TimeMs, range: PriceRange = LIVELY) {
    this.#timeMs = startMs;
    this.#range = range;
  }

  /** The next ones, oldest first; `count` a multiple of ten. */
  take(count: number): Quote[] {
    const quotes: Quote[] = [];
    while (quotes.length < count) {
      this.#timeMs += STEP_MS;
      for (const symbol of SYMBOLS) quotes.push(this.#tick(symbol, this.#price()));
    }
    return quotes;
  }

  /** The next one of each symbol, all at this price. */
  takeAt(price: number): Quote[] {
    this.#timeMs += STEP_MS;
    return SYMBOLS.map((symbol) => this.#tick(symbol, price));
  }

  #price(): number {
    const { middle, width } = this.#range;
    return Number((middle + width * (this.#random() - 0.5)).toFixed(DECIMALS));
  }

  #tick(symbol: string, close: number): Quote {
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
