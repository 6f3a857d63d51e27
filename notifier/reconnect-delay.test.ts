import { expect } from "chai";
import { reconnectDelayMs } from "./reconnect-delay.ts";

describe("reconnectDelayMs()", () => {
  it("doubles from 100 ms to half a second", () => {
    const full = [0, 1, 2, 3, 4, 5, 60, 5_000].map((failures) => reconnectDelayMs(failures, 1));
    expect(full).to.deep.equal([100, 200, 400, 500, 500, 500, 500, 500]);
  });

  it("draws from the upper half", () => {
    expect(reconnectDelayMs(5, 0)).to.equal(250);
  });
});
