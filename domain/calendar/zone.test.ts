import { expect } from "chai";
import { HOUR_MS } from "../time.ts";
import { Zone } from "./zone.ts";

const wall = (text: string): number => Date.parse(`${text}Z`);
const utc = (times: readonly number[]): string[] => times.map((timeMs) => new Date(timeMs).toISOString().slice(0, 19));

describe("Zone", () => {
  const cases: [string, string, string, string[]][] = [
    ["New York in winter", "America/New_York", "2026-01-15T09:30:00", ["2026-01-15T14:30:00"]],
    ["New York in summer", "America/New_York", "2026-07-15T09:30:00", ["2026-07-15T13:30:00"]],
    ["the Friday before the change in March", "America/New_York", "2026-03-06T09:30:00", ["2026-03-06T14:30:00"]],
    ["just before the hour left out", "America/New_York", "2026-03-08T01:59:59", ["2026-03-08T06:59:59"]],
    ["the hour left out", "America/New_York", "2026-03-08T02:30:00", []],
    ["just after the hour left out", "America/New_York", "2026-03-08T03:00:00", ["2026-03-08T07:00:00"]],
    ["just before the hour that comes twice", "America/New_York", "2026-11-01T00:59:59", ["2026-11-01T04:59:59"]],
    [
      "the hour that comes twice",
      "America/New_York",
      "2026-11-01T01:30:00",
      ["2026-11-01T05:30:00", "2026-11-01T06:30:00"],
    ],
    ["just after the hour that comes twice", "America/New_York", "2026-11-01T02:00:00", ["2026-11-01T07:00:00"]],
    ["the old rule of clock changes", "America/New_York", "2005-04-01T09:30:00", ["2005-04-01T14:30:00"]],
    ["half an hour off", "Asia/Kolkata", "2026-01-15T09:15:00", ["2026-01-15T03:45:00"]],
    ["ahead by most", "Pacific/Kiritimati", "2026-01-15T09:00:00", ["2026-01-14T19:00:00"]],
    ["behind by most", "Pacific/Niue", "2026-01-15T20:00:00", ["2026-01-16T07:00:00"]],
  ];
  for (const [sentence, zone, time, expected] of cases) {
    it(`finds the moments: ${sentence}`, () =>
      expect(utc(new Zone(zone).momentsOf(wall(time)))).to.deep.equal(expected));
  }

  it("takes the first of two moments, and for none the one that the clocks would have shown", () => {
    const newYork = new Zone("America/New_York");
    expect(utc([newYork.momentOf(wall("2026-11-01T01:30:00"))])).to.deep.equal(["2026-11-01T05:30:00"]);
    expect(utc([newYork.momentOf(wall("2026-03-08T02:30:00"))])).to.deep.equal(["2026-03-08T07:30:00"]);
  });

  it("keeps milliseconds", () => {
    const newYork = new Zone("America/New_York");
    const timeMs = Date.UTC(2024, 9, 30, 23, 59, 57, 644);
    expect(newYork.momentsOf(newYork.wallAt(timeMs))).to.deep.equal([timeMs]);
    expect(newYork.wallAt(-1)).to.equal(-1 - 5 * HOUR_MS);
  });

  it("gives back every hour of a year, but for the two odd ones", () => {
    const newYork = new Zone("America/New_York");
    const odd: number[] = [];
    for (let timeMs = Date.UTC(2026, 0, 1, 5); timeMs < Date.UTC(2027, 0, 1, 5); timeMs += HOUR_MS) {
      const moments = newYork.momentsOf(newYork.wallAt(timeMs));
      if (moments.length !== 1 || moments[0] !== timeMs) odd.push(timeMs);
    }
    expect(utc(odd)).to.deep.equal(["2026-11-01T05:00:00", "2026-11-01T06:00:00"]);
  });

  it("refuses a zone that nobody knows", () => {
    expect(() => new Zone("America/Gotham")).to.throw(RangeError);
  });
});
