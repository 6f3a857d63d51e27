import { expect } from "chai";
import { sampleQuote } from "../testing/samples.ts";
import { csvCell, exportRow } from "./export-csv.ts";

describe("exportRow()", () => {
  it("writes a bar with its start in UTC, and a tick as one", () => {
    expect(exportRow(sampleQuote())).to.equal("AAPL,1m,2026-11-22T14:30:00Z,199.5,201.25,199,201,1200\n");
    const tick = sampleQuote({ period: undefined, quoteTime: new Date("2026-11-22T14:30:00.250Z"), volume: 0.5 });
    expect(exportRow(tick)).to.match(/^AAPL,tick,2026-11-22T14:30:00\.250Z,.*,0\.5\n$/);
  });

  it("writes prices in plain digits, as many as a price keeps", () => {
    const small = sampleQuote({ open: 1e-7, high: 0.1 + 0.2, low: 1e-7, close: 123_456_789_012.34 });
    expect(exportRow(small)).to.include(",0.0000001,0.3,0.0000001,123456789012.34,");
  });
});

describe("csvCell()", () => {
  for (const [text, cell] of [
    ["AAPL", "AAPL"],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@x", "'@x"],
    ["\tx", "'\tx"],
    ["\rx", `"'\rx"`],
    ["a,b", '"a,b"'],
    ['say "a"', '"say ""a"""'],
    ["a\nb", '"a\nb"'],
  ] as const) {
    it(`makes ${JSON.stringify(cell)} of ${JSON.stringify(text)}`, () => {
      expect(csvCell(text)).to.equal(cell);
    });
  }
});
