import { randomFrom } from "../random-history.ts";
import { FlipWorld, type FlipResult } from "../support/store-flips.ts";
import type { LongTrial } from "./trial.ts";

const FLIPS = 500;

/** A byte of the database file is changed: found, without effect, or another value in the one quote it lies in. A trial is a byte. */
export const storeFlips: LongTrial = {
  name: "store.flips",
  run: async ({ trials, seed, onViolation }) => {
    const count = trials ?? FLIPS;
    const world = await new FlipWorld().fill();
    const results: Record<FlipResult, number> = { found: 0, same: 0, "one quote": 0, further: 0 };
    try {
      for (let at = 0; at < count; at++) {
        const result = await world.flip(randomFrom(seed + at));
        results[result] += 1;
        if (result === "further")
          onViolation(`the flip of seed ${seed + at} reached beyond one quote, and was not found`);
      }
    } finally {
      world.close();
    }
    const figures = { found: results.found, without_effect: results.same, one_quote: results["one quote"] };
    return { trials: count, seed, figures };
  },
};
