import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";

const TICK = "tick";
const FORM = /^(?:(\d{1,3})d)?(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,5})s)?(?:(\d{1,6})ms)?$/;
const UNITS = [
  ["d", DAY_MS],
  ["h", HOUR_MS],
  ["m", MINUTE_MS],
  ["s", SECOND_MS],
  ["ms", 1],
] as const;

/** How long a bar is, exactly: `1m`, `6h30m`, `250ms`; or `tick`. */
export function formatPeriod(periodMs: number): string {
  let text = "";
  let restMs = periodMs;
  for (const [unit, lengthMs] of UNITS) {
    const count = Math.floor(restMs / lengthMs);
    if (count > 0) text += `${count}${unit}`;
    restMs -= count * lengthMs;
  }
  return text === "" ? TICK : text;
}

/** Milliseconds, 0 for `tick`; null for a text that is no period. */
export function parsePeriod(text: string): number | null {
  const lower = text.toLowerCase();
  if (lower === TICK) return 0;
  const match = FORM.exec(lower);
  if (match === null) return null;
  const periodMs = UNITS.reduce((sum, [, lengthMs], at) => sum + Number(match[at + 1] ?? 0) * lengthMs, 0);
  return periodMs > 0 ? periodMs : null;
}
