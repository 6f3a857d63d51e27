import { playHistory, realIndex } from "../index-history.ts";
import type { LongTrial } from "./trial.ts";

const HISTORIES = 500_000;

/** The property of the index: an alert that a quote does not ask would not have changed. A trial is a history. */
export const indexSoundness: LongTrial = {
  name: "index.soundness",
  run: ({ trials, seed, onViolation }) => {
    const count = trials ?? HISTORIES;
    for (let at = 0; at < count; at++) {
      const fault = playHistory(seed + at, realIndex);
      if (fault !== null) onViolation(fault);
    }
    return Promise.resolve({ trials: count, seed });
  },
};
