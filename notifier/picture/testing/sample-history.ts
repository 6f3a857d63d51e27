import fc from "fast-check";
import { MINUTE_MS } from "../../../domain/time.ts";
import type { PriceHistory, PricePoint } from "../price-line.ts";

export const OPEN_MS = Date.UTC(2026, 10, 5, 14, 30);

/** One close a minute from the opening on. */
export function minuteCloses(...prices: readonly number[]): PricePoint[] {
  return prices.map((price, minute) => ({ timeMs: OPEN_MS + minute * MINUTE_MS, price }));
}

/** The fall, the rise and the fire that pictures are shown with. */
export const SAMPLE_HISTORY: PriceHistory = {
  points: minuteCloses(198.1, 198.4, 197.8, 198.9, 199.6, 199.2, 201.3, 201.12),
  levels: [200],
};

/** Prices of every size that something trades at. */
const anyPrice = fc.oneof(
  fc.double({ min: 1e-12, max: 9e11, noNaN: true }),
  fc.double({ min: 150, max: 250, noNaN: true }),
  fc.constantFrom(1e-12, 200, 999_999_999_999),
);

/** What a history can hold that nobody can draw, among what can be drawn. */
const anyNumber = fc.oneof(anyPrice, fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0, -1, 1e12));

const anyTime = fc.oneof(fc.integer({ min: OPEN_MS, max: OPEN_MS + 5_000 }), fc.double());

/** Histories with everything that can be wrong with one. */
export const hostileHistory: fc.Arbitrary<PriceHistory> = fc.record({
  points: fc.array(fc.record({ timeMs: anyTime, price: anyNumber }), { maxLength: 50 }),
  levels: fc.array(anyNumber, { maxLength: 8 }),
  mark: fc.option(fc.record({ timeMs: anyTime, price: anyNumber }), { nil: undefined }),
});

/** Histories of two to 600 points, gaps of any length between them. */
export const soundHistory: fc.Arbitrary<PriceHistory> = fc
  .record({
    prices: fc.array(anyPrice, { minLength: 2, maxLength: 600, size: "max" }),
    gapMs: fc.integer({ min: 1, max: 100 * 24 * 60 * MINUTE_MS }),
    levels: fc.array(anyPrice, { maxLength: 5 }),
    mark: fc.option(fc.record({ minute: fc.integer({ min: -2, max: 602 }), price: anyPrice }), { nil: undefined }),
  })
  .map(({ prices, gapMs, levels, mark }) => ({
    points: minuteCloses(...prices).map((point, index) => ({
      ...point,
      timeMs: point.timeMs + (index > prices.length / 2 ? gapMs : 0),
    })),
    levels,
    mark: mark && { timeMs: OPEN_MS + mark.minute * MINUTE_MS + 1, price: mark.price },
  }));
