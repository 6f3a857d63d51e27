// The rules that holidays follow. An exchange's record is put together from these, so that it holds for every year.
import { civilDay, parseCivilDay, weekdayOf, yearOf, type CivilDay } from "./civil-day.ts";

/** The day on which a rule falls in a year, or null in a year without it. It may lie in a neighbouring year if it was moved. */
export type YearlyDay = (year: number) => CivilDay | null;

/** By how many days a rule moves that falls on a weekday: `{ 6: -1, 0: 1 }` is Saturday to Friday and Sunday to Monday. */
export type Moves = Readonly<Record<number, number>>;

/** The same date every year, moved where it falls on certain weekdays. */
export function fixedDate(month: number, day: number, moves: Moves = {}): YearlyDay {
  return (year) => {
    const date = civilDay(year, month, day);
    return date + (moves[weekdayOf(date)] ?? 0);
  };
}

/** The first (1), second (2) … of a weekday in a month. */
export function nthWeekday(month: number, weekday: number, nth: number): YearlyDay {
  return (year) => {
    const first = civilDay(year, month, 1);
    return first + ((weekday - weekdayOf(first) + 7) % 7) + (nth - 1) * 7;
  };
}

/** The last of a weekday in a month. */
export function lastWeekday(month: number, weekday: number): YearlyDay {
  return (year) => {
    const last = civilDay(year, month + 1, 0);
    return last - ((weekdayOf(last) - weekday + 7) % 7);
  };
}

/** So many days after Easter Sunday of the western churches; negative: before. */
export function easter(days: number): YearlyDay {
  return (year) => easterSunday(year) + days;
}

/** So many days after another rule. */
export function daysAfter(days: number, rule: YearlyDay): YearlyDay {
  return (year) => {
    const day = rule(year);
    return day === null ? null : day + days;
  };
}

/** A rule that holds in some years alone, both included. */
export function inYears(from: number, until: number, rule: YearlyDay): YearlyDay {
  return (year) => (from <= year && year <= until ? rule(year) : null);
}

/** One day and never again, such as `2025-01-09`. Throws if it is no date: that is a mistake in an exchange's record. */
export function onceOn(text: string): YearlyDay {
  const day = parseCivilDay(text);
  if (day === null) throw new Error(`"${text}" is no date such as 2025-01-09`);
  return (year) => (yearOf(day) === year ? day : null);
}

/** The Gregorian computus as Meeus, Jones and Butcher wrote it down. */
function easterSunday(year: number): CivilDay {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const leapCorrection = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - leapCorrection + 15) % 30;
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor((year % 100) / 4) - epact - ((year % 100) % 4)) % 7;
  const lateMoon = Math.floor((golden + 11 * epact + 22 * toSunday) / 451);
  const days = epact + toSunday - 7 * lateMoon + 114;
  return civilDay(year, Math.floor(days / 31), (days % 31) + 1);
}
