// Durations as people type them: whole days, hours and minutes, largest first, such as 10m, 1h30m or 2d.
import { AppError } from "./error.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./time.ts";

const FORM = /^(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?$/i;
const LONGEST_MS = 30 * DAY_MS;

/** Milliseconds. Throws INVALID_ARGUMENT FIELD_INVALID naming the field, for another form or outside 1 minute to 30 days. */
export function parseDuration(text: string, field: string): number {
  const match = text === "" ? null : FORM.exec(text);
  const [days, hours, minutes] = [1, 2, 3].map((at) => Number(match?.[at] ?? 0));
  const ms = (days ?? 0) * DAY_MS + (hours ?? 0) * HOUR_MS + (minutes ?? 0) * MINUTE_MS;
  if (match !== null && isDuration(ms)) return ms;
  throw AppError.invalidField(
    field,
    "FIELD_INVALID",
    `"${text.slice(0, 40)}" is not a duration from 1m to 30d`,
    "Write it in days, hours and minutes, such as 10m, 1h30m or 2d.",
  );
}

/** Whether a number of milliseconds is whole minutes, from one to 30 days. */
export function isDuration(ms: number): boolean {
  return Number.isSafeInteger(ms / MINUTE_MS) && ms >= MINUTE_MS && ms <= LONGEST_MS;
}

const UNITS = [
  ["d", DAY_MS],
  ["h", HOUR_MS],
  ["m", MINUTE_MS],
  ["s", SECOND_MS],
] as const;

/** The shortest text of whole seconds: "1h30m"; none are "0s". */
export function formatDuration(ms: number): string {
  let text = "";
  let rest = ms;
  for (const [unit, length] of UNITS) {
    const count = Math.trunc(rest / length);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * length;
  }
  return text === "" ? "0s" : text;
}
