import { expect } from "chai";
import { asciiLine } from "./ascii-line.ts";

describe("asciiLine()", () => {
  const cases = [
    ["AAPL 201.12, above 200.00", "AAPL 201.12, above 200.00"],
    ["Zürich Straße €5", "Zurich Strasse EUR5"],
    ["ＡＡＰＬ", "AAPL"],
    ["Łódź – “Ørsted”", 'Lodz - "Orsted"'],
    ["漢字 A 😀 B", "A B"],
    ["a\r\nBcc: eve@example.net\u202e", "a Bcc: eve@example.net"],
    ["漢字", ""],
  ] as const;
  for (const [text, line] of cases) it(JSON.stringify(text), () => expect(asciiLine(text, 60)).to.equal(line));

  it("cuts what is too long", () => {
    expect(asciiLine("x".repeat(100), 10)).to.equal("xxxxxxx...");
    expect(asciiLine("ß".repeat(9), 10)).to.equal("sssssss...");
  });
});
