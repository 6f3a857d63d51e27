import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../domain/time.ts";

const newYork = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** A moment in UTC and in New York, the same in whatever zone the process runs: "2026-11-05 14:31:00 UTC (09:31:00 in New York)". */
export function renderMoment(time: TimeMs): string {
  const utc = new Date(time).toISOString();
  const there = partsOf(time);
  const sameDay = there.day === utc.slice(0, 10);
  return `${utc.slice(0, 10)} ${utc.slice(11, 19)} UTC (${sameDay ? "" : `${there.day} `}${there.clock} in New York)`;
}

/** A span in its two largest units, rounded down: "3 h 12 min". */
export function renderSpan(ms: number): string {
  const units = [
    { name: "d", size: DAY_MS },
    { name: "h", size: HOUR_MS },
    { name: "min", size: MINUTE_MS },
  ];
  const first = units.findIndex(({ size }) => ms >= size);
  if (first === -1) return "less than a minute";
  let rest = ms;
  return units
    .slice(first, first + 2)
    .map(({ name, size }) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count === 0 ? "" : `${count} ${name}`;
    })
    .filter((part) => part !== "")
    .join(" ");
}

/** Put together from parts: the library's own joining changes between its versions, and the mail's bytes must not. */
function partsOf(time: TimeMs): { day: string; clock: string } {
  const parts = new Map(newYork.formatToParts(time).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  return {
    day: `${part("year")}-${part("month")}-${part("day")}`,
    clock: `${part("hour")}:${part("minute")}:${part("second")}`,
  };
}
