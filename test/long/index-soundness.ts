import { playHistory, realIndex } from "../index-history.ts";
import type { LongTrial } from "./trial.ts";

const JUDGEMENTS = 1_000_000;

/** The property of the index: an alert that a quote does not ask stays exactly as it was. A trial is one judging of such an alert. */
export const indexSoundness: LongTrial = {
  name: "index.soundness",
  run: ({ trials, seed, onViolation }) => {
    const wanted = trials ?? JUDGEMENTS;
    let unasked = 0;
    let histories = 0;
    while (unasked < wanted) {
      const played = playHistory(seed + histories, realIndex);
      histories++;
      unasked += played.unasked;
      if (played.fault !== null) onViolation(played.fault);
    }
    return Promise.resolve({ trials: wanted, seed });
  },
};
