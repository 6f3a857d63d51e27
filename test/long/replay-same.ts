import { replayHistory } from "../replay-history.ts";
import type { LongTrial } from "./trial.ts";

const HISTORIES = 500;

/** A random history judged live, again with restarts, and played back by a preview: the same triggers at the same seq. A trial is a history. */
export const replaySame: LongTrial = {
  name: "replay.same",
  run: async ({ trials, seed, onViolation }) => {
    const count = trials ?? HISTORIES;
    let fires = 0;
    let tells = 0;
    for (let at = 0; at < count; at++) {
      const replayed = await replayHistory(seed + at);
      fires += replayed.fires;
      tells += replayed.tells;
      replayed.faults.forEach(onViolation);
    }
    return { trials: count, seed, figures: { fires, "told after fires": tells } };
  },
};
