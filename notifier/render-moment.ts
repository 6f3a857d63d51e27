import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../domain/time.ts";

const newYork = formatIn("America/New_York");

function formatIn(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}

/** A moment in UTC and in New York, the same in whatever zone the process runs: "2026-11-05 14:31:00 UTC (09:31:00 in New York)". */
export function renderMoment(time: TimeMs): string {
  const utc = new Date(time).toISOString();
  const there = partsOf(newYork, time);
  const sameDay = there.day === utc.slice(0, 10);
  return `${utc.slice(0, 10)} ${utc.slice(11, 19)} UTC (${sameDay ? "" : `${there.day} `}${there.clock} in New York)`;
}

/** A moment in a reader's zone and in UTC: "2026-11-05 15:31:00 in Europe/Berlin (14:31:00 UTC)". UTC alone for a zone that is not known here. */
export function renderMomentIn(timeZone: string, time: TimeMs): string {
  const iso = new Date(time).toISOString();
  const utc = { day: iso.slice(0, 10), clock: iso.slice(11, 19) };
  const there = timeZone === "UTC" ? null : partsIn(timeZone, time);
  if (there === null) return `${utc.day} ${utc.clock} UTC`;
  return `${there.day} ${there.clock} in ${timeZone} (${utc.day === there.day ? "" : `${utc.day} `}${utc.clock} UTC)`;
}

function partsIn(timeZone: string, time: TimeMs): { day: string; clock: string } | null {
  try {
    return partsOf(formatIn(timeZone), time);
  } catch {
    return null; // a server's that knows more zones, or no zone at all
  }
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
function partsOf(format: Intl.DateTimeFormat, time: TimeMs): { day: string; clock: string } {
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  return {
    day: `${part("year")}-${part("month")}-${part("day")}`,
    clock: `${part("hour")}:${part("minute")}:${part("second")}`,
  };
}
