import { expect } from "chai";
import { neutralise, neutraliseLines, safeJson } from "./neutralise.ts";

describe("neutralise()", () => {
  const cases: readonly (readonly [title: string, text: string, shown: string])[] = [
    ["leaves plain text of any language", "Kurs über 200 – 株価 📈", "Kurs über 200 – 株価 📈"],
    ["shows an ANSI colour", "\u001b[31mred", "\\u001b[31mred"],
    ["shows an OSC title with its bell", "\u001b]0;title\u0007", "\\u001b]0;title\\u0007"],
    ["shows the 8-bit form of CSI", "\u009b31m", "\\u009b31m"],
    ["shows carriage return and line break", "a\r\nb", "a\\u000d\\u000ab"],
    ["shows a mark that turns the direction", "\u202eLPAA", "\\u202eLPAA"],
    ["shows a zero-width space", "A\u200bAPL", "A\\u200bAPL"],
    ["shows half a surrogate pair", "x\ud800y", "x\\ud800y"],
  ];
  for (const [title, text, shown] of cases) it(title, () => expect(neutralise(text)).to.equal(shown));

  it("keeps line breaks where lines are wanted", () => {
    expect(neutraliseLines("a\nb\u0007")).to.equal("a\nb\\u0007");
  });
});

describe("safeJson()", () => {
  it("means the same and holds nothing that a terminal obeys", () => {
    const value = { note: "\u001b[2J\u009b1m\u202e\u007f", list: ["a\nb"] };
    const text = safeJson(value, 2);
    expect(JSON.parse(text)).to.deep.equal(value);
    expect(text.replaceAll("\n", "")).to.match(/^[\x20-\x7e]*$/);
  });
});
