// Ready-made nouns for tests: each takes only what the case is about.
import type { Alert } from "../domain/alert.ts";
import type { Condition, CrossesCondition } from "../domain/condition.ts";
import type { Quote } from "../domain/quote.ts";
import { MINUTE_MS } from "../domain/time.ts";

/** The moment that example times count from: a Monday, 14:30 UTC. */
export const EXAMPLE_START_MS = Date.UTC(2026, 0, 5, 14, 30);

/** A tick `afterMs` after the start. */
export function exampleTick(afterMs: number, price: number, changes: Partial<Quote> = {}): Quote {
  const timeMs = EXAMPLE_START_MS + afterMs;
  return {
    symbol: "AAPL",
    source: "example",
    periodMs: 0,
    quoteTimeMs: timeMs,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 1,
    sessionClass: "regular",
    fetchTimeMs: timeMs,
    ...changes,
  };
}

/** The complete one-minute bar number `minute`, fetched at its end; prices are open, high, low, close. */
export function exampleBar(
  minute: number,
  [open, high, low, close]: readonly [number, number, number, number],
  changes: Partial<Quote> = {},
): Quote {
  const startMs = minute * MINUTE_MS;
  return exampleTick(startMs, close, {
    periodMs: MINUTE_MS,
    open,
    high,
    low,
    fetchTimeMs: EXAMPLE_START_MS + startMs + MINUTE_MS,
    ...changes,
  });
}

/** An alert on AAPL alone, once, band 0.5 %, in regular hours, without any other option. */
export function exampleAlert(condition: Condition, changes: Partial<Alert> = {}): Alert {
  const { symbol = "AAPL" } = changes;
  return {
    id: "alert-1",
    userId: "user-1",
    symbol,
    symbols: [symbol],
    condition,
    repeat: "once",
    maxFires: 0,
    alreadyTrue: "wait",
    bandPercent: "0.5",
    rearmForMs: 0,
    confirm: 1,
    session: "regular",
    expireTimeMs: null,
    isUrgent: false,
    remindEveryMs: 0,
    tellsWhenBack: false,
    note: "",
    tags: [],
    createTimeMs: EXAMPLE_START_MS,
    updateTimeMs: EXAMPLE_START_MS,
    revision: 1,
    ...changes,
  };
}

/** The conditions in short; `forMs` is for how long it must hold. */
export const above = (level: number, forMs = 0): Condition => ({ kind: "above", level, forMs });
export const below = (level: number, forMs = 0): Condition => ({ kind: "below", level, forMs });
export const crosses = (level: number, direction: CrossesCondition["direction"] = "either"): Condition => ({
  kind: "crosses",
  direction,
  level,
});
export const inside = (lower: number, upper: number, forMs = 0): Condition => ({ kind: "inside", lower, upper, forMs });
export const outside = (lower: number, upper: number, forMs = 0): Condition => ({
  kind: "outside",
  lower,
  upper,
  forMs,
});
