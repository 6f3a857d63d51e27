import { expect } from "chai";
import { isOneLine, toOneLine } from "./one-line.ts";

describe("isOneLine(), toOneLine()", () => {
  for (const [what, text] of [
    ["a line break", "one\ntwo"],
    ["a line separator", "one\u2028two"],
    ["a paragraph separator", "one\u2029two"],
    ["a mark that turns the writing direction", "one\u202etwo"],
    ["a space of no width", "one\u200btwo"],
    ["what drives a terminal", "one\u001btwo"],
    ["half of a character", "one\ud83dtwo"],
  ] as const) {
    it(`finds ${what}, and shows it as a question mark`, () => {
      expect(isOneLine(text)).to.equal(false);
      expect(toOneLine(text, 100)).to.equal("one?two");
    });
  }

  it("leaves text of any language", () => {
    const text = "Kurs über 200 – 株価 📈";
    expect(isOneLine(text)).to.equal(true);
    expect(toOneLine(text, 100)).to.equal(text);
  });

  it("cuts what is longer, and shows half of a character as none", () => {
    expect(toOneLine("abc", 2)).to.equal("ab");
    expect(toOneLine("ab📈", 3)).to.equal("ab?");
  });
});
