import { expect } from "chai";
import { Canvas, LINE_INK, MARK_INK } from "./raster.ts";

/** The canvas as text: a point for empty, the pixel else. */
function rowsOf({ width, pixels }: Canvas): string[] {
  const text = [...pixels].map((pixel) => (pixel === 0 ? "." : String(pixel))).join("");
  return text.match(new RegExp(`.{${width}}`, "g")) ?? [];
}

describe("Canvas", () => {
  it("draws a line with round ends and half-covered edges", () => {
    const canvas = new Canvas(10, 5);
    canvas.strokePath([{ x: 2.5, y: 2.5 }, { x: 6.5, y: 2.5 }], 2, LINE_INK); // prettier-ignore
    expect(rowsOf(canvas)).to.deep.equal(["..........", "..22222...", ".2444442..", "..22222...", ".........."]);
  });

  it("draws the same up, down, forth and back", () => {
    const ways = [
      [{ x: 2, y: 2 }, { x: 17, y: 9 }],
      [{ x: 17, y: 9 }, { x: 2, y: 2 }],
    ]; // prettier-ignore
    const [forth, back] = ways.map((path) => {
      const canvas = new Canvas(20, 12);
      canvas.strokePath(path, 3, LINE_INK);
      return rowsOf(canvas);
    });
    expect(forth).to.deep.equal(back);
  });

  it("draws a line that goes straight down, whole", () => {
    const canvas = new Canvas(6, 8);
    canvas.strokePath([{ x: 3, y: 2 }, { x: 3, y: 6 }], 2, LINE_INK); // prettier-ignore
    expect(rowsOf(canvas)).to.deep.equal([
      "......",
      "..33..",
      "..44..",
      "..44..",
      "..44..",
      "..44..",
      "..33..",
      "......",
    ]);
  });

  it("draws dashes in whole pixels, also at the edges", () => {
    const canvas = new Canvas(8, 4);
    canvas.strokeDashes(-5, { thickness: 1, length: 3, gap: 2 }, MARK_INK);
    canvas.strokeDashes(3.9, { thickness: 2, length: 3, gap: 2 }, MARK_INK);
    expect(rowsOf(canvas)).to.deep.equal(["888..888", "........", "888..888", "888..888"]);
  });

  it("lets the later ink win where both cover alike", () => {
    const canvas = new Canvas(4, 3);
    canvas.strokeDashes(1.5, { thickness: 1, length: 4, gap: 1 }, MARK_INK);
    canvas.strokePath([{ x: 0.5, y: 1.5 }, { x: 1.5, y: 1.5 }], 1, LINE_INK); // prettier-ignore
    expect(rowsOf(canvas)).to.deep.equal(["....", "4488", "...."]);
  });

  it("keeps a dot apart by an empty ring", () => {
    const canvas = new Canvas(15, 9);
    canvas.strokeDashes(4.5, { thickness: 1, length: 15, gap: 1 }, MARK_INK);
    canvas.clearDisc({ x: 7.5, y: 4.5 }, 5);
    canvas.fillDisc({ x: 7.5, y: 4.5 }, 3, MARK_INK);
    expect(rowsOf(canvas)).to.deep.equal([
      "...............",
      "......565......",
      ".....78887.....",
      "....5888885....",
      "886.6888886.688",
      "....5888885....",
      ".....78887.....",
      "......565......",
      "...............",
    ]);
  });

  it("does not go on at the other edge", () => {
    const canvas = new Canvas(4, 3);
    canvas.fillDisc({ x: 0, y: 1.5 }, 1.5, MARK_INK);
    expect(rowsOf(canvas).map((row) => row.slice(2))).to.deep.equal(["..", "..", ".."]);
  });

  it("cuts off what lies outside", () => {
    const canvas = new Canvas(4, 2);
    canvas.strokePath([{ x: -50, y: -50 }, { x: 60, y: 60 }], 2, LINE_INK); // prettier-ignore
    canvas.fillDisc({ x: 40, y: -40 }, 3, MARK_INK);
    expect(rowsOf(canvas)).to.deep.equal(["43..", "343."]);
  });
});
