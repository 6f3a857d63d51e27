import type { TimeMs } from "../../domain/time.ts";

/** A certificate's date for people: `2026-11-22 02:40 UTC`. Seconds say nothing in a life of 90 days. */
export function renderDate(time: TimeMs): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
