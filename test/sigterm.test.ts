// The promise: a process that is asked to end, ends well: calls under way are answered, no mail goes twice, and the next one goes on.
import { runShort } from "./support/short-runs.ts";
import { runSigtermTrial } from "./support/sigterm-trial.ts";

describe("SIGTERM under load", () => {
  it("ends server, notifier and fetcher in good order, and nothing is lost or repeated", () =>
    runShort("sigterm", (onViolation) => runSigtermTrial({ rounds: 2, seed: 1, onViolation })));
});
