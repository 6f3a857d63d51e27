import { expect } from "chai";
import { plainLine } from "./plain-line.ts";

describe("plainLine()", () => {
  const cases = [
    ["a line break", "a\r\nb", "a b"],
    ["NUL and other controls", "a\0\u0085b\u001b[31m", "a b [31m"],
    ["breaks of Unicode", "a\u2028b\u2029c", "a b c"],
    ["marks of direction", "a\u202eb\u2066c\u061cd\u200f", "a b c d"],
    ["what is no character", "a\uffffb\u{1fffe}\ufeffc", "a b c"],
    ["half a character", "a\ud800b", "a\ufffdb"],
    ["a letter of any script", "Ünïcødé 漢字 😀", "Ünïcødé 漢字 😀"],
  ] as const;
  for (const [what, text, line] of cases)
    it(`makes one line of ${what}`, () => expect(plainLine(text, 50)).to.equal(line));

  it("cuts what is too long, never in the middle of a character", () => {
    expect(plainLine("abcdef", 6)).to.equal("abcdef");
    expect(plainLine("abcdefg", 6)).to.equal("abcde…");
    expect(plainLine("abcd😀efg", 6)).to.equal("abcd…");
  });
});
