import { expect } from "chai";
import { renderIsoTime, renderShortTime, renderTime } from "./time.ts";

describe("renderTime()", () => {
  it("is in UTC and says so", () => expect(renderTime(new Date(1_000))).to.equal("1970-01-01 00:00:01 UTC"));
  it("is a hyphen without a time", () => expect(renderTime(undefined)).to.equal("-"));
});

describe("renderShortTime()", () => {
  const now = Date.parse("2026-11-22T14:30:00Z");
  for (const [text, short] of [
    ["2026-11-22T00:05:59Z", "00:05 UTC"],
    ["2026-11-22T15:05:00Z", "15:05 UTC"],
    ["2026-11-21T23:59:59Z", "21 Nov 23:59 UTC"],
    ["2026-03-02T09:00:00Z", "2 Mar 09:00 UTC"],
    ["2026-11-23T00:00:00Z", "23 Nov 00:00 UTC"],
    ["2025-11-22T14:30:00Z", "22 Nov 2025"],
  ] as const) {
    it(`writes ${text} as ${short}`, () => expect(renderShortTime(new Date(text), now)).to.equal(short));
  }
  it("is a hyphen without a time", () => expect(renderShortTime(undefined, now)).to.equal("-"));
});

describe("renderIsoTime()", () => {
  it("is ISO 8601 to the second", () => expect(renderIsoTime(new Date(1_999))).to.equal("1970-01-01T00:00:01Z"));
});
