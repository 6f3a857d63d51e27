import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../domain/time.ts";

/** Making one is slow, and readers have few zones. */
const formats = new Map<string, Intl.DateTimeFormat>();
const FORMATS_KEPT = 1_000;

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

/** When two clocks of unlike zones are told, the exchange's comes first. */
export interface TwoZones {
  /** The exchange's; UTC where nobody knows it. */
  readonly exchange: string;
  /** The reader's; empty counts as UTC. */
  readonly reader: string;
}

/**
 * A moment in an exchange's zone and in its reader's, the same in whatever zone the process runs: "2026-11-05 09:31:00 in New York (15:31:00 in
 * Europe/Berlin)". One clock if the zones are the same, or one is not known here; nothing for what is no moment.
 */
export function renderMomentFor({ exchange, reader }: TwoZones, time: TimeMs): string {
  if (!isMoment(time)) return "";
  const here = clockIn(exchange, time) ?? utcClock(time);
  const there = reader === exchange ? null : reader === "" ? utcClock(time) : clockIn(reader, time);
  if (there === null || there.name === here.name) return `${here.day} ${here.time} ${here.name}`;
  return `${here.day} ${here.time} ${here.name} (${there.day === here.day ? "" : `${there.day} `}${there.time} ${there.name})`;
}

/** The day of a moment by a zone's clocks: "2026-11-05". Empty for what is no moment. */
export function dayIn(timeZone: string, time: TimeMs): string {
  return isMoment(time) ? (clockIn(timeZone, time) ?? utcClock(time)).day : "";
}

interface Clock {
  readonly day: string;
  readonly time: string;
  readonly name: string;
}

/** Those of an exchange are known by their city. */
function clockIn(timeZone: string, time: TimeMs): Clock | null {
  if (timeZone === "UTC") return utcClock(time);
  const parts = partsIn(timeZone, time);
  if (parts === null) return null;
  const name = timeZone === "America/New_York" ? "New York" : timeZone;
  return { day: parts.day, time: parts.clock, name: `in ${name}` };
}

function utcClock(time: TimeMs): Clock {
  const iso = new Date(time).toISOString();
  const end = iso.indexOf("T");
  return { day: iso.slice(0, end), time: iso.slice(end + 1, end + 9), name: "UTC" };
}

/** What a date can hold. */
function isMoment(time: TimeMs): boolean {
  return Number.isFinite(new Date(time).getTime());
}

/** A moment in a reader's zone and in UTC: "2026-11-05 15:31:00 in Europe/Berlin (14:31:00 UTC)". UTC alone for a zone that is not known here. */
export function renderMomentIn(timeZone: string, time: TimeMs): string {
  if (!isMoment(time)) return "";
  const iso = new Date(time).toISOString();
  const utc = { day: iso.slice(0, 10), clock: iso.slice(11, 19) };
  const there = timeZone === "UTC" ? null : partsIn(timeZone, time);
  if (there === null) return `${utc.day} ${utc.clock} UTC`;
  return `${there.day} ${there.clock} in ${timeZone} (${utc.day === there.day ? "" : `${utc.day} `}${utc.clock} UTC)`;
}

function partsIn(timeZone: string, time: TimeMs): { day: string; clock: string } | null {
  try {
    const format = formats.get(timeZone) ?? formatIn(timeZone);
    if (formats.size >= FORMATS_KEPT) formats.clear();
    formats.set(timeZone, format);
    return partsOf(format, time);
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
