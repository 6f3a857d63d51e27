import { expect } from "chai";
import fc from "fast-check";
import { DAY_MS } from "../../domain/time.ts";
import { priceLineFrom, type PriceHistory } from "./price-line.ts";
import { layOutSparkline, type SparklineLayout } from "./sparkline-layout.ts";
import { minuteCloses, OPEN_MS, soundHistory } from "./testing/sample-history.ts";

const FRAME = { width: 120, height: 60, margin: 10 };

describe("layOutSparkline()", () => {
  const layOut = (history: PriceHistory, most = 400): SparklineLayout =>
    layOutSparkline(priceLineFrom(history)!, FRAME, most);

  it("goes from the lowest to the highest and from edge to edge", () => {
    const { path, mark } = layOut({ points: minuteCloses(1, 3, 2), levels: [] });
    expect(path).to.deep.equal([
      { x: 10, y: 50 },
      { x: 60, y: 10 },
      { x: 110, y: 30 },
    ]);
    expect(mark).to.deep.equal({ x: 110, y: 30 });
  });

  it("makes room for a level beyond all prices", () => {
    const { path, levels } = layOut({ points: minuteCloses(1, 2), levels: [5] });
    expect(levels).to.deep.equal([10]);
    expect(path.map(({ y }) => y)).to.deep.equal([50, 40]);
  });

  it("makes room for a mark beyond all closes", () => {
    const { mark } = layOut({ points: minuteCloses(1, 2), levels: [], mark: { timeMs: OPEN_MS, price: 3 } });
    expect(mark).to.deep.equal({ x: 10, y: 10 });
  });

  it("gives a night no room", () => {
    const [first, second, third] = minuteCloses(1, 2, 3);
    const overnight = [first!, second!, { ...third!, timeMs: third!.timeMs + DAY_MS }];
    expect(layOut({ points: overnight, levels: [] })).to.deep.equal(
      layOut({ points: minuteCloses(1, 2, 3), levels: [] }),
    );
  });

  it("puts a price that never moved half-way", () => {
    const { path, levels } = layOut({ points: minuteCloses(5, 5, 5), levels: [5] });
    expect([...path.map(({ y }) => y), ...levels]).to.deep.equal([30, 30, 30, 30]);
  });

  it("leaves a thinned line's places where they are", () => {
    const points = minuteCloses(...Array.from({ length: 500 }, (_, index) => 100 + (index % 7)));
    const [all, thinned] = [layOut({ points, levels: [] }, 500), layOut({ points, levels: [] }, 40)];
    expect(thinned.path.length).to.be.within(30, 40);
    expect(all.path).to.deep.include.members([...thinned.path]);
  });

  it("lets a thinned line go through the mark", () => {
    const points = minuteCloses(...Array.from({ length: 500 }, (_, index) => 100 + (index % 7)));
    const { path, mark } = layOut({ points, levels: [], mark: { timeMs: OPEN_MS + 1, price: 103.5 } }, 40);
    expect(path).to.deep.include(mark);
  });

  it("keeps everything within the margins, whatever the prices and the times", () => {
    fc.assert(
      fc.property(soundHistory, (history) => {
        const { path, levels, mark } = layOut(history);
        for (const { x, y } of [...path, mark, ...levels.map((y) => ({ x: 10, y }))]) {
          expect(x).to.be.within(10, 110);
          expect(y).to.be.within(10, 50);
        }
        expect(path.length).to.be.within(2, 400);
        expect(path.slice(1).every(({ x }, index) => x > path[index]!.x)).to.equal(true);
        expect(levels.length).to.equal(new Set(history.levels).size);
      }),
      { numRuns: 200 },
    );
  });
});
