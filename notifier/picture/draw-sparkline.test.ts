import { createHash } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { drawSparkline, SPARKLINE_COLOURS, SPARKLINE_LIMIT, SPARKLINE_SIZE } from "./draw-sparkline.ts";
import type { PriceHistory } from "./price-line.ts";
import { readPng, type SeenPicture } from "./testing/read-png.ts";
import { hostileHistory, minuteCloses, OPEN_MS, SAMPLE_HISTORY, soundHistory } from "./testing/sample-history.ts";

const WHITE = [255, 255, 255];
const NIGHT = [0x12, 0x12, 0x12];
const [FULL_LINE, FULL_MARK] = [4, 8];
/** WCAG 2.2, 1.4.11: what a picture needs to be understood. */
const CONTRAST = 3;

describe("drawSparkline()", () => {
  const draw = (history: PriceHistory): SeenPicture => readPng(drawSparkline(history)!);

  it("gives the same bytes on every machine, whatever its libraries", () => {
    const png = drawSparkline(SAMPLE_HISTORY)!;
    expect(createHash("sha256").update(png).digest("hex")).to.equal(
      "e309f2e8a33bf4af831afb443a962416e99a18a6fcaeac108ba595ead8935914",
    );
  });

  it("draws the line from left to right, its level dashed, and a dot at the last price", () => {
    const seen = draw(SAMPLE_HISTORY);
    const { width, height } = seen;
    expect([width, height]).to.deep.equal([1.5 * SPARKLINE_SIZE.width, 1.5 * SPARKLINE_SIZE.height]);
    const levelRows = rowsWhere(seen, (y) => seen.indexAt(0, y) === FULL_MARK);
    expect(levelRows).to.have.length(3);
    expect(columnsWhere(seen, (x) => seen.indexAt(x, levelRows[1]!) === FULL_MARK).length).to.be.within(400, 600);
    const lineColumns = columnsWhere(seen, (x) => rowsWhere(seen, (y) => seen.indexAt(x, y) === FULL_LINE).length > 0);
    expect([lineColumns[0], lineColumns.length]).to.satisfy(
      ([first, count]: number[]) => first! < 20 && count! > width - 50,
    );
    const dot = { x: Math.round(width - 11.25), y: Math.round(11.25 + ((201.3 - 201.12) / 3.5) * (height - 22.5)) };
    expect(seen.indexAt(dot.x, dot.y)).to.equal(FULL_MARK);
    expect(seen.indexAt(dot.x - 9, dot.y)).to.equal(0);
  });

  it("puts the dot where the alert fired", () => {
    const mark = { timeMs: OPEN_MS, price: 2 };
    const seen = draw({ points: minuteCloses(1, 3, 2), levels: [], mark });
    expect(seen.indexAt(11, 90)).to.equal(FULL_MARK);
    expect(seen.indexAt(828, 90)).to.equal(FULL_LINE);
  });

  it("is seen on white and on the black of dark mail programs", () => {
    for (const index of [FULL_LINE, FULL_MARK]) {
      const [red, green, blue, alpha] = SPARKLINE_COLOURS[index]!;
      expect(alpha).to.equal(255);
      for (const ground of [WHITE, NIGHT, [0, 0, 0], [0x2c, 0x2c, 0x2c]]) {
        expect(contrast([red, green, blue], ground)).to.be.at.least(CONTRAST);
      }
    }
  });

  it("has no background", () => {
    const seen = draw({ points: minuteCloses(1, 2), levels: [] });
    expect(seen.colours[seen.indexAt(5, 5)]).to.deep.equal([0, 0, 0, 0]);
  });

  it("draws the level whatever the prices", () => {
    fc.assert(
      fc.property(soundHistory, (history) => {
        const png = drawSparkline(history)!;
        expect(png.length).to.be.below(SPARKLINE_LIMIT);
        if (history.levels.length === 0) return;
        const seen = readPng(png);
        const isLevel = (y: number): boolean =>
          columnsWhere(seen, (x) => seen.indexAt(x, y) === FULL_MARK).length > 100;
        expect(rowsWhere(seen, isLevel).length).to.be.at.least(2);
      }),
      { numRuns: 30 },
    );
  });

  it("stays small for the wildest line", () => {
    for (const [count, seed] of [40, 100, 200, 390, 2_000].flatMap((count) => [1, 2, 3].map((seed) => [count, seed]))) {
      const points = minuteCloses(...wildPrices(count!, seed!));
      const png = drawSparkline({ points, levels: [0.1, 0.3, 0.5, 0.7, 0.9] });
      expect(png?.length, `${count} points, seed ${seed}`).to.be.below(SPARKLINE_LIMIT);
    }
  });

  it("leaves out what cannot be drawn, and never throws", () => {
    const points = minuteCloses(1, NaN, Infinity, -5, 0, 2);
    const sound = points.filter(({ price }) => price > 0 && price < 3);
    expect(drawSparkline({ points, levels: [NaN, 1.5, -1] })).to.deep.equal(
      drawSparkline({ points: sound, levels: [1.5] }),
    );
    fc.assert(fc.property(hostileHistory, (history) => void drawSparkline(history)));
  });

  it("is null for fewer than two points", () => {
    expect(drawSparkline({ points: minuteCloses(200, NaN), levels: [200] })).to.equal(null);
  });
});

function rowsWhere({ height }: SeenPicture, holds: (y: number) => boolean): number[] {
  return Array.from({ length: height }, (_, y) => y).filter(holds);
}

function columnsWhere({ width }: SeenPicture, holds: (x: number) => boolean): number[] {
  return Array.from({ length: width }, (_, x) => x).filter(holds);
}

/** From anywhere to anywhere at each step, the same for the same seed. */
function wildPrices(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 0.001 + state / 2 ** 32;
  });
}

/** WCAG 2.2: how much lighter one colour is than the other. */
function contrast(one: readonly (number | undefined)[], other: readonly number[]): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

function luminance(colour: readonly (number | undefined)[]): number {
  const [red, green, blue] = colour.map((value) => {
    const share = value! / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
