import { SECOND_MS, type TimeMs } from "./time.ts";

/** A moment for people, to the second it lies in: "2026-12-01 15:00 UTC"; with seconds only where it has some. */
export function formatMoment(timeMs: TimeMs): string {
  return formatExactMoment(Math.floor(timeMs / SECOND_MS) * SECOND_MS);
}

/** The same with the thousandths, where it has some: for what must tell two moments apart. */
export function formatExactMoment(timeMs: TimeMs): string {
  const text = new Date(timeMs).toISOString().replace("T", " ");
  return text.replace(/(?::00)?\.000Z$|Z$/, " UTC");
}
