import type { Quote } from "../../domain/quote.ts";
import { MINUTE_MS } from "../../domain/time.ts";

/** 2026-05-15 09:30 in New York. */
export const OPENING_MS = Date.UTC(2026, 4, 15, 13, 30);

/** A complete minute bar, `minute` minutes after the opening. */
export function makeBar(symbol: string, minute: number, values: Partial<Quote> = {}): Quote {
  const quoteTimeMs = OPENING_MS + minute * MINUTE_MS;
  return {
    symbol,
    source: "alpha-vantage",
    periodMs: MINUTE_MS,
    quoteTimeMs,
    open: 100,
    high: 102,
    low: 99,
    close: 101,
    volume: 1_000,
    sessionClass: "regular",
    fetchTimeMs: quoteTimeMs + 2 * MINUTE_MS,
    ...values,
  };
}

/** So many complete minute bars from the opening on. */
export function makeBars(symbol: string, count: number): Quote[] {
  return Array.from({ length: count }, (_, minute) => makeBar(symbol, minute));
}

/** A tick, `ms` milliseconds after the opening. */
export function makeTick(symbol: string, ms: number, price: number, fetchTimeMs = OPENING_MS + ms): Quote {
  const prices = { open: price, high: price, low: price, close: price };
  return makeBar(symbol, 0, { ...prices, periodMs: 0, quoteTimeMs: OPENING_MS + ms, fetchTimeMs });
}
