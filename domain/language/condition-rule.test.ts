// What a change of a condition that is only a part of one, or about other symbols, is answered.
import { expect } from "chai";
import type { Condition } from "../condition.ts";
import { MINUTE_MS } from "../time.ts";
import { AppError } from "../error.ts";
import { parseRule } from "./condition-language.ts";

const AAPL = ["AAPL"];
const ABOVE: Condition = { kind: "above", level: 200, forMs: 0 };
const LONG: Condition = { ...ABOVE, forMs: 10 * MINUTE_MS };
const BAND: Condition = { kind: "outside", lower: 180, upper: 220, forMs: 0 };
const crosses = (direction: "up" | "down" | "either"): Condition => ({ kind: "crosses", direction, level: 200 });

function refusalOf(text: string, symbols: readonly string[], condition: Condition): AppError {
  try {
    parseRule(text, { symbols, condition });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  return expect.fail("not refused");
}

describe("parseRule(), of a share class", () => {
  it("takes it for the alert's own symbol, however it is typed", () => {
    const own = { symbols: ["BRK-B"], condition: ABOVE };
    expect(parseRule("brk.b above 210", own)).to.deep.equal({ ...ABOVE, level: 210 });
    expect(refusalOf("BRK.B 210", ["BRK-B"], ABOVE).message).to.include("only a part");
  });
});

describe("parseRule(), of a part of a condition", () => {
  const parts: readonly (readonly [string, Condition, string])[] = [
    ["for 5m", ABOVE, "above 200.00 for 5m"],
    ["FOR 5m", LONG, "above 200.00 for 5m"],
    ["AAPL for 5m", ABOVE, "above 200.00 for 5m"],
    ["for 1h", BAND, "outside 180.00..220.00 for 1h"],
    ["for 5m", crosses("down"), "below 200.00 for 5m"],
    ["for 5m", crosses("either"), 'above 200.00 for 5m" or "below 200.00 for 5m'],
    ["210", ABOVE, "above 210.00"],
    ["at 210", ABOVE, "above 210.00"],
    ["210", LONG, "above 210.00 for 10m"],
    ["210 for 5m", LONG, "above 210.00 for 5m"],
    ["210", crosses("up"), "crosses up 210.00"],
    ["210 for 5m", crosses("up"), "above 210.00 for 5m"],
  ];
  for (const [text, condition, offer] of parts) {
    it(`offers "${offer}" for "${text}"`, () => {
      const { code, reason, message, hint } = refusalOf(text, AAPL, condition);
      expect([code, reason]).to.deep.equal(["INVALID_ARGUMENT", "CONDITION_SYNTAX"]);
      expect(message).to.include("begins only a part of a condition");
      expect(hint).to.include(`Did you mean "${offer}"?`);
    });
  }

  it("says what is wrong with the part first", () => {
    expect(refusalOf("for 10 minutes", AAPL, ABOVE).hint).to.include('Did you mean "for 10m"?');
    expect(refusalOf("200USD", AAPL, ABOVE).message).to.include('"200USD" is not a price');
    expect(refusalOf("180..200", AAPL, ABOVE).hint).to.include('Did you mean "inside 180..200"?');
    expect(refusalOf("180", AAPL, BAND).message).to.include('is missing before "180"');
  });
});

describe("parseRule(), of other symbols", () => {
  it("says why not, and what to type instead", () => {
    const { message, hint } = refusalOf("any of AAPL, MSFT below 150 for 10m", AAPL, ABOVE);
    expect(message).to.include("the alert is for AAPL, and for no other symbols: its state and its fires are theirs");
    expect(hint)
      .to.include("./bell alerts create any of AAPL, MSFT below 150.00 for 10m")
      .and.include("then ./bell alerts delete ID");
  });
});
