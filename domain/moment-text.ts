import type { TimeMs } from "./time.ts";

/** A moment as sentences tell it: "2026-12-01 15:00 UTC"; with seconds, and their thousandths, only where it has some. */
export function formatMoment(timeMs: TimeMs): string {
  const text = new Date(timeMs).toISOString().replace("T", " ");
  return text.replace(/(?::00)?\.000Z$|Z$/, " UTC");
}
