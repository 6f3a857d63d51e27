import { expect } from "chai";
import { nearestWord } from "./nearest-word.ts";

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
