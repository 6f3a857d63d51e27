import { formatClock } from "../../domain/mail-settings.ts";
import type { Zone } from "../../domain/calendar/zone.ts";
import { DAY_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A moment as the clocks of a zone show it: `07:00` on the day of `now`, else `Mon 23 Nov 07:00`, in another year `Mon 4 Jan 2027 07:00`. */
export function renderZoneTime(timeMs: TimeMs, now: TimeMs, zone: Zone): string {
  const [wall, today] = [new Date(zone.wallAt(timeMs)), new Date(zone.wallAt(now))];
  const clock = formatClock(Math.floor((wall.getTime() % DAY_MS) / MINUTE_MS));
  if (Math.floor(wall.getTime() / DAY_MS) === Math.floor(today.getTime() / DAY_MS)) return clock;
  const date = `${DAYS[wall.getUTCDay()]} ${wall.getUTCDate()} ${MONTHS[wall.getUTCMonth()]}`;
  const year = wall.getUTCFullYear();
  return year === today.getUTCFullYear() ? `${date} ${clock}` : `${date} ${year} ${clock}`;
}
