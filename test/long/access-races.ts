import { playRaces } from "../access/play-races.ts";
import type { LongTrial } from "./trial.ts";

const ROUNDS = 200;

/** A user's every wish, and the delivery of a mail, a hundred times at once: each has one effect. A trial is a user. */
export const accessRaces: LongTrial = {
  name: "access.races",
  run: async ({ trials, onViolation }) => {
    const rounds = trials ?? ROUNDS;
    await playRaces({ rounds, onViolation });
    return { trials: rounds, seed: null };
  },
};
