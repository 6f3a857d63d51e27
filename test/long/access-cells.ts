import { playCells } from "../access/play-cells.ts";
import type { LongTrial } from "./trial.ts";

/** Every method, called by every kind of caller in three ways, against a policy that was written by hand. A trial is a call. */
export const accessCells: LongTrial = {
  name: "access.cells",
  run: async ({ onViolation }) => ({ trials: await playCells({ oneOf: 1, onViolation }), seed: null }),
};
