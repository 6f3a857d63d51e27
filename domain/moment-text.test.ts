import { expect } from "chai";
import { formatExactMoment, formatMoment } from "./moment-text.ts";

describe("formatMoment()", () => {
  for (const [time, text] of [
    ["2026-12-01T15:00:00.000Z", "2026-12-01 15:00 UTC"],
    ["2026-12-01T15:00:30.000Z", "2026-12-01 15:00:30 UTC"],
    ["2026-12-01T15:00:00.250Z", "2026-12-01 15:00 UTC"],
    ["2026-12-01T15:00:30.999Z", "2026-12-01 15:00:30 UTC"],
    ["2026-12-01T00:00:00.000Z", "2026-12-01 00:00 UTC"],
  ] as const) {
    it(`tells ${text}`, () => expect(formatMoment(Date.parse(time))).to.equal(text));
  }
});

describe("formatExactMoment()", () => {
  for (const [time, text] of [
    ["2026-12-01T15:00:00.000Z", "2026-12-01 15:00 UTC"],
    ["2026-12-01T15:00:00.250Z", "2026-12-01 15:00:00.250 UTC"],
  ] as const) {
    it(`tells ${text}`, () => expect(formatExactMoment(Date.parse(time))).to.equal(text));
  }
});
