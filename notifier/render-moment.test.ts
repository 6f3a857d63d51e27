import { expect } from "chai";
import { dayIn, renderMomentFor, renderSpan } from "./render-moment.ts";

describe("renderMomentFor()", () => {
  const cases = [
    ["2026-11-05T14:31:00Z", "Europe/Berlin", "2026-11-05 09:31:00 in New York (15:31:00 in Europe/Berlin)"],
    ["2026-07-01T14:31:09.999Z", "Europe/Berlin", "2026-07-01 10:31:09 in New York (16:31:09 in Europe/Berlin)"],
    ["2026-11-06T03:00:00Z", "Asia/Tokyo", "2026-11-05 22:00:00 in New York (2026-11-06 12:00:00 in Asia/Tokyo)"],
    ["2026-11-06T05:00:00Z", "UTC", "2026-11-06 00:00:00 in New York (05:00:00 UTC)"],
    ["2026-11-06T05:00:00Z", "", "2026-11-06 00:00:00 in New York (05:00:00 UTC)"],
    ["2026-11-06T05:00:00Z", "America/New_York", "2026-11-06 00:00:00 in New York"],
    ["2026-11-06T05:00:00Z", "Mars/Olympus", "2026-11-06 00:00:00 in New York"],
  ] as const;
  for (const [time, reader, text] of cases) {
    it(text, () => expect(renderMomentFor({ exchange: "America/New_York", reader }, Date.parse(time))).to.equal(text));
  }

  it("tells one clock where exchange and reader have the same", () => {
    const at = Date.parse("2026-11-05T14:31:00Z");
    expect(renderMomentFor({ exchange: "UTC", reader: "UTC" }, at)).to.equal("2026-11-05 14:31:00 UTC");
    expect(renderMomentFor({ exchange: "Mars/Olympus", reader: "" }, at)).to.equal("2026-11-05 14:31:00 UTC");
  });

  it("is empty for what is no moment", () => {
    for (const time of [NaN, Infinity, 9e15])
      expect(renderMomentFor({ exchange: "America/New_York", reader: "UTC" }, time)).to.equal("");
  });
});

describe("dayIn()", () => {
  it("is the day that a zone's clocks show", () => {
    const at = Date.parse("2026-11-06T03:00:00Z");
    expect([dayIn("America/New_York", at), dayIn("UTC", at), dayIn("UTC", NaN)]).to.deep.equal([
      "2026-11-05",
      "2026-11-06",
      "",
    ]);
  });
});

describe("renderSpan()", () => {
  const cases = [
    [59_999, "less than a minute"],
    [60_000, "1 min"],
    [3_599_999, "59 min"],
    [3_600_000, "1 h"],
    [11_520_000, "3 h 12 min"],
    [86_400_000 + 59 * 60_000, "1 d"],
    [2 * 86_400_000 + 5 * 3_600_000, "2 d 5 h"],
  ] as const;
  for (const [ms, text] of cases) it(`calls ${ms} ms "${text}"`, () => expect(renderSpan(ms)).to.equal(text));
});
