import { playRefreshStorm } from "../support/refresh-storm.ts";
import type { LongTrial } from "./trial.ts";

const ROUNDS = 200;

/** A refresh token is brought a hundred times at once: one successor at most goes on, and none after a theft. A trial is a round. */
export const sessionsStorm: LongTrial = {
  name: "sessions.storm",
  run: async ({ trials, onViolation }) => {
    const rounds = trials ?? ROUNDS;
    await playRefreshStorm({ rounds, onViolation });
    return { trials: rounds, seed: null };
  },
};
