import type { TimeMs } from "../../domain/time.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A moment for people: `2026-11-22 02:40:07 UTC`; a hyphen when there is none. */
export function renderTime(time: Date | undefined): string {
  return time === undefined ? "-" : `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** The same where room is short: `14:05 UTC` on the day of `now`, else `21 Nov 14:05 UTC`, in another year `21 Nov 2025`. */
export function renderShortTime(time: Date | undefined, now: TimeMs): string {
  if (time === undefined) return "-";
  const [today, day] = [new Date(now).toISOString(), time.toISOString()];
  const clockTime = `${day.slice(11, 16)} UTC`;
  if (day.slice(0, 10) === today.slice(0, 10)) return clockTime;
  const date = `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]}`;
  return `${date} ${time.getUTCFullYear() === new Date(now).getUTCFullYear() ? clockTime : time.getUTCFullYear()}`;
}

/** A moment for programs that read lines: `2026-11-22T02:40:07Z`. */
export function renderIsoTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
