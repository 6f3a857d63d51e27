// Random histories of quotes and alerts, from a seed, on a grid of prices so coarse that a price often is a level, a re-arm
// level or the price before.
import type { Alert } from "../domain/alert.ts";
import type { Quote } from "../domain/quote.ts";
import { MINUTE_MS } from "../domain/time.ts";
import { above, below, crosses, EXAMPLE_START_MS, exampleAlert } from "./examples.ts";

/** A whole number from 0 up to, but not including, `below`. */
export type Random = (below: number) => number;

/** mulberry32: the same numbers for the same seed. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** One of these. */
export const pick = <T>(random: Random, choices: readonly T[]): T => choices[random(choices.length)]!;

/** Levels are round; prices are levels, their re-arm levels at 0.5 and 1 percent, and some between. */
const LEVELS = [98, 99, 100, 101, 102];
export const PRICES = LEVELS.flatMap((level) => [
  level,
  level + 0.5,
  level * 0.995,
  level * 1.005,
  level * 0.99,
  level * 1.01,
])
  .map((price) => Number(price.toFixed(4)))
  .concat(95, 105);

/** An alert of any kind at a round level. */
export function randomAlert(random: Random, id: string): Alert {
  const make = pick(random, [
    above,
    below,
    crosses,
    ...(["up", "down"] as const).map((way) => (at: number) => crosses(at, way)),
  ]);
  return exampleAlert(make(pick(random, LEVELS)), {
    id,
    repeat: pick(random, ["once", "every", "every"] as const),
    alreadyTrue: pick(random, ["wait", "fire"] as const),
    bandPercent: pick(random, ["0", "0.5", "1"]),
  });
}

/** A stream of ticks, or of minute bars of which some are seen while forming; with holes, latecomers and repeats. */
export function randomQuotes(random: Random, count: number): Quote[] {
  const periodMs = random(3) === 0 ? 0 : MINUTE_MS;
  const quotes: Quote[] = [];
  let slot = 0;
  while (quotes.length < count) {
    slot += random(4) === 0 ? 2 : 1;
    const startMs = EXAMPLE_START_MS + slot * MINUTE_MS;
    const versions = periodMs === 0 ? 1 : 1 + random(3);
    for (let version = 1; version <= versions; version++) {
      const fetchTimeMs = startMs + (version * MINUTE_MS) / versions + pick(random, [0, 0, 1_000]);
      quotes.push(randomQuote(random, periodMs, startMs, fetchTimeMs));
    }
    if (random(5) === 0) quotes.push(pick(random, quotes));
  }
  return quotes;
}

/** A quote with any prices of the grid; a period of 0 makes it a tick. */
export function randomQuote(random: Random, periodMs: number, quoteTimeMs: number, fetchTimeMs: number): Quote {
  const close = pick(random, PRICES);
  const open = periodMs === 0 ? close : pick(random, PRICES);
  const spread = periodMs === 0 ? [close] : [open, close, pick(random, PRICES), pick(random, PRICES)];
  const key = { symbol: "AAPL", source: "example", periodMs, quoteTimeMs };
  const [high, low] = [Math.max(...spread), Math.min(...spread)];
  return { ...key, open, high, low, close, volume: 1, sessionClass: "regular", fetchTimeMs };
}
