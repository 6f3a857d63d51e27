// The promise: a fetcher that was away brings what it missed before what is newer, or says that it is missing. The long trials: test/long/holes.ts.
import { expect } from "chai";
import { HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import { mondayMorning, TEN_SYMBOLS } from "./support/budget-trial.ts";
import { runHoleTrial } from "./support/hole-trial.ts";

describe("a fetcher that was away for three hours", () => {
  const violations: string[] = [];
  const fromMs = mondayMorning(0);
  const times = {
    fromMs,
    awayMs: [fromMs + 20.5 * MINUTE_MS, fromMs + 3 * HOUR_MS + 20.5 * MINUTE_MS],
    toMs: fromMs + 3 * HOUR_MS + 45 * MINUTE_MS,
  } as const;
  const run = (past: Parameters<typeof runHoleTrial>[0]["past"], symbols = TEN_SYMBOLS.slice(0, 4)) =>
    runHoleTrial({ ...times, symbols, past, seed: 1, onViolation: (text) => violations.push(text) });
  beforeEach(() => void (violations.length = 0));
  afterEach(() => {
    expect(violations.slice(0, 5)).to.eql([]);
  });

  it("brings every bar of them before what is newer: all are judged", async () => {
    const { bars, gaps } = await run("told");
    expect(gaps).to.equal(0);
    expect(bars).to.be.at.least(4 * 200);
  });

  it("brings them later when the source does not answer for some minutes", async () => {
    const { gaps } = await run({ outageMinutes: 9 });
    expect(gaps).to.equal(0);
  });

  it("says that they are missing when they do not come within a quarter of an hour, or are not in the key's plan", async () => {
    for (const past of [{ outageMinutes: 60 }, "refused"] as const) {
      const { gaps, missing = 0 } = await run(past);
      expect(gaps).to.equal(4);
      expect(missing / 4).to.be.within(75, 85); // the newest hundred come all the same
    }
  });
});
