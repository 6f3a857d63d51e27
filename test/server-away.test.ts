// The promise: a server that is away is no loss. What is fetched meanwhile waits on the fetcher's disk, whoever is killed.
import { runAwayTrial } from "./support/away-trial.ts";
import { runShort } from "./support/short-runs.ts";

describe("while the server is away", () => {
  it("what is fetched waits on disk, over the death of both, and arrives once", () =>
    runShort("server.away", (onViolation) => runAwayTrial({ rounds: 3, fetcherKills: 1, seed: 1, onViolation })));
});
