import { AppError } from "../../domain/error.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";

const UNITS: Readonly<Record<string, number>> = { d: DAY_MS, h: HOUR_MS, m: MINUTE_MS, s: SECOND_MS };
const DURATION = /^(?:\d{1,6}[dhms])+$/;
/** A date, or a date and time with its zone, also as we show it: a date and time without one would mean something else on every machine. */
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z| UTC|[+-]\d\d:\d\d))?$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
/** A time of day in UTC, in which all times are shown. */
const TIME_OF_DAY = /^(\d\d:\d\d(?::\d\d)?)(?:Z| UTC)?$/;

/** Milliseconds of a typed duration such as `1h30m`. Throws AppError INVALID_ARGUMENT that names the option. */
export function parseDuration(option: string, text: string): number {
  const ms = durationOf(text);
  if (ms > 0) return ms;
  throw AppError.invalidField(
    option,
    "FIELD_INVALID",
    `"${text}" is not a duration`,
    "write it as 30s, 5m, 1h30m or 2d",
  );
}

/**
 * A moment: `6h` back from `now`, `10:52` (in UTC, the last time that it was that), `2026-11-22`, `2026-11-22T14:30:00Z`, or as we show it,
 * `2026-11-22 14:30:00 UTC`. Throws AppError INVALID_ARGUMENT that names the option.
 */
export function parseMoment(option: string, text: string, now: TimeMs): Date {
  const back = durationOf(text);
  if (back > 0) return new Date(now - back);
  const clockTime = TIME_OF_DAY.exec(text)?.[1];
  const time = clockTime === undefined ? momentOf(text) : lastTimeOfDay(clockTime, now);
  if (!Number.isNaN(time)) return new Date(time);
  const hint =
    "write a duration back from now (6h), a time of day in UTC (14:30), a day (2026-11-22), or a time (2026-11-22T14:30:00Z)";
  throw AppError.invalidField(option, "FIELD_INVALID", `"${text}" is not a time`, hint);
}

/**
 * A moment to come: `2h` from `now`, `2026-12-31` (its first moment in UTC, or its last), or `2026-12-31T15:00:00Z`. Throws AppError
 * INVALID_ARGUMENT that names the option.
 */
export function parseComing(option: string, text: string, now: TimeMs, day: "start" | "end"): Date {
  const ahead = durationOf(text);
  const told = momentOf(text) + (DAY.test(text) && day === "end" ? DAY_MS : 0);
  const time = new Date(ahead > 0 ? wholeSecond(now + ahead) : told);
  if (!Number.isNaN(time.getTime())) return time;
  const hint = "write a duration from now (2h), a day (2026-12-31), or a time (2026-12-31T15:00:00Z)";
  throw AppError.invalidField(option, "FIELD_INVALID", `"${text}" is not a time`, hint);
}

/** A whole number from 1 to `most`. Throws AppError INVALID_ARGUMENT that names the option. */
export function parseWhole(option: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw AppError.invalidField(option, "FIELD_INVALID", `"${text}" is not a whole number from 1 to ${most}`);
}

/** Not a number for what is none. */
function momentOf(text: string): TimeMs {
  const [, day, clockTime, zone = ""] = MOMENT.exec(text) ?? [];
  if (day === undefined) return NaN;
  return Date.parse(clockTime === undefined ? day : `${day}T${clockTime}${zone === " UTC" ? "Z" : zone}`);
}

/** Today, or yesterday if it is yet to come today. */
function lastTimeOfDay(clockTime: string, now: TimeMs): TimeMs {
  const time = momentOf(`${new Date(now).toISOString().slice(0, 10)}T${clockTime}Z`);
  return time <= now ? time : time - DAY_MS;
}

/** Nobody who types a duration means thousandths. */
function wholeSecond(timeMs: TimeMs): TimeMs {
  return Math.ceil(timeMs / SECOND_MS) * SECOND_MS;
}

function durationOf(text: string): number {
  if (!DURATION.test(text)) return 0;
  const parts = text.match(/\d+[dhms]/g) ?? [];
  return parts.reduce((sum, part) => sum + Number(part.slice(0, -1)) * (UNITS[part.slice(-1)] ?? 0), 0);
}
