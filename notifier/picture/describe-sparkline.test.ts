import { expect } from "chai";
import fc from "fast-check";
import { describeSparkline } from "./describe-sparkline.ts";
import { drawSparkline } from "./draw-sparkline.ts";
import { hostileHistory, minuteCloses, OPEN_MS, SAMPLE_HISTORY } from "./testing/sample-history.ts";

describe("describeSparkline()", () => {
  it("tells the way, the extremes and the level", () => {
    expect(describeSparkline("AAPL", SAMPLE_HISTORY)).to.equal(
      "AAPL from 198.10 to 201.12; lowest 197.80, highest 201.30; level 200.00",
    );
  });

  it("tells several levels, and none", () => {
    const points = minuteCloses(1, 2);
    expect(describeSparkline("X", { points, levels: [1.5, 1.25] })).to.match(/; levels 1\.50, 1\.25$/);
    expect(describeSparkline("X", { points, levels: [] })).to.equal("X from 1.00 to 2.00; lowest 1.00, highest 2.00");
  });

  it("tells where it fired if that is not the line's end", () => {
    const told = (timeMs: number, price: number): string | null =>
      describeSparkline("X", { points: minuteCloses(1, 2), levels: [], mark: { timeMs, price } });
    expect(told(OPEN_MS + 1, 3)).to.equal("X from 1.00 to 2.00; lowest 1.00, highest 3.00; fired at 3.00");
    expect(told(OPEN_MS, 0.5)).to.equal("X from 1.00 to 2.00; lowest 0.50, highest 2.00; fired at 0.50");
    expect(told(OPEN_MS, 5)).to.equal("X from 1.00 to 2.00; lowest 1.00, highest 5.00; fired at 5.00");
    expect(told(OPEN_MS + 60_000, 5)).to.equal("X from 1.00 to 2.00; lowest 1.00, highest 5.00; fired at 5.00");
    expect(told(OPEN_MS + 1e6, 4)).to.equal("X from 1.00 to 4.00; lowest 1.00, highest 4.00");
  });

  it("writes the smallest and the largest price without an exponent", () => {
    expect(describeSparkline("X", { points: minuteCloses(1e-12, 999_999_999_999), levels: [] })).to.include(
      "from 0.000000000001 to 999999999999.00;",
    );
  });

  it("has words exactly when there is a picture", () => {
    fc.assert(
      fc.property(hostileHistory, (history) => {
        expect(describeSparkline("X", history) === null).to.equal(drawSparkline(history) === null);
      }),
    );
  });
});
