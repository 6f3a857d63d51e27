import { DAY_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";

/** The longest ban that a source is known for. */
const LONGEST_MS = 3 * DAY_MS;
/** The three forms of an HTTP date (RFC 9110, 5.6.7); the last one does not say GMT. */
const DATES = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]+, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * How long `Retry-After` asks to wait (RFC 9110, 10.2.3), in milliseconds, at most three days: seconds, or a date, which counts from the answer's
 * own `Date` where there is one, since clocks differ. Null where the header is missing or says nothing.
 */
export function retryAfterMs(retryAfter: string, date: string, now: TimeMs): number | null {
  const text = retryAfter.trim();
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * SECOND_MS, LONGEST_MS);
  const untilMs = parseHttpDate(text);
  if (untilMs === null) return null;
  return Math.min(Math.max(0, untilMs - (parseHttpDate(date.trim()) ?? now)), LONGEST_MS);
}

function parseHttpDate(text: string): TimeMs | null {
  if (!DATES.some((form) => form.test(text))) return null;
  const timeMs = Date.parse(text.endsWith(" GMT") ? text : `${text} GMT`);
  return Number.isNaN(timeMs) ? null : timeMs;
}
