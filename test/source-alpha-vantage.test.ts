// The promise: however the source fails, what it can still tell is stored, once. The long trial is test/long/source-alpha-vantage.ts.
import { expect } from "chai";
import { HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import { mondayMorning } from "./support/budget-trial.ts";
import { runSourceTrial } from "./support/source-trial.ts";

describe("a source that fails in every way", () => {
  it("loses no minute and tells none twice", async () => {
    const violations: string[] = [];
    const fromMs = mondayMorning(0);
    const figures = await runSourceTrial({
      symbols: ["AAPL", "IBM", "V"],
      ...{
        fromMs,
        failsUntilMs: fromMs + 3 * HOUR_MS,
        toMs: fromMs + 3 * HOUR_MS + 20 * MINUTE_MS,
        longOutageMs: null,
      },
      ...{ seed: 7, onViolation: (text: string) => void violations.push(text) },
    });
    expect(violations.slice(0, 5)).to.eql([]);
    expect(figures["failed"]).to.be.at.least(50);
    expect(figures["bars"]).to.be.at.least(500);
  });
});
