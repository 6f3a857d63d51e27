import { HOUR_MS, type TimeMs } from "../../../domain/time.ts";

const STAMP = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(\.\d{3})?$/;

// The service says "US/Eastern", a legacy alias that some runtimes lack.
const NEW_YORK = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** New York is four hours behind UTC in summer, five in winter. */
const OFFSETS_MS = [4 * HOUR_MS, 5 * HOUR_MS];

/**
 * The moment of a stamp such as `2026-05-15 19:55:00` (milliseconds allowed) on New York's clocks, or null if there is
 * none or are two: an impossible date, the hour left out in March, the hour that comes twice in November.
 */
export function timeFromEastern(stamp: string): TimeMs | null {
  const [, date, time, fraction = ""] = STAMP.exec(stamp) ?? [];
  if (date === undefined || time === undefined) return null;
  const asIfUtc = Date.parse(`${date}T${time}${fraction}Z`);
  if (Number.isNaN(asIfUtc)) return null;
  const wall = `${date} ${time}`;
  const moments = OFFSETS_MS.map((offset) => asIfUtc + offset).filter((moment) => easternFromTime(moment) === wall);
  return moments.length === 1 ? (moments[0] ?? null) : null;
}

/** What New York's clocks show at a moment: `2026-05-15 19:55:00`. */
export function easternFromTime(timeMs: TimeMs): string {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of NEW_YORK.formatToParts(timeMs)) parts[type] = value;
  const { year = "", month = "", day = "", hour = "", minute = "", second = "" } = parts;
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}
