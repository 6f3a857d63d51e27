// The promise: kill anything at any moment, and no acknowledged price, no trigger and no mail is lost, and nobody gets two mails
// about a symbol within the hour. `make test-long ONLY=kill` does the same three hundred times over.
import { expect } from "chai";
import { runKillTrial } from "./support/kill-trial.ts";
import type { Victim } from "./support/kill-world.ts";
import { runShort, SHORT_RUNS, SHORT_RUNS_LIMIT } from "./support/short-runs.ts";

const KILLS = 2;
const SEED = 1;

describe("kill -9 under load", () => {
  for (const victim of ["server", "notifier", "fetcher"] as const satisfies readonly Victim[]) {
    it(`of the ${victim}: nothing is lost, nothing comes twice`, () =>
      runShort(`kill.${victim}`, (onViolation) =>
        runKillTrial({ victims: [victim], kills: KILLS, seed: SEED, onViolation, isShort: true }),
      ));
  }
});

describe("the short runs of the long trials", () => {
  it(`are meant to take at most ${SHORT_RUNS_LIMIT} seconds together`, () => {
    const sum = Object.values(SHORT_RUNS).reduce((total, seconds) => total + seconds, 0);
    expect(sum).to.be.at.most(SHORT_RUNS_LIMIT);
  });
});
