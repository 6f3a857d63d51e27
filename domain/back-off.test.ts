import { expect } from "chai";
import { backOffMs, repeatDelayMs } from "./back-off.ts";
import { MINUTE_MS } from "./time.ts";

describe("backOffMs()", () => {
  it("draws from a fifth around its value", () => {
    expect(backOffMs(2, 0)).to.equal(4 * MINUTE_MS);
    expect(backOffMs(2, 0.5)).to.equal(5 * MINUTE_MS);
    expect(backOffMs(2, 0.999_999)).to.be.within(6 * MINUTE_MS - 10, 6 * MINUTE_MS);
  });

  it("grows to an hour and stays there", () => {
    expect([1, 5, 6, 99].map((attempts) => backOffMs(attempts, 0.5) / MINUTE_MS)).to.deep.equal([1, 60, 60, 60]);
  });
});

describe("repeatDelayMs()", () => {
  it("is nothing, then 1 and 5 minutes", () => {
    expect([0, 1, 2].map((repeats) => repeatDelayMs(repeats) / MINUTE_MS)).to.deep.equal([0, 1, 5]);
  });
});
