import { runSigtermTrial } from "../support/sigterm-trial.ts";
import type { LongTrial } from "./trial.ts";

const ROUNDS = 100;

/** SIGTERM under load. A trial is a round in which server, notifier and fetcher are each asked to end, on one database. */
export const sigterm: LongTrial = {
  name: "sigterm",
  run: async ({ trials, seed, onViolation }) => {
    const rounds = trials ?? ROUNDS;
    return { trials: rounds, seed, figures: await runSigtermTrial({ rounds, seed, onViolation }) };
  },
};
