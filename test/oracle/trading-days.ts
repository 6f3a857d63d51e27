// The hours of New York's exchanges, written a second time for the oracle: a list of days by hand, not rules. It knows the years that the
// oracle's histories and recordings lie in, and nothing else.

/** When one trading day's parts begin and end, in milliseconds since the epoch. */
export interface TradingDay {
  readonly preOpen: number;
  readonly open: number;
  readonly close: number;
  readonly postClose: number;
}

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

const CLOSED = `
  2013-01-01 2013-01-21 2013-02-18 2013-03-29 2013-05-27 2013-07-04 2013-09-02 2013-11-28 2013-12-25
  2014-01-01 2014-01-20 2014-02-17 2014-04-18 2014-05-26 2014-07-04 2014-09-01 2014-11-27 2014-12-25
  2015-01-01 2015-01-19 2015-02-16 2015-04-03 2015-05-25 2015-07-03 2015-09-07 2015-11-26 2015-12-25
  2019-01-01 2019-01-21 2019-02-18 2019-04-19 2019-05-27 2019-07-04 2019-09-02 2019-11-28 2019-12-25
  2020-01-01 2020-01-20 2020-02-17 2020-04-10 2020-05-25 2020-07-03 2020-09-07 2020-11-26 2020-12-25
  2025-01-01 2025-01-09 2025-01-20 2025-02-17 2025-04-18 2025-05-26 2025-06-19 2025-07-04 2025-09-01 2025-11-27 2025-12-25
  2026-01-01 2026-01-19 2026-02-16 2026-04-03 2026-05-25 2026-06-19 2026-07-03 2026-09-07 2026-11-26 2026-12-25
  2027-01-01 2027-01-18 2027-02-15 2027-03-26 2027-05-31 2027-06-18 2027-07-05 2027-09-06 2027-11-25 2027-12-24`;

const UNTIL_ONE = `
  2013-07-03 2013-11-29 2013-12-24 2014-07-03 2014-11-28 2014-12-24 2015-11-27 2015-12-24 2019-07-03 2019-11-29 2019-12-24
  2020-11-27 2020-12-24 2025-07-03 2025-11-28 2025-12-24 2026-11-27 2026-12-24 2027-11-26`;

/** From this day (with it) to that (without it) New York is four hours behind UTC, else five. */
const SUMMERS = [
  ["2013-03-10", "2013-11-03"],
  ["2014-03-09", "2014-11-02"],
  ["2015-03-08", "2015-11-01"],
  ["2019-03-10", "2019-11-03"],
  ["2020-03-08", "2020-11-01"],
  ["2025-03-09", "2025-11-02"],
  ["2026-03-08", "2026-11-01"],
  ["2027-03-14", "2027-11-07"],
] as const;

/** The moment of a wall-clock time in New York, such as "2026-03-09", "09:30"; away from the hours in which the clocks are set. */
export function newYork(day: string, time: string): number {
  const isSummer = SUMMERS.some(([from, to]) => day >= from && day < to);
  return Date.parse(`${day}T${time}:00${isSummer ? "-04:00" : "-05:00"}`);
}

/** Every trading day of the years known, by its number of days since the epoch. */
const TRADING_DAYS = new Map<number, TradingDay>();
for (const year of [2013, 2014, 2015, 2019, 2020, 2025, 2026, 2027]) {
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += DAY) {
    const day = new Date(at).toISOString().slice(0, 10);
    const weekday = new Date(at).getUTCDay();
    if (weekday === 0 || weekday === 6 || CLOSED.includes(day)) continue;
    const [close, postClose] = UNTIL_ONE.includes(day) ? (["13:00", "17:00"] as const) : (["16:00", "20:00"] as const);
    TRADING_DAYS.set(at / DAY, {
      preOpen: newYork(day, "04:00"),
      open: newYork(day, "09:30"),
      close: newYork(day, close),
      postClose: newYork(day, postClose),
    });
  }
}

/** The trading days that touch a span of time, and their neighbours. */
function daysAround(fromMs: number, toMs: number): TradingDay[] {
  const days: TradingDay[] = [];
  for (let number = Math.floor(fromMs / DAY) - 1; number <= Math.floor(toMs / DAY) + 1; number += 1) {
    const day = TRADING_DAYS.get(number);
    if (day !== undefined) days.push(day);
  }
  return days;
}

/** The part of the trading day that a moment lies in. */
export function partOfDay(atMs: number): "pre" | "regular" | "post" | "closed" {
  for (const { preOpen, open, close, postClose } of daysAround(atMs, atMs)) {
    if (atMs >= preOpen && atMs < open) return "pre";
    if (atMs >= open && atMs < close) return "regular";
    if (atMs >= close && atMs < postClose) return "post";
  }
  return "closed";
}

/** How much of a span the exchange was in regular hours, or in extended ones. */
export function tradedMs(stretch: "regular" | "extended", fromMs: number, toMs: number): number {
  let sum = 0;
  for (const day of daysAround(fromMs, toMs)) {
    const [begin, end] = stretch === "regular" ? [day.open, day.close] : [day.preOpen, day.postClose];
    sum += Math.max(0, Math.min(end, toMs) - Math.max(begin, fromMs));
  }
  return sum;
}

/** How many whole regular sessions lie in a span. */
export function wholeSessions(fromMs: number, toMs: number): number {
  return daysAround(fromMs, toMs).filter(({ open, close }) => open >= fromMs && close <= toMs).length;
}

/** Whether a trading day of the exchange ended (its last hours over) after the one moment and before the other. */
export function dayEndedBetween(fromMs: number, toMs: number): boolean {
  return daysAround(fromMs, toMs).some(({ postClose }) => postClose >= fromMs && postClose < toMs);
}
