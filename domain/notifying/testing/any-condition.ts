// Random conditions of every kind, for property tests.
import fc from "fast-check";
import type { Condition } from "../../condition.ts";
import { MINUTE_MS } from "../../time.ts";

/** Names that are also words of the language are symbols like any other. */
const DOLLAR_SYMBOLS = [
  "AAPL",
  "BRK-B",
  "IS",
  "AT",
  "ANY",
  "OF",
  "FOR",
  "UP",
  "ABOVE",
  "CROSSES",
  "7203",
  "A..B",
  "BC/PB",
];
const LONGEST_FOR_MINUTES = 30 * 24 * 60;

/** Prices of up to 15 significant digits, from the smallest there are to the largest. */
const level: fc.Arbitrary<number> = fc
  .tuple(fc.bigInt(1n, 10n ** 15n - 1n), fc.integer({ min: 0, max: 12 }))
  .map(([units, scale]) => Number(`${units}e-${scale}`))
  .filter((price) => price < 1e12);

const forMs = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: LONGEST_FOR_MINUTES }).map((count) => count * MINUTE_MS),
);

/** One to six symbols of one currency. */
export const anySymbols: fc.Arbitrary<string[]> = fc.oneof(
  fc.uniqueArray(fc.constantFrom(...DOLLAR_SYMBOLS), { minLength: 1, maxLength: 6 }),
  fc.uniqueArray(fc.constantFrom("TSCO.LON", "VOD.LON", "BELOW.LON"), { minLength: 1 }),
);

export const anyCondition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constantFrom("above" as const, "below" as const), level, forMs }),
  fc.record({ kind: fc.constant("crosses" as const), direction: fc.constantFrom("up", "down", "either"), level }),
  fc
    .record({ kind: fc.constantFrom("inside" as const, "outside" as const), lower: level, upper: level, forMs })
    .filter(({ lower, upper }) => lower !== upper)
    .map(({ lower, upper, ...rest }) => ({ ...rest, lower: Math.min(lower, upper), upper: Math.max(lower, upper) })),
);
