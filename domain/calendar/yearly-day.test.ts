import { expect } from "chai";
import { formatCivilDay, FRIDAY, MONDAY, parseCivilDay, SATURDAY, SUNDAY, weekdayOf } from "./civil-day.ts";
import {
  daysAfter,
  easter,
  fixedDate,
  inYears,
  lastWeekday,
  nthWeekday,
  onceOn,
  type YearlyDay,
} from "./yearly-day.ts";

const UNITED_KINGDOM = { [SATURDAY]: 2, [SUNDAY]: 2 };

describe("rules of holidays", () => {
  const cases: [string, YearlyDay, number, string | null][] = [
    ["a date is itself on a weekday", fixedDate(7, 4, { [SATURDAY]: -1, [SUNDAY]: 1 }), 2024, "2024-07-04"],
    ["a date moves from Saturday to Friday", fixedDate(7, 4, { [SATURDAY]: -1, [SUNDAY]: 1 }), 2026, "2026-07-03"],
    ["a date moves from Sunday to Monday", fixedDate(7, 4, { [SATURDAY]: -1, [SUNDAY]: 1 }), 2027, "2027-07-05"],
    ["a date may move into the year before", fixedDate(1, 1, { [SATURDAY]: -1 }), 2028, "2027-12-31"],
    ["Christmas on a Sunday gives way to Boxing Day", fixedDate(12, 25, UNITED_KINGDOM), 2022, "2022-12-27"],
    ["the first of a weekday may be the first of the month", nthWeekday(9, MONDAY, 1), 2025, "2025-09-01"],
    ["the first of a weekday may be the seventh", nthWeekday(9, MONDAY, 1), 2026, "2026-09-07"],
    ["the third of a weekday", nthWeekday(1, MONDAY, 3), 2024, "2024-01-15"],
    ["the last of a weekday may be the last of the month", lastWeekday(5, MONDAY), 2027, "2027-05-31"],
    ["the last of a weekday may be the fourth", lastWeekday(5, MONDAY), 2026, "2026-05-25"],
    ["the last of a weekday in December", lastWeekday(12, FRIDAY), 2026, "2026-12-25"],
    ["days after another rule", daysAfter(1, nthWeekday(11, FRIDAY, 4)), 2024, "2024-11-23"],
    ["days after a rule that does not hold", daysAfter(1, onceOn("2025-01-09")), 2024, null],
    ["a rule holds from its first year", inYears(2022, 2023, fixedDate(6, 19)), 2022, "2022-06-19"],
    ["a rule holds until its last year", inYears(2022, 2023, fixedDate(6, 19)), 2023, "2023-06-19"],
    ["a rule does not hold before", inYears(2022, 2023, fixedDate(6, 19)), 2021, null],
    ["a rule does not hold after", inYears(2022, 2023, fixedDate(6, 19)), 2024, null],
    ["a single day in its year", onceOn("2025-01-09"), 2025, "2025-01-09"],
    ["a single day in no other", onceOn("2025-01-09"), 2026, null],
  ];
  for (const [sentence, rule, year, expected] of cases) {
    it(sentence, () => {
      const day = rule(year);
      expect(day === null ? null : formatCivilDay(day)).to.equal(expected);
    });
  }

  it("refuses a single day that is no date", () => {
    expect(() => onceOn("2025-02-29")).to.throw('"2025-02-29" is no date');
  });

  // As the Astronomical Applications Department of the US Naval Observatory tabulates them; 1954, 1981, 2038 and 2049 are the odd ones.
  const easters = ["1954-04-18", "1981-04-19", "2008-03-23", "2018-04-01", "2019-04-21", "2024-03-31", "2025-04-20"];
  easters.push("2026-04-05", "2027-03-28", "2030-04-21", "2035-03-25", "2038-04-25", "2049-04-18");
  for (const date of easters) {
    it(`finds Easter on ${date}`, () => {
      expect(formatCivilDay(easter(0)(Number(date.slice(0, 4))) ?? NaN)).to.equal(date);
    });
  }

  it("finds Easter on a Sunday from 22 March to 25 April, in every year", () => {
    for (let year = 1900; year <= 2200; year += 1) {
      const day = easter(0)(year) ?? NaN;
      expect(weekdayOf(day), String(year)).to.equal(SUNDAY);
      expect(formatCivilDay(day).slice(5) >= "03-22" && formatCivilDay(day).slice(5) <= "04-25", String(year)).to.be
        .true;
    }
  });
});

describe("parseCivilDay()", () => {
  it("counts days from 1970", () => {
    expect(["1969-12-31", "1970-01-01", "2026-05-15"].map(parseCivilDay)).to.deep.equal([-1, 0, 20_588]);
  });

  for (const text of ["2026-02-30", "2025-02-29", "2026-13-01", "2026-5-15", "2026-05", "+002026-05-15", "None", ""]) {
    it(`refuses "${text}"`, () => expect(parseCivilDay(text)).to.equal(null));
  }
});

describe("weekdayOf()", () => {
  it("counts from Sunday, before 1970 as well", () => {
    expect(
      ["1969-12-28", "1970-01-01", "2026-05-16"].map((text) => weekdayOf(parseCivilDay(text) ?? NaN)),
    ).to.deep.equal([0, 4, 6]);
  });
});
