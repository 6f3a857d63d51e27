import { expect } from "chai";
import { isSameSymbol } from "./same-symbol.ts";

describe("isSameSymbol()", () => {
  const cases: [unknown, string, boolean][] = [
    ["IBM", "IBM", true],
    ["ibm", "IBM", true],
    ["BRK.B", "BRK-B", true],
    ["BRK-B", "BRK-B", true],
    ["BRK-A", "BRK-B", false],
    ["TSCO.LON", "TSCO.LON", true],
    ["TSCO", "TSCO.LON", false],
    ["TSCO-LON", "TSCO.LON", false],
    ["IBM ", "IBM", false],
    ["\u0131BM", "IBM", false], // a dotless i becomes an I in upper case
    ["M\u017fFT", "MSFT", false], // and a long s an S
    ["", "IBM", false],
    [["IBM"], "IBM", false],
    [null, "IBM", false],
  ];
  for (const [echoed, asked, expected] of cases) {
    it(`${JSON.stringify(echoed)} is ${expected ? "" : "not "}an answer for ${asked}`, () => {
      expect(isSameSymbol(echoed, asked)).to.equal(expected);
    });
  }
});
