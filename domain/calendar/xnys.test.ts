import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { recordingsDir } from "../../test/recordings.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";
import { civilDay, formatCivilDay, parseCivilDay, weekdayOf } from "./civil-day.ts";
import { ExchangeCalendar } from "./exchange-calendar.ts";
import { XNYS } from "./xnys.ts";

const calendar = new ExchangeCalendar(XNYS);
const FULL_MS = 6 * HOUR_MS + 30 * MINUTE_MS;

/** The weekdays of some years on which the regular session is as long as this; 0: there is none. */
function weekdaysOf(fromYear: number, untilYear: number, sessionMs: number): string[] {
  const days: string[] = [];
  for (let day = civilDay(fromYear, 1, 1); day < civilDay(untilYear + 1, 1, 1); day += 1) {
    const hours = calendar.hoursOn(day);
    const isWeekend = [0, 6].includes(weekdayOf(day));
    if (!isWeekend && (hours === null ? 0 : hours.closeMs - hours.openMs) === sessionMs) days.push(formatCivilDay(day));
  }
  return days;
}

const CLOSED: Readonly<Record<number, string>> = {
  2013: "01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25",
  2018: "01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25",
  2019: "01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25",
  2020: "01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25",
  2021: "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24",
  2022: "01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26",
  2023: "01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25",
  2028: "01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25",
  2030: "01-01 01-21 02-18 04-19 05-27 06-19 07-04 09-02 11-28 12-25",
};
const HALF: Readonly<Record<number, string>> = {
  2013: "07-03 11-29 12-24",
  2018: "07-03 11-23 12-24",
  2019: "07-03 11-29 12-24",
  2020: "11-27 12-24",
  2021: "11-26",
  2022: "11-25",
  2023: "07-03 11-24",
  2028: "07-03 11-24",
  2030: "07-03 11-29 12-24",
};
const datesOf = (year: string, dates: string): string[] => dates.split(" ").map((date) => `${year}-${date}`);

describe("NYSE and Nasdaq", () => {
  for (const [year, dates] of Object.entries(CLOSED)) {
    it(`are closed on the holidays of ${year}`, () => {
      expect(weekdaysOf(Number(year), Number(year), 0)).to.deep.equal(datesOf(year, dates));
    });
  }
  for (const [year, dates] of Object.entries(HALF)) {
    it(`close at one on the half days of ${year}`, () => {
      const halves = weekdaysOf(Number(year), Number(year), 3 * HOUR_MS + 30 * MINUTE_MS);
      expect(halves).to.deep.equal(datesOf(year, dates));
    });
  }

  for (let year = 2018; year <= 2035; year += 1) {
    it(`have every holiday of ${year}, and no other closing`, () => {
      const closed = weekdaysOf(year, year, 0).filter((date) => date !== "2018-12-05" && date !== "2025-01-09");
      // New Year's Day falls on a Saturday in 2022 and 2028 (and 2033), and is then not kept; Juneteenth began in 2022.
      const newYear = [2022, 2028, 2033].includes(year) ? 0 : 1;
      expect(closed).to.have.lengthOf(8 + newYear + (year >= 2022 ? 1 : 0));
      expect(weekdaysOf(year, year, FULL_MS).length).to.be.within(247, 253);
    });
  }

  const hours = (date: string): string[] => {
    const { preOpenMs, openMs, closeMs, postCloseMs } =
      calendar.hoursOn(parseCivilDay(date) ?? NaN) ?? expect.fail(date);
    return [preOpenMs, openMs, closeMs, postCloseMs].map((timeMs) => new Date(timeMs).toISOString().slice(11, 16));
  };
  const clocks: [string, string, string[]][] = [
    ["a winter's day", "2026-01-15", ["09:00", "14:30", "21:00", "01:00"]],
    ["a summer's day", "2026-05-15", ["08:00", "13:30", "20:00", "00:00"]],
    ["the Friday before the change in March", "2026-03-06", ["09:00", "14:30", "21:00", "01:00"]],
    ["the Monday after it", "2026-03-09", ["08:00", "13:30", "20:00", "00:00"]],
    ["the Friday before the change in November", "2026-10-30", ["08:00", "13:30", "20:00", "00:00"]],
    ["the Monday after it", "2026-11-02", ["09:00", "14:30", "21:00", "01:00"]],
    ["a half day, whose late trading ends at five", "2020-11-27", ["09:00", "14:30", "18:00", "22:00"]],
  ];
  for (const [sentence, date, expected] of clocks) {
    it(`keep New York's hours on ${sentence}, ${date}`, () => expect(hours(date)).to.deep.equal(expected));
  }
});

interface RecordedCalendar {
  readonly closed: readonly { readonly date: string }[];
  readonly early_close: readonly { readonly date: string; readonly close: string }[];
  readonly daylight_saving: readonly { readonly start: string; readonly end: string }[];
}

describe("NYSE and Nasdaq as recorded", () => {
  const folder = recordingsDir();
  if (folder === null) {
    it("skipped: no recordings");
    return;
  }
  const file = join(folder, "calendar/nyse_nasdaq_2024_2027.json");
  const recorded = JSON.parse(readFileSync(file, "utf8")) as RecordedCalendar;

  for (const [index, year] of [2024, 2025, 2026, 2027].entries()) {
    it(`trade on every day of ${year} as long as recorded`, () => {
      const closed = new Set(recorded.closed.map(({ date }) => date));
      const early = new Map(recorded.early_close.map(({ date, close }) => [date, close]));
      const change = recorded.daylight_saving[index] ?? expect.fail("no clock change");
      for (let day = civilDay(year, 1, 1); day < civilDay(year + 1, 1, 1); day += 1) {
        const date = formatCivilDay(day);
        const offset = date >= change.start && date < change.end ? "-04:00" : "-05:00";
        const at = (time: string): number => Date.parse(`${date}T${time}:00${offset}`);
        const isClosed = closed.has(date) || [0, 6].includes(weekdayOf(day));
        const expected = isClosed
          ? null
          : {
              preOpenMs: at("04:00"),
              openMs: at("09:30"),
              closeMs: at(early.get(date) ?? "16:00"),
              postCloseMs: at(early.has(date) ? "17:00" : "20:00"),
            };
        expect(calendar.hoursOn(day), date).to.deep.equal(expected);
      }
    });
  }

  it("were open at every minute in which a month of 2020 was traded, half day and late hours included", () => {
    const packed = readFileSync(join(folder, "alphavantage/intraday_extended_MSFT_1min_2020-11-23_2020-12-18.csv.gz"));
    const ends =
      gunzipSync(packed)
        .toString()
        .match(/^\d{4}-\d\d-\d\d \d\d:\d\d/gm) ?? []; // these bars carry their end
    const sessions = new Map<string, number>();
    for (const end of ends) {
      const session = calendar.sessionAt(Date.parse(`${end.replace(" ", "T")}:00-05:00`) - MINUTE_MS);
      sessions.set(session, (sessions.get(session) ?? 0) + 1);
    }
    expect(ends).to.have.length.above(10_000);
    expect([...sessions.keys()].sort()).to.deep.equal(["post", "pre", "regular"]);
    expect(sessions.get("regular")).to.equal(18 * 390 + 210); // 18 full days and the half one: every minute was traded
    const lastOfHalfDay = ends
      .filter((end) => end.startsWith("2020-11-27"))
      .sort()
      .at(-1);
    expect(lastOfHalfDay).to.equal("2020-11-27 17:00");
  });
});
