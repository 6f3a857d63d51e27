import { playTokenAttacks } from "../bad-input/play-token-attacks.ts";
import type { LongTrial } from "./trial.ts";

/** Every way to get in with a token that is none, at every method that needs a user and from every kind of client. A trial is a call. */
export const tokensAttacks: LongTrial = {
  name: "tokens.attacks",
  run: async ({ trials, onViolation }) => ({
    trials: await playTokenAttacks({ most: trials, onViolation }),
    seed: null,
  }),
};
