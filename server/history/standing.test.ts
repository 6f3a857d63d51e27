import { expect } from "chai";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { spanText } from "./standing.ts";

describe("spanText()", () => {
  for (const [ms, text] of [
    [0, "0s"],
    [42 * SECOND_MS + 999, "42s"],
    [4 * MINUTE_MS, "4m"],
    [9 * MINUTE_MS + 59 * SECOND_MS, "9m59s"],
    [10 * MINUTE_MS + 59 * SECOND_MS, "10m"],
    [HOUR_MS + 30 * MINUTE_MS + SECOND_MS, "1h30m"],
  ] as const) {
    it(`says ${text} of ${ms} ms`, () => expect(spanText(ms)).to.equal(text));
  }
});
