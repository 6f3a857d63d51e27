import { expect } from "chai";
import fc from "fast-check";
import { CsvReader, LONGEST_ROW, type CsvRow } from "./csv-reader.ts";

/** Reads a text that comes in these pieces. */
function read(...pieces: string[]): CsvRow[] {
  const reader = new CsvReader();
  return pieces.flatMap((piece, at) => [...reader.read(piece, at === pieces.length - 1)]);
}

/** Cells by row, or what is wrong with it. */
const rows = (...pieces: string[]) =>
  Object.fromEntries(read(...pieces).map(({ row, cells, problem }) => [row, problem ?? cells.join("|")]));

describe("CsvReader", () => {
  const cases: readonly (readonly [title: string, text: string, expected: Record<number, string>])[] = [
    ["lines that end with LF", "a,b\nc,d\n", { 1: "a|b", 2: "c|d" }],
    ["lines that end with CR and LF", "a,b\r\nc,d\r\n", { 1: "a|b", 2: "c|d" }],
    ["lines that end with CR", "a,b\rc,d\r", { 1: "a|b", 2: "c|d" }],
    ["a last line that nothing ends", "a,b\nc,d", { 1: "a|b", 2: "c|d" }],
    ["empty lines, which count", "a\n\n\nb\n", { 1: "a", 4: "b" }],
    ["empty cells", "a,,\n,b,\n", { 1: "a||", 2: "|b|" }],
    ["cells in quotation marks", '"a","b"\n"c,d",e\n', { 1: "a|b", 2: "c,d|e" }],
    ["a quotation mark within a cell", '"say ""a""",b\n', { 1: 'say "a"|b' }],
    ["lines within a cell, which is one row", 'a,"b\r\nc"\nd,e\n', { 1: "a|b\r\nc", 2: "d|e" }],
    ["a quoted cell at the very end", 'a,"b"', { 1: "a|b" }],
    ["nothing at all", "", {}],
    ["a quotation mark in the middle", 'a,b"c"\nd,e\n', { 1: "has a quotation mark where none may stand", 2: "d|e" }],
    ["words behind a quoted cell", '"a"b,c\nd,e\n', { 1: "has a quotation mark where none may stand", 2: "d|e" }],
    ["a quotation mark that stays open", 'a,"b\nc,d', { 1: "has a quotation mark that nothing closes", 2: "c|d" }],
  ];
  for (const [title, text, expected] of cases) {
    it(`reads ${title}`, () => {
      expect(rows(text)).to.deep.equal(expected);
      expect(rows(...(text.match(/[^]/g) ?? []), ""), "letter by letter").to.deep.equal(expected);
    });
  }

  it("passes over a row that is too long, however it goes on, and reads the next", () => {
    const long = "x".repeat(LONGEST_ROW);
    expect(rows("a\n", long, long, long, "x\nb\n")).to.deep.equal({
      1: "a",
      2: "is longer than 65536 characters",
      3: "b",
    });
    expect(rows(`"${long}`, long, "\nb\n")[1]).to.include("is a quotation mark not closed?");
  });

  it("remembers no more of 50 MB without a line end than of 100 kB", () => {
    const reader = new CsvReader();
    const piece = "1".repeat(100_000);
    const found = Array.from({ length: 500 }, () => [...reader.read(piece)]).flat();
    expect(found.map(({ problem }) => problem)).to.deep.equal(["is longer than 65536 characters"]);
    expect([...reader.read("\na,b\n", true)].map(({ row, cells }) => [row, cells])).to.deep.equal([[2, ["a", "b"]]]);
  });

  it("gives back whatever was written by the rules, in whatever pieces it comes", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "1", ",", '"', "\n", "\r", " ") });
    const written = (cells: readonly string[]) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(",");
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(table, fc.constantFrom("\n", "\r\n", "\r"), fc.integer({ min: 1, max: 9 }), (lines, end, size) => {
        const text = lines.map((cells) => written(cells) + end).join("");
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
        expect(read(...pieces, "").map(({ cells }) => cells)).to.deep.equal(lines);
      }),
    );
  });
});
