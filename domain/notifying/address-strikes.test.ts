import { expect } from "chai";
import { countStrikes, isSuspended } from "./address-strikes.ts";
import { addressRefused, contentRefused, notTaken, serverTrouble, taken, unsure } from "./testing/pairs.ts";

describe("countStrikes()", () => {
  it("suspends the address at the third refusal in a row", () => {
    const counts = [1, 2, 3].map((times) =>
      Array.from({ length: times }, () => addressRefused).reduce(countStrikes, 0),
    );
    expect(counts.map(isSuspended)).to.deep.equal([false, false, true]);
  });

  it("starts anew after a mail that was taken", () => {
    expect([addressRefused, addressRefused, taken, addressRefused].reduce(countStrikes, 0)).to.equal(1);
  });

  it("leaves the count to outcomes that say nothing of the address", () => {
    expect([addressRefused, contentRefused, notTaken, unsure, serverTrouble].reduce(countStrikes, 0)).to.equal(1);
  });
});
