import { expect } from "chai";
import { reconnectDelayMs } from "./reconnect-delay.ts";

describe("reconnectDelayMs()", () => {
  it("doubles from 100 ms to 2 s", () => {
    const full = [0, 1, 2, 3, 4, 5, 60, 5_000].map((failures) => reconnectDelayMs(failures, 1));
    expect(full).to.deep.equal([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000]);
  });

  it("draws from the upper half", () => {
    expect(reconnectDelayMs(5, 0)).to.equal(1_000);
  });
});
