import type { Quote } from "../domain/quote.ts";
import { systemClock } from "../runtime/clock/clock.ts";

/** A trade that happened now or so long ago, at any hour. */
export function plainTick(symbol: string, price: number, agoMs = 0): Quote {
  const now = systemClock.now();
  return {
    ...{ symbol, source: "bench", periodMs: 0, quoteTimeMs: now - agoMs },
    ...{ open: price, high: price, low: price, close: price },
    ...{ volume: 1, sessionClass: "always", fetchTimeMs: now },
  };
}
