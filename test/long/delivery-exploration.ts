import { LEASE_MS } from "../../domain/notifying/delivery-limits.ts";
import { explore, type ExploreOptions } from "../../domain/notifying/testing/explore.ts";
import { realMachine } from "../../domain/notifying/testing/machine.ts";
import type { LongTrial } from "./trial.ts";

/** More than `make test` looks at: memory ends it before patience does. */
const EXPLORED: readonly ExploreOptions[] = [
  { policy: "resend", maxTriggers: [3] },
  { policy: "hold", maxTriggers: [4] },
  { policy: "resend", maxTriggers: [2], maxResends: 1 },
  { policy: "hold", maxTriggers: [2], maxResends: 2 },
  { policy: "resend", maxTriggers: [1, 1], maxBegins: 4, stepMs: LEASE_MS },
  { policy: "resend", maxTriggers: [1, 1], maxBegins: 3, maxResends: 1, stepMs: LEASE_MS },
  { policy: "resend", maxTriggers: [1, 2], maxBegins: 3, stepMs: LEASE_MS },
  { policy: "hold", maxTriggers: [1, 1], maxBegins: 3, maxResends: 2, stepMs: LEASE_MS },
  { policy: "hold", maxTriggers: [2, 1], maxBegins: 3, stepMs: LEASE_MS },
];

/** Every world that the notifying machine's moves can make. A trial is a move; there is nothing to draw or to count by hand. */
export const deliveryExploration: LongTrial = {
  name: "delivery.exploration",
  run: ({ onViolation }) => {
    let moves = 0;
    for (const options of EXPLORED) {
      const { transitions, violation } = explore(realMachine, options);
      moves += transitions;
      if (violation !== null) onViolation(`${options.policy}: ${violation.promise}: ${violation.trace.join(" → ")}`);
    }
    return Promise.resolve({ trials: moves, seed: null });
  },
};
