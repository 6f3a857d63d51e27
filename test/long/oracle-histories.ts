import { CellCounts } from "../oracle/cells.ts";
import { playBoth } from "../oracle/compare.ts";
import type { Mood } from "../oracle/profile.ts";
import { playStore } from "../oracle/play-store.ts";
import type { LongTrial } from "./trial.ts";

const HISTORIES = 100_000;
/** One in so many goes through a real store as well: that takes a hundred times as long. */
const IN_A_STORE = 200;
/** Each cell is to be seen so often, or nobody knows whether it agrees. */
const LEAST = 100;

/** The engine against an oracle written apart from it, over random histories; a trial is a history. Counts what was tried. */
export const oracleHistories: LongTrial = {
  name: "oracle.histories",
  run: async ({ trials, seed, onViolation }) => {
    const wanted = trials ?? HISTORIES;
    const cells = new CellCounts();
    let played = 0;
    const play = (mood?: Mood): void => {
      const difference = playBoth(seed + played, {
        count: (condition, outcome) => cells.add(condition, outcome),
        mood,
      });
      played += 1;
      if (difference !== null) onViolation(difference);
    };
    while (played < wanted) {
      if (played % IN_A_STORE === 0) {
        const difference = await playStore(seed + played);
        if (difference !== null) onViolation(difference);
      }
      play();
    }
    // A trial that is told to be short cannot see everything.
    if (wanted >= HISTORIES) {
      // What is rare in all histories is looked for in others, at most as many again.
      while (cells.least < LEAST && played < 2 * wanted) cells.rarerThan(LEAST).forEach((cell) => play(moodOf(cell)));
      for (const cell of cells.rarerThan(LEAST)) onViolation(`too rare to tell: ${cell}`);
    }
    for (const cell of cells.impossible()) onViolation(`not in the table of what can be: ${cell}`);
    return { trials: played, seed, figures: { cells: cells.size, "least of a cell": cells.least } };
  },
};

/** In which histories a cell comes most often. */
function moodOf(cell: string): Mood {
  if (cell.includes("STOPPED")) return "storm";
  if (cell.includes("BASELINE")) return "worlds";
  return cell.includes("PAUSED") ? "restless" : "word";
}
