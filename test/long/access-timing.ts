import { timeRefusals } from "../access/access-timing.ts";
import { PairWorld } from "../access/pair-world.ts";
import type { LongTrial } from "./trial.ts";

const PAIRS = 1_000;
const MOST_APART_MS = 2;

/** Whether the time of a refusal tells if an id is another user's or nobody's. A trial is a call, half of them with an id that never was. */
export const accessTiming: LongTrial = {
  name: "access.timing",
  run: async ({ trials, onViolation }) => {
    const world = await PairWorld.open();
    try {
      const timings = await timeRefusals(world, trials ?? PAIRS);
      const figures: Record<string, number> = {};
      for (const { method, foreignMs, unknownMs, apartMs } of timings) {
        figures[`${method}, apart, ms`] = Math.round(apartMs * 1_000) / 1_000;
        if (apartMs >= MOST_APART_MS)
          onViolation(`${method}: ${foreignMs.toFixed(2)} ms for another's, ${unknownMs.toFixed(2)} ms for nobody's`);
      }
      return { trials: timings.length * 2 * (trials ?? PAIRS), seed: null, figures };
    } finally {
      await world.close();
    }
  },
};
