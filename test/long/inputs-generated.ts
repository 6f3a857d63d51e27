import { playGenerated } from "../bad-input/play-generated.ts";
import type { LongTrial } from "./trial.ts";

const INPUTS = 100_000;

/** Damaged calls, quotes of any values and any texts: nothing crashes, nothing that is refused is stored. A trial is an input. */
export const inputsGenerated: LongTrial = {
  name: "inputs.generated",
  run: async ({ trials, seed, onViolation }) => {
    const count = trials ?? INPUTS;
    await playGenerated({ count, seed, onViolation });
    return { trials: count, seed };
  },
};
