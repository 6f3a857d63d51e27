import { expect } from "chai";
import fc from "fast-check";
import { parseCondition } from "../../domain/language/condition-language.ts";
import { conditionText } from "../../domain/language/condition-sentence.ts";
import { anyCondition } from "../../domain/notifying/testing/any-condition.ts";
import { AppError } from "../../domain/error.ts";
import { Condition as ConditionMessage, CrossDirection } from "../gen/tickerbell/v1/condition.ts";
import { conditionFromProto, conditionToProto } from "./condition.ts";

type Given = NonNullable<Parameters<typeof ConditionMessage.fromPartial>[0]>["kind"];

/** What is refused of a condition, as `field REASON`. */
function problemsOf(kind: Given): string[] {
  try {
    conditionFromProto(ConditionMessage.fromPartial({ kind }), "c");
  } catch (error) {
    if (error instanceof AppError) return error.fields.map(({ field, reason }) => `${field} ${reason}`);
    throw error;
  }
  return [];
}

describe("a condition on the wire", () => {
  it("is the same after the way there and back, whatever it is", () => {
    fc.assert(
      fc.property(anyCondition, (condition) => {
        const bytes = ConditionMessage.encode(conditionToProto(condition)).finish();
        expect(conditionFromProto(ConditionMessage.decode(bytes), "c")).to.deep.equal(condition);
      }),
      { numRuns: 200 },
    );
  });

  const FORS = {
    "half a minute": { seconds: 30, nanos: 0 },
    "a minute and a nanosecond": { seconds: 60, nanos: 1 },
    "less than nothing": { seconds: -60, nanos: 0 },
    "30 days and a minute": { seconds: 2_592_060, nanos: 0 },
    "two signs": { seconds: 60, nanos: -1 },
    "more than a Duration holds": { seconds: Number.MAX_SAFE_INTEGER, nanos: 0 },
  };
  for (const [name, forDuration] of Object.entries(FORS)) {
    it(`refuses to be for ${name}`, () => {
      expect(problemsOf({ $case: "above", value: { level: 1, forDuration } })).to.deep.equal([
        "c.above.for_duration FIELD_INVALID",
      ]);
      expect(problemsOf({ $case: "inside", value: { lower: 1, upper: 2, forDuration } })).to.deep.equal([
        "c.inside.for_duration FIELD_INVALID",
      ]);
    });
  }

  it("is for no time when that is nothing, and for as long as 30 days", () => {
    for (const [seconds, forMs] of [
      [0, 0],
      [60, 60_000],
      [2_592_000, 2_592_000_000],
    ] as const) {
      const kind = { $case: "below" as const, value: { level: 1, forDuration: { seconds, nanos: 0 } } };
      expect(conditionFromProto(ConditionMessage.fromPartial({ kind }), "c")).to.include({ forMs });
    }
  });

  it("refuses a band that is upside down, flat, or without a price, each level by its name", () => {
    const band = (lower: number, upper: number) => problemsOf({ $case: "outside", value: { lower, upper } });
    expect(band(2, 1)).to.deep.equal(["c.outside.upper FIELD_INVALID"]);
    expect(band(2, 2)).to.deep.equal(["c.outside.upper FIELD_INVALID"]);
    expect(band(NaN, 1)).to.deep.equal(["c.outside.lower PRICE_RANGE"]);
    expect(band(0, Infinity)).to.deep.equal(["c.outside.lower PRICE_RANGE", "c.outside.upper PRICE_RANGE"]);
  });

  it("has the levels that its text has: more than 15 digits are rounded", () => {
    const above = (level: number) =>
      conditionFromProto(ConditionMessage.fromPartial({ kind: { $case: "above", value: { level } } }), "c");
    expect(above(0.1 + 0.2)).to.include({ level: 0.3 });
    expect(above(0.123456789012345)).to.include({ level: 0.123456789012345 });
    const doubles = fc.double({ min: 1e-12, max: 1e11, noNaN: true });
    fc.assert(
      fc.property(doubles, (level) => {
        const condition = above(level);
        expect(parseCondition(conditionText(["AAPL"], condition)).condition).to.deep.equal(condition);
      }),
      { numRuns: 200 },
    );
  });

  it("refuses levels that are no band, or no price, once they are rounded", () => {
    const band = { lower: 0.3, upper: 0.1 + 0.2 };
    expect(problemsOf({ $case: "inside", value: band })).to.deep.equal(["c.inside.upper FIELD_INVALID"]);
    const level = 999_999_999_999.9999;
    expect(problemsOf({ $case: "above", value: { level } })).to.deep.equal(["c.above.level PRICE_RANGE"]);
  });

  it("refuses every bad field at once", () => {
    const forDuration = { seconds: 1, nanos: 0 };
    expect(problemsOf({ $case: "outside", value: { lower: -1, upper: 0, forDuration } })).to.deep.equal([
      "c.outside.lower PRICE_RANGE",
      "c.outside.upper PRICE_RANGE",
      "c.outside.for_duration FIELD_INVALID",
    ]);
    expect(
      problemsOf({ $case: "crosses", value: { level: 1e12, direction: CrossDirection.UNSPECIFIED } }),
    ).to.deep.equal(["c.crosses.direction FIELD_INVALID", "c.crosses.level PRICE_RANGE"]);
    expect(problemsOf(undefined)).to.deep.equal(["c FIELD_REQUIRED"]);
  });
});
