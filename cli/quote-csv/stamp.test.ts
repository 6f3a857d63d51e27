import { expect } from "chai";
import { readStamp } from "./stamp.ts";

describe("readStamp()", () => {
  const good: readonly (readonly [text: string, time: string, symbol?: string])[] = [
    ["2019-02-15", "2019-02-15T05:00:00.000Z"],
    ["2019-07-15", "2019-07-15T04:00:00.000Z"],
    ["2019-07-15", "2019-07-15T00:00:00.000Z", "TSCO.LON"],
    ["2019-02-15 09:30:00", "2019-02-15T14:30:00.000Z"],
    ["2019-07-15 09:30", "2019-07-15T13:30:00.000Z"],
    ["2019-07-15T09:30:00.250", "2019-07-15T13:30:00.250Z"],
    ["2019-02-15T14:30:00Z", "2019-02-15T14:30:00.000Z"],
    ["2019-02-15 14:30:00 UTC", "2019-02-15T14:30:00.000Z"],
    ["2025-09-26 04:00:00-04:00", "2025-09-26T08:00:00.000Z"],
    ["2025-09-26 04:00:00+0530", "2025-09-25T22:30:00.000Z"],
    ["2025-11-02 01:30:00-05:00", "2025-11-02T06:30:00.000Z"],
  ];
  for (const [text, time, symbol = "AAPL"] of good) {
    it(`reads ${text} of ${symbol} as ${time}`, () => {
      const isDay = text.length === 10;
      expect(readStamp(text, symbol)).to.deep.equal({ timeMs: Date.parse(time), isDay });
    });
  }

  for (const [text, says] of [
    ["", "is not a time"],
    ["15.02.2019", "write 2019-02-15"],
    ["02/15/2019", "is not a time"],
    ["20190215", "is not a time"],
    ["2019-02-30", "is not a time"],
    ["2019-02-15Z", "leave the zone out"],
    ["2019-02-15 24:00:00", "no time of day"],
    ["2019-02-15 09:60:00", "no time of day"],
    ["2025-03-09 02:30:00", "left out by New York's clocks"],
    ["2025-11-02 01:30:00", "comes twice on New York's clocks"],
    ["1550239800", "is not a time"],
  ] as const) {
    it(`says what is wrong with "${text}"`, () => {
      expect(readStamp(text, "AAPL")).to.be.a("string").that.includes(says);
    });
  }
});
