// Alpha Vantage stamps everything in US/Eastern wall-clock time without an offset. Offsets change on the hour only, so one
// look-up per hour is kept: formatting a month of minute bars through Intl would take seconds.
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";

const MAX_CACHED_HOURS = 20_000;
const offsets = new Map<number, number>();
const zone = new Intl.DateTimeFormat("en-US", { timeZone: "America/New_York", timeZoneName: "longOffset" });

/** What Eastern time is ahead of UTC at an instant, in milliseconds: -5 or -4 hours. */
function easternOffset(atMs: TimeMs): number {
  const hour = Math.floor(atMs / HOUR_MS);
  const known = offsets.get(hour);
  if (known !== undefined) return known;
  const name = zone.formatToParts(hour * HOUR_MS).find((part) => part.type === "timeZoneName")?.value ?? "";
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  const offset = (sign === "-" ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS);
  if (offsets.size >= MAX_CACHED_HOURS) offsets.clear();
  offsets.set(hour, offset);
  return offset;
}

/** `2026-05-15 19:55:00`. */
export function easternStamp(atMs: TimeMs): string {
  return easternStampMillis(atMs).slice(0, 19);
}

/** `2024-10-30 19:59:57.644`. */
export function easternStampMillis(atMs: TimeMs): string {
  return new Date(atMs + easternOffset(atMs)).toISOString().replace("T", " ").slice(0, 23);
}

/** `2026-05-15`. */
export function easternDate(atMs: TimeMs): string {
  return easternStampMillis(atMs).slice(0, 10);
}

/** Milliseconds since Eastern midnight by the wall clock. */
export function easternTimeOfDay(atMs: TimeMs): number {
  const wall = atMs + easternOffset(atMs);
  return wall - Math.floor(wall / DAY_MS) * DAY_MS;
}

/** The instant at which the Eastern day of `atMs` began. */
export function startOfEasternDay(atMs: TimeMs): TimeMs {
  const wall = atMs + easternOffset(atMs);
  return fromWall(Math.floor(wall / DAY_MS) * DAY_MS);
}

/** The instant of an Eastern wall-clock time, given in milliseconds as if it were UTC; of two, the first. */
export function fromWall(wallMs: number): TimeMs {
  const summer = wallMs + 4 * HOUR_MS;
  return easternOffset(summer) === -4 * HOUR_MS ? summer : wallMs + 5 * HOUR_MS;
}

/** Whether an instant lies in the hour that an Eastern stamp names a second time, when the clocks go back. */
export function isRepeatedHour(atMs: TimeMs): boolean {
  return easternOffset(atMs) < easternOffset(atMs - HOUR_MS);
}
