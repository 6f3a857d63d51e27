import { expect } from "chai";
import { HOUR_MS } from "../time.ts";
import { parseCivilDay } from "./civil-day.ts";
import { newYorkDay, newYorkMoments, newYorkMonth } from "./new-york.ts";

describe("newYorkMoments()", () => {
  const cases: [string, string, string, readonly string[] | null][] = [
    ["reads summer time", "2026-05-15", "19:55:00", ["2026-05-15T23:55:00.000Z"]],
    ["reads winter time, and no seconds", "2026-01-15", "19:55", ["2026-01-16T00:55:00.000Z"]],
    ["keeps milliseconds", "2024-10-30", "19:59:57.644", ["2024-10-30T23:59:57.644Z"]],
    ["finds no moment in the hour left out in March", "2026-03-08", "02:30:00", []],
    [
      "finds two in the hour that comes twice in November",
      "2026-11-01",
      "01:30:00",
      ["2026-11-01T05:30:00.000Z", "2026-11-01T06:30:00.000Z"],
    ],
    ["refuses a day that no month has", "2026-02-30", "10:00:00", null],
    ["refuses a leap day of an ordinary year", "2025-02-29", "10:00:00", null],
    ["refuses hour 24", "2026-05-15", "24:00:00", null],
    ["refuses second 60", "2026-05-15", "10:00:60", null],
    ["refuses words", "None", "10:00:00", null],
  ];
  for (const [sentence, date, time, expected] of cases) {
    it(sentence, () => {
      const moments = newYorkMoments(date, time);
      expect(moments?.map((timeMs) => new Date(timeMs).toISOString()) ?? null).to.eql(expected);
    });
  }
});

describe("newYorkDay()", () => {
  const hours = (date: string): number => {
    const { startMs, endMs } = newYorkDay(parseCivilDay(date) ?? NaN);
    return (endMs - startMs) / HOUR_MS;
  };
  it("begins at New York's midnight", () => {
    expect(newYorkDay(parseCivilDay("2026-05-15") ?? NaN).startMs).to.equal(Date.UTC(2026, 4, 15, 4));
  });

  it("lasts 24 hours, but for the days on which the clocks are set", () => {
    expect(["2026-03-07", "2026-03-08", "2026-03-09", "2026-11-01"].map(hours)).to.deep.equal([24, 23, 24, 25]);
  });
});

describe("newYorkMonth()", () => {
  it("lasts from New York's midnight to New York's midnight", () => {
    const expected = { startMs: Date.UTC(2026, 10, 1, 4), endMs: Date.UTC(2026, 11, 1, 5) };
    expect(newYorkMonth("2026-11")).to.deep.equal(expected);
    expect(newYorkMonth("2026-12")?.endMs).to.equal(Date.UTC(2027, 0, 1, 5));
  });

  it("is null for what is no month", () => {
    expect(["2026-13", "2026-00", "2026-5", "2026-05-01", ""].map(newYorkMonth)).to.deep.equal(Array(5).fill(null));
  });
});
