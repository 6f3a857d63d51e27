import { expect } from "chai";
import { renderMoment, renderSpan } from "./render-moment.ts";

describe("renderMoment()", () => {
  const cases = [
    ["in winter", "2026-11-05T14:31:00Z", "2026-11-05 14:31:00 UTC (09:31:00 in New York)"],
    ["in summer", "2026-07-01T14:31:09.999Z", "2026-07-01 14:31:09 UTC (10:31:09 in New York)"],
    ["on another day there", "2026-11-06T03:00:00Z", "2026-11-06 03:00:00 UTC (2026-11-05 22:00:00 in New York)"],
    ["at midnight there", "2026-11-06T05:00:00Z", "2026-11-06 05:00:00 UTC (00:00:00 in New York)"],
  ] as const;
  for (const [when, time, text] of cases) {
    it(`tells both clocks ${when}`, () => expect(renderMoment(Date.parse(time))).to.equal(text));
  }
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
