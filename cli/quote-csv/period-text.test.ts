import { expect } from "chai";
import fc from "fast-check";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { formatPeriod, parsePeriod } from "./period-text.ts";

describe("the length of a bar as a text", () => {
  it("is what people write", () => {
    for (const [periodMs, text] of [
      [0, "tick"],
      [MINUTE_MS, "1m"],
      [6 * HOUR_MS + 30 * MINUTE_MS, "6h30m"],
      [DAY_MS, "1d"],
      [250, "250ms"],
    ] as const) {
      expect(formatPeriod(periodMs)).to.equal(text);
      expect(parsePeriod(text.toUpperCase())).to.equal(periodMs);
    }
  });

  it("comes back from its text exactly, whatever it is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 31 * DAY_MS }), (periodMs) => {
        expect(parsePeriod(formatPeriod(periodMs))).to.equal(periodMs);
      }),
    );
  });

  it("is no other text", () => {
    for (const text of ["", "0", "0m", "1", "m", "-1m", "1.5h", "1min", "m1"])
      expect(parsePeriod(text), text).to.equal(null);
  });
});
