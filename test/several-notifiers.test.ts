// The promise: any number of notifiers share the work. What befalls one delays no other's mails, its own go on, and nothing is repeated
// without a fault. `make test-long ONLY=fair` does the same for longer, and with one that hangs.
import { expect } from "chai";
import { runSeveralNotifiersTrial } from "./support/fair-trials.ts";

const SHORT = { loadMs: 3_000, isShort: true };

describe("several notifiers at once", () => {
  it("send each mail once", async () => {
    const violations: string[] = [];
    const onViolation = (text: string) => violations.push(text);
    const figures = await runSeveralNotifiersTrial({ notifiers: 5, faults: [], onViolation, ...SHORT });
    expect([figures["mails"], figures["repeats"]]).to.deep.equal([30, 0]);
    expect(violations).to.deep.equal([]);
  });

  it("go on at once with what one of them had that is killed", async () => {
    const violations: string[] = [];
    const onViolation = (text: string) => violations.push(text);
    await runSeveralNotifiersTrial({ notifiers: 2, faults: ["kill"], onViolation, ...SHORT });
    expect(violations).to.deep.equal([]);
  });
});
