import { playPairs } from "../access/play-pairs.ts";
import type { LongTrial } from "./trial.ts";

const PAIRS = 2_000;

/** A user asks for what is another's, or reads what is his own: nothing crosses, and another's id is as good as none. A trial is a pair. */
export const accessPairs: LongTrial = {
  name: "access.pairs",
  run: async ({ trials, seed, onViolation }) => {
    const count = trials ?? PAIRS;
    await playPairs({ count, seed, onViolation });
    return { trials: count, seed };
  },
};
