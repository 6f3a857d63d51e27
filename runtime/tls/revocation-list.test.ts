import { expect } from "chai";
import { parseRevocationList, renderRevocation, type RevocationList } from "./revocation-list.ts";

describe("parseRevocationList()", () => {
  const listFrom = (text: string): RevocationList => {
    const list = parseRevocationList(text);
    return typeof list === "string" ? expect.fail(list) : list;
  };

  it("reads serial, date and reason, and passes over comments and empty lines", () => {
    const text = "# who is out\n\n4F3A 2026-11-20T15:00:00Z the laptop was stolen # by whom?\r\n  0b 2026-11-21\n";
    expect(listFrom(text).entries).to.deep.equal([
      { serial: "4F3A", time: Date.UTC(2026, 10, 20, 15), reason: "the laptop was stolen" },
      { serial: "B", time: Date.UTC(2026, 10, 21), reason: "" },
    ]);
  });

  it("is empty for an empty text", () => {
    expect(listFrom("").size).to.equal(0);
  });

  const spellings: readonly [written: string, asked: string][] = [
    ["4f3a", "4F3A"],
    ["4F:3A", "4F3A"],
    ["00004F3A", "4F3A"],
    ["4F3A", "00:00:4f:3a"],
    ["0A", "A"],
  ];
  for (const [written, asked] of spellings) {
    it(`finds ${asked} where ${written} is written`, () => {
      expect(listFrom(`${written} 2026-11-20`).find(asked)).to.be.an("object");
    });
  }

  it("does not find one that only begins or ends the same", () => {
    const list = listFrom("4F3A 2026-11-20");
    for (const other of ["4F3", "4F3A0", "14F3A", "", "4F3G"]) expect(list.find(other)).to.equal(undefined);
  });

  const bad: readonly [string, RegExp][] = [
    ["4F3A", /^has a bad line 1: after the serial number comes a date/],
    ["4F 3A 2026-11-20", /after the serial number comes a date/],
    ["# fine\n4F3A 2026-11-20\nlaptop stolen", /^has a bad line 3: it does not begin with a serial number/],
    ["4F3A 2026-13-45", /date/],
    ["4F3A yesterday", /date/],
    [`${"A".repeat(65)} 2026-11-20`, /serial number/],
    ["serial 4F3A", /serial number/],
    ["\0\0\0\0", /serial number/],
  ];
  for (const [text, words] of bad) {
    it(`is bad with ${JSON.stringify(text.slice(0, 40))}`, () => {
      expect(parseRevocationList(text)).to.match(words);
    });
  }

  it("reads what it writes", () => {
    const entry = { serial: "4F3A", time: Date.UTC(2026, 10, 20, 15), reason: "stolen with the laptop" };
    expect(listFrom(renderRevocation(entry)).entries).to.deep.equal([entry]);
  });
});
