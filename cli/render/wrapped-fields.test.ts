import { expect } from "chai";
import { wrapFields, wrapText } from "./wrapped-fields.ts";

describe("wrapFields()", () => {
  it("goes on below the value, within the width", () => {
    const text = wrapFields(
      [
        ["a", "one two three four five six"],
        ["long", "short"],
      ],
      20 + 6,
    );
    expect(text).to.equal("a     one two three four\n      five six\nlong  short");
  });

  it("wraps nothing where there is no width, and shows controls as escapes", () => {
    expect(wrapFields([["a", "one \u001b[2J two"]], null)).to.equal("a  one \\u001b[2J two");
  });

  it("breaks a word that is wider than the screen", () => {
    expect(wrapText("abcdef gh", 4)).to.deep.equal(["abcd", "ef", "gh"]);
    expect(wrapText("", 4)).to.deep.equal([""]);
  });
});
