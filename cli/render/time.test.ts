import { expect } from "chai";
import { renderDuration, renderTime } from "./time.ts";

describe("renderTime()", () => {
  it("is in UTC and says so", () => expect(renderTime(new Date(1_000))).to.equal("1970-01-01 00:00:01Z"));
  it("is a hyphen without a time", () => expect(renderTime(undefined)).to.equal("-"));
});

describe("renderDuration()", () => {
  const cases: readonly (readonly [ms: number, text: string])[] = [
    [60_000, "1m"],
    [5_400_000, "1h30m"],
    [86_400_000, "1d"],
    [0, "0s"],
  ];
  for (const [ms, text] of cases) it(`writes ${ms} ms as ${text}`, () => expect(renderDuration(ms)).to.equal(text));
});
