import { expect } from "chai";
import { findSymbolListProblem } from "./symbol-list.ts";

describe("findSymbolListProblem()", () => {
  it("finds nothing wrong with different symbols of one currency", () => {
    const lists = [
      ["AAPL"],
      ["AAPL", "MSFT"],
      ["TSCO.LON", "VOD.LON"],
      Array.from({ length: 50 }, (_, index) => `S${index}`),
    ];
    for (const symbols of lists) expect(findSymbolListProblem(symbols)).to.equal(null);
  });

  it("points at the second of two that are the same", () => {
    const problem = findSymbolListProblem(["AAPL", "MSFT", "AAPL"]);
    expect(problem).to.include({ index: 2, message: "AAPL is in the list twice" });
  });

  it("points at the first of another currency, and names both", () => {
    const problem = findSymbolListProblem(["AAPL", "TSCO.LON"]);
    expect(problem).to.include({ index: 1 });
    expect(problem?.message).to.equal("TSCO.LON is quoted in GBX and AAPL in USD: a level has one currency");
  });

  it("points at the first of too many", () => {
    const problem = findSymbolListProblem(Array.from({ length: 52 }, (_, index) => `S${index}`));
    expect(problem).to.include({ index: 50, message: "52 symbols are too many: one rule is for at most 50" });
  });
});
