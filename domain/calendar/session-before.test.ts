import { expect } from "chai";
import { sessionBefore } from "./session-before.ts";

const at = (text: string): number => Date.parse(text);
const closeBefore = (text: string, symbol = "AAPL", sessionClass: "regular" | "always" = "regular") => {
  const span = sessionBefore(symbol, sessionClass, at(text));
  return span === null ? null : new Date(span.endMs).toISOString();
};

describe("sessionBefore()", () => {
  for (const [name, time, close] of [
    ["in the session it is yesterday's", "2026-06-03T10:00-04:00", "2026-06-02T20:00:00.000Z"],
    ["after the close it is still yesterday's", "2026-06-03T19:00-04:00", "2026-06-02T20:00:00.000Z"],
    ["before the open it is yesterday's", "2026-06-03T04:30-04:00", "2026-06-02T20:00:00.000Z"],
    ["on a Monday it is Friday's", "2026-06-08T10:00-04:00", "2026-06-05T20:00:00.000Z"],
    [
      "a price of the weekend is Friday's, and counts from Thursday's",
      "2026-06-06T10:00-04:00",
      "2026-06-04T20:00:00.000Z",
    ],
    ["after a half day it is that one's", "2026-11-30T10:00-05:00", "2026-11-27T18:00:00.000Z"],
    ["after the clocks were set it is by the other offset", "2026-03-09T10:00-04:00", "2026-03-06T21:00:00.000Z"],
  ] as const) {
    it(name, () => {
      expect(closeBefore(time)).to.equal(close);
    });
  }

  it("is the day before in UTC for what is always on, and where the hours are not known", () => {
    expect(closeBefore("2026-06-03T10:00Z", "BTCUSD", "always")).to.equal("2026-06-03T00:00:00.000Z");
    expect(closeBefore("2026-06-03T10:00Z", "TSCO.LON")).to.equal("2026-06-03T00:00:00.000Z");
  });
});
