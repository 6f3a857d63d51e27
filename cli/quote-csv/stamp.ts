import { calendarOf } from "../../domain/calendar/calendars.ts";
import { parseCivilDay } from "../../domain/calendar/civil-day.ts";
import { NEW_YORK, newYorkMoments, parseWallTime } from "../../domain/calendar/new-york.ts";
import { DAY_MS, type TimeMs } from "../../domain/time.ts";

/** A day; or a moment on New York's clocks, as Alpha Vantage writes it; or with Z or its distance from UTC. */
const FORM = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?)? ?(Z|UTC|[+-]\d\d:?\d\d)?$/;
const NO_CLOCK_SHOWS_IT = "has no time of day that clocks show";

/** When a bar starts. */
export interface Stamp {
  readonly timeMs: TimeMs;
  /** It names a day and no time of day. */
  readonly isDay: boolean;
}

/** Reads `2019-02-15`, `2019-02-15 09:30:00` or `2019-02-15T14:30:00Z`. A text that is none comes back as what is wrong with it. */
export function readStamp(text: string, symbol: string): Stamp | string {
  const [, date = "", clockTime, seconds = "00", fraction = "", zone] = FORM.exec(text) ?? [];
  const day = parseCivilDay(date);
  if (day === null) return "is not a time; write 2019-02-15, 2019-02-15 09:30:00 (New York) or 2019-02-15T14:30:00Z";
  if (clockTime === undefined) {
    return zone === undefined
      ? { timeMs: startOfDay(day * DAY_MS, symbol), isDay: true }
      : "is a day with a zone; leave the zone out";
  }
  const time = `${clockTime}:${seconds}.${fraction.padEnd(3, "0")}`;
  if (zone === undefined) return fromNewYork(newYorkMoments(date, time));
  const wallMs = parseWallTime(date, time);
  return wallMs === null ? NO_CLOCK_SHOWS_IT : { timeMs: wallMs - aheadMs(zone), isDay: false };
}

/** Where the exchange's hours are not known its days are taken as those of UTC, as everywhere. */
function startOfDay(midnightMs: TimeMs, symbol: string): TimeMs {
  return calendarOf(symbol) === null ? midnightMs : NEW_YORK.momentOf(midnightMs);
}

function fromNewYork(moments: readonly TimeMs[] | null): Stamp | string {
  if (moments === null) return NO_CLOCK_SHOWS_IT;
  const [timeMs, second] = moments;
  if (timeMs === undefined) return "is left out by New York's clocks, which were set forward; write it with its zone";
  if (second !== undefined) return "comes twice on New York's clocks, which were set back; write it with its zone";
  return { timeMs, isDay: false };
}

function aheadMs(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
