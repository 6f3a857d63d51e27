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

  it("has nothing to offer without choices", () => expect(nearestWord("x", [])).to.equal(null));
});
