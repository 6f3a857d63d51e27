import { expect } from "chai";
import type { Wake } from "./wakes.ts";
import { QuietInterval, widen } from "./watch-levels.ts";

const up = (level: number): Wake => ({ gauge: "price", side: "up", level });
const down = (level: number): Wake => ({ gauge: "price", side: "down", level });

describe("QuietInterval", () => {
  const quiet = QuietInterval.between([up(205), up(201), down(199), down(190), { gauge: "every" }]);

  it("lies between the nearest level on each side", () => {
    expect([quiet.lower, quiet.upper]).to.deep.equal([199, 201]);
  });

  it("is left by touching a level", () => {
    expect(quiet.isLeftBy({ lower: 200, upper: 201 })).to.equal(true);
    expect(quiet.isLeftBy({ lower: 199, upper: 200 })).to.equal(true);
  });

  it("is not left by anything between the levels", () => {
    expect(quiet.isLeftBy({ lower: 199.01, upper: 200.99 })).to.equal(false);
  });

  it("is left a hair before the level", () => {
    expect(quiet.isLeftBy({ lower: 200, upper: 201 - 1e-7 })).to.equal(true);
  });

  it("is never left when there is no level", () => {
    const empty = new QuietInterval(null, null);
    expect(empty.isLeftBy({ lower: 1e-12, upper: 1e15 })).to.equal(false);
  });
});

describe("widen()", () => {
  it("moves each bound outwards by one part in 10^9", () => {
    const { lower, upper } = widen({ lower: 1e9, upper: 2e9 });
    expect(lower).to.be.closeTo(1e9 - 1, 1e-6);
    expect(upper).to.be.closeTo(2e9 + 2, 1e-6);
  });
});
