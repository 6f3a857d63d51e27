import { expect } from "chai";
import { nearestWord, nearestWords } from "./nearest-word.ts";

describe("nearestWord()", () => {
  it("finds the word that was meant", () => {
    const choices = ["above", "below", "crosses"];
    expect(["abov", "bellow", "cross", "abvoe"].map((word) => nearestWord(word, choices))).to.deep.equal([
      "above",
      "below",
      "crosses",
      "above",
    ]);
  });

  it("counts two letters that changed places as one slip", () => {
    expect(nearestWord("dwon", ["done", "down"])).to.equal("down");
    expect(nearestWord("fro", ["for"], 1)).to.equal("for");
  });

  it("offers nothing that is too far away", () => {
    expect(nearestWord("now", ["for"], 1)).to.equal(null);
    expect(nearestWord("now", ["for"], 2)).to.equal("for");
  });

  it("has nothing to offer without choices", () => expect(nearestWord("x", [])).to.equal(null));
});

describe("nearestWords()", () => {
  it("offers the nearest first, of equally near ones the first, and no more than wanted", () => {
    const choices = ["MSFT", "NVDL", "AAPL", "NVDS", "NVDX"];
    expect(nearestWords("NVDX", choices, 3)).to.deep.equal(["NVDX", "NVDL", "NVDS"]);
    expect(nearestWords("APPL", choices, 1)).to.deep.equal(["AAPL"]);
    expect(nearestWords("X", ["Y"], 3)).to.deep.equal(["Y"]);
    expect(nearestWords("APPL", choices, 3, 1)).to.deep.equal(["AAPL"]);
    expect(nearestWords("X", [], 3)).to.deep.equal([]);
  });
});
