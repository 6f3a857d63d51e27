// The promise: what came while the server was away arrives once, in its order. The long trial is test/long/spool-six-hours.ts.
import { expect } from "chai";
import { runSpoolTrial } from "./support/spool-trial.ts";

describe("prices that came while the server was away", () => {
  it("arrive once, in their order, though the fetcher was started anew meanwhile", async () => {
    const violations: string[] = [];
    await runSpoolTrial({ quotes: 20_000, restarts: 2, onViolation: (text) => void violations.push(text) });
    expect(violations).to.eql([]);
  });
});
