import { expect } from "chai";
import { nearSymbols } from "./near-symbols.ts";

const WATCHED = ["AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "JPM", "V", "IBM", "TSCO.LON"];

describe("nearSymbols()", () => {
  const cases: readonly (readonly [title: string, symbol: string, choices: readonly string[], near: string[]])[] = [
    ["one slip away", "APPL", WATCHED, ["AAPL"]],
    ["with two neighbours that changed places", "NVAD", WATCHED, ["NVDA"]],
    ["with a letter too many", "NFLXX", ["NFLX", "NFLY"], ["NFLX"]],
    ["of which only the beginning was typed", "TSCO", WATCHED, ["TSCO.LON"]],
    ["that was typed with more behind it", "IBM.LON", WATCHED, ["IBM"]],
    ["another class of the same share", "BRK-B", ["BRK-A", "BRK.DE"], ["BRK-A"]],
    ["two slips away, where it is long", "TSCP.LOM", WATCHED, ["TSCO.LON"]],
    ["the nearest first, at most three", "NVDX", ["NVDAX", "NVDL", "NVDXX", "NVDS"], ["NVDAX", "NVDL", "NVDXX"]],
    ["no other share, where none is near", "BRK-B", WATCHED, []],
    ["no share for a pair", "BTCUSDT", WATCHED, []],
    ["no other pair for a pair", "BTCUSDT", ["ETHUSDT", "SOLUSDT", "BNBUSDT"], []],
    ["nothing that is two slips away, where it is short", "MSAX", WATCHED, []],
    ["nothing for one letter", "T", WATCHED, []],
    ["no single letter that it begins with", "VOW3", WATCHED, []],
    ["nothing without choices", "IBM", [], []],
  ];
  for (const [title, symbol, choices, near] of cases) {
    it(`offers ${title}`, () => expect(nearSymbols(symbol, choices, 3)).to.deep.equal(near));
  }

  it("offers what is meant however it is spelled", () => {
    expect(nearSymbols("TESLA", ["AMZN", "TSLA"], 3, (choice) => choice === "TSLA")).to.deep.equal(["TSLA"]);
    expect(nearSymbols("GOOGLE", ["GOOG", "META"], 3, (choice) => choice === "META")).to.deep.equal(["GOOG", "META"]);
  });
});
