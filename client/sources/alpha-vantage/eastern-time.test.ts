import { expect } from "chai";
import { timeFromEastern } from "./eastern-time.ts";

describe("timeFromEastern()", () => {
  const cases: [string, string, number | null][] = [
    ["reads a summer stamp four hours behind UTC", "2026-05-15 19:55:00", Date.UTC(2026, 4, 15, 23, 55)],
    ["reads a winter stamp five hours behind UTC", "2026-01-15 19:55:00", Date.UTC(2026, 0, 16, 0, 55)],
    ["keeps milliseconds", "2024-10-30 19:59:57.644", Date.UTC(2024, 9, 30, 23, 59, 57, 644)],
    ["knows the old rule of clock changes", "2005-04-01 09:30:00", Date.UTC(2005, 3, 1, 14, 30)],
    ["goes on after the hour left out in March", "2026-03-08 04:00:00", Date.UTC(2026, 2, 8, 8)],
    ["refuses the hour left out in March", "2026-03-08 02:30:00", null],
    ["refuses the hour that comes twice in November", "2026-11-01 01:30:00", null],
    ["refuses a day that no month has", "2026-02-30 10:00:00", null],
    ["refuses a leap day of an ordinary year", "2025-02-29 10:00:00", null],
    ["refuses hour 24", "2026-05-15 24:00:00", null],
    ["refuses second 60", "2026-05-15 10:00:60", null],
    ["refuses a date alone", "2026-05-15", null],
    ["refuses an offset", "2026-05-15 10:00:00Z", null],
    ["refuses the T of ISO", "2026-05-15T10:00:00", null],
    ["refuses words", "None", null],
    ["refuses nothing", "", null],
  ];
  for (const [sentence, stamp, expected] of cases) {
    it(sentence, () => {
      expect(timeFromEastern(stamp)).to.equal(expected);
    });
  }
});
