import { FRIDAY, MONDAY, SATURDAY, SUNDAY, THURSDAY, TUESDAY, WEDNESDAY } from "./civil-day.ts";
import type { Exchange } from "./exchange.ts";
import { daysAfter, easter, fixedDate, inYears, lastWeekday, nthWeekday, onceOn } from "./yearly-day.ts";

/** A holiday on a weekend is kept on the nearest weekday. */
const NEAREST = { [SATURDAY]: -1, [SUNDAY]: 1 };
const THANKSGIVING = nthWeekday(11, THURSDAY, 4);

/**
 * NYSE and Nasdaq, which keep the same days. Complete from 2013 on; before that without the days of mourning and storms, and July's
 * half days were others. A closing that is decreed one day is added as one more line.
 */
export const XNYS: Exchange = {
  zone: "America/New_York",
  weekdays: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY],
  fullDay: { preOpen: "04:00", open: "09:30", close: "16:00", postClose: "20:00" },
  halfDay: { preOpen: "04:00", open: "09:30", close: "13:00", postClose: "17:00" },
  closedOn: {
    "New Year's Day": fixedDate(1, 1, { [SUNDAY]: 1 }), // on a Saturday it is not kept: 31 December closes the books
    "Martin Luther King Jr. Day": nthWeekday(1, MONDAY, 3),
    "Washington's Birthday": nthWeekday(2, MONDAY, 3),
    "Good Friday": easter(-2),
    "Memorial Day": lastWeekday(5, MONDAY),
    Juneteenth: inYears(2022, Infinity, fixedDate(6, 19, NEAREST)),
    "Independence Day": fixedDate(7, 4, NEAREST),
    "Labor Day": nthWeekday(9, MONDAY, 1),
    "Thanksgiving Day": THANKSGIVING,
    "Christmas Day": fixedDate(12, 25, NEAREST),
    "Day of mourning for George H. W. Bush": onceOn("2018-12-05"),
    "Day of mourning for Jimmy Carter": onceOn("2025-01-09"),
  },
  halfDaysOn: {
    "Day before Independence Day": fixedDate(7, 3),
    "Day after Thanksgiving": daysAfter(1, THANKSGIVING),
    "Christmas Eve": fixedDate(12, 24),
  },
};
