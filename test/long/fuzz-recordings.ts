import { fuzzRecordings } from "../fuzz/fuzz-recordings.ts";
import { recordingsDir } from "../recordings.ts";
import type { LongTrial } from "./trial.ts";

const MUTATIONS = 100_000;

/** Spoiled answers: what is taken for a quote stands in the answer. A trial is an answer that was changed one to three times. */
export const fuzzOfRecordings: LongTrial = {
  name: "fuzz.recordings",
  run: async ({ trials, seed, onViolation }) => {
    const folder = recordingsDir();
    if (folder === null) {
      console.log("skipped: no recordings");
      return { trials: 0, seed: null };
    }
    const count = trials ?? MUTATIONS;
    const { taken, quotes } = await fuzzRecordings({ folder, count, seed, onViolation });
    return { trials: count, seed, figures: { taken, quotes } };
  },
};
