import type { SessionClass } from "../../../domain/quote.ts";

/**
 * The part of the US trading day in which an Eastern stamp (`2026-05-15 19:55:00`, valid) lies, or null at night and on
 * weekends, when nothing trades. Goes by the clock on weekdays; holidays and half days are not known here.
 */
export function sessionClassOfStamp(stamp: string): SessionClass | null {
  const weekday = new Date(`${stamp.slice(0, 10)}T00:00:00Z`).getUTCDay();
  if (weekday === 0 || weekday === 6) return null;
  const time = stamp.slice(11, 19);
  if (time < "04:00:00" || time > "20:00:00") return null; // the last trades of a day may be stamped 20:00:00 itself
  if (time < "09:30:00") return "pre";
  return time < "16:00:00" ? "regular" : "post";
}
