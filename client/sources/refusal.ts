// How every source says no: in one short line.
import type { Refusal, RefusalClass } from "./source.ts";

/** Longest message that is passed on. */
const MESSAGE_CHARS_MAX = 300;

/** A refusal of our own making; the message is cut to one short line. */
export function refusalOf(refusalClass: RefusalClass, message: string, retryAfterMs: number | null = null): Refusal {
  return { class: refusalClass, message: oneLine(message), retryAfterMs };
}

/** On one line without control characters, cut to what anybody reads. */
export function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim();
  return line.length > MESSAGE_CHARS_MAX ? `${line.slice(0, MESSAGE_CHARS_MAX)}…` : line;
}
