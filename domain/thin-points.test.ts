import { expect } from "chai";
import fc from "fast-check";
import { thinPoints } from "./thin-points.ts";

/** Prices of every size that something trades at. */
const anyPrice = fc.oneof(
  fc.double({ min: 1e-12, max: 9e11, noNaN: true }),
  fc.double({ min: 150, max: 250, noNaN: true }),
  fc.constantFrom(1e-12, 200, 999_999_999_999),
);

describe("thinPoints()", () => {
  it("keeps all of a few", () => {
    expect(thinPoints([3, 1, 2], 3, 1)).to.deep.equal([0, 1, 2]);
  });

  it("keeps both ends, the marked one, and the lowest and the highest of every stretch", () => {
    const prices = [5, 6, 5, 5, 1, 5, 5, 5, 9, 5, 7, 5, 4, 5];
    expect(thinPoints(prices, 7, 2)).to.deep.equal([0, 1, 2, 4, 8, 12, 13]);
  });

  it("loses no extreme and keeps no more than it may", () => {
    const cases = fc.record({
      prices: fc.array(anyPrice, { minLength: 2, maxLength: 900, size: "max" }),
      most: fc.integer({ min: 7, max: 400 }),
      marked: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ prices, most, marked }) => {
        const kept = thinPoints(prices, most, marked % prices.length);
        const shown = kept.map((index) => prices[index]!);
        expect(kept).to.deep.equal([...new Set(kept)].sort((a, b) => a - b));
        expect(kept).to.include.members([0, prices.length - 1, marked % prices.length]);
        expect(kept.length).to.be.at.most(most);
        expect([Math.min(...shown), Math.max(...shown)]).to.deep.equal([Math.min(...prices), Math.max(...prices)]);
      }),
    );
  });
});
