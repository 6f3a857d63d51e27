import { expect } from "chai";
import fc from "fast-check";
import { priceLineFrom } from "./price-line.ts";
import { hostileHistory, minuteCloses, OPEN_MS } from "./testing/sample-history.ts";

describe("priceLineFrom()", () => {
  it("puts closes in the order of time; of two at one time the later counts", () => {
    const [first, second, third] = minuteCloses(1, 2, 3);
    const points = [third!, { ...first!, price: 7 }, second!, first!];
    expect(priceLineFrom({ points, levels: [] })?.points).to.deep.equal([first, second, third]);
  });

  it("marks the last price unless told where the alert fired", () => {
    const line = priceLineFrom({ points: minuteCloses(1, 2, 3), levels: [] });
    expect([line?.mark.price, line?.markIndex]).to.deep.equal([3, 2]);
  });

  it("lets the line go through a mark between two closes", () => {
    const mark = { timeMs: OPEN_MS + 1_000, price: 1.5 };
    const line = priceLineFrom({ points: minuteCloses(1, 2, 3), levels: [], mark });
    expect(line?.points.map(({ price }) => price)).to.deep.equal([1, 1.5, 2, 3]);
    expect([line?.mark, line?.markIndex]).to.deep.equal([mark, 1]);
  });

  it("leaves a close as it is where the alert fired at its very time", () => {
    const mark = { timeMs: OPEN_MS, price: 9 };
    const line = priceLineFrom({ points: minuteCloses(1, 2), levels: [], mark });
    expect(line?.points).to.deep.equal(minuteCloses(1, 2));
    expect([line?.mark.price, line?.markIndex]).to.deep.equal([9, 0]);
  });

  it("leaves out what has no time", () => {
    const timeless = [NaN, Infinity, -Infinity].map((timeMs) => ({ timeMs, price: 3 }));
    const line = priceLineFrom({ points: [...timeless, ...minuteCloses(1, 2)], levels: [], mark: timeless[1] });
    expect(line?.points).to.deep.equal(minuteCloses(1, 2));
    expect(line?.mark.price).to.equal(2);
  });

  it("is null for fewer than two points", () => {
    expect(priceLineFrom({ points: [], levels: [200] })).to.equal(null);
    expect(priceLineFrom({ points: minuteCloses(200), levels: [200] })).to.equal(null);
    const twice = [...minuteCloses(200), ...minuteCloses(201)];
    expect(priceLineFrom({ points: twice, levels: [] })).to.equal(null);
  });

  it("has five different levels at most, the first ones", () => {
    const line = priceLineFrom({ points: minuteCloses(1, 2), levels: [6, 6, 5, NaN, 4, 3, 2, 1] });
    expect(line?.levels).to.deep.equal([6, 5, 4, 3, 2]);
  });

  it("leaves out whatever cannot be drawn", () => {
    fc.assert(
      fc.property(hostileHistory, (history) => {
        const line = priceLineFrom(history);
        if (line === null) return;
        const prices = [...line.points.map(({ price }) => price), ...line.levels, line.mark.price];
        expect(prices.every((price) => price > 0 && price < 1e12)).to.equal(true);
        const times = line.points.map(({ timeMs }) => timeMs);
        expect(times.slice(1).every((timeMs, index) => timeMs > times[index]!)).to.equal(true);
        expect(times[line.markIndex]).to.equal(line.mark.timeMs);
      }),
      { numRuns: 1_000 },
    );
  });
});
