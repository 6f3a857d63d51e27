// The three of Google's types that JSON writes in a form of their own.
import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";

const NANOS_PER_MS = 1_000_000;
const NANOS_PER_SECOND = 1e9;

/** RFC 3339 to seconds and nanoseconds, to the millisecond. */
export function timestampWire(json: unknown, path: string): unknown {
  const ms = typeof json === "string" ? Date.parse(json) : NaN;
  if (Number.isNaN(ms)) throw fault(path, "must be a time such as 2026-11-22T14:30:00Z");
  const seconds = Math.floor(ms / SECOND_MS);
  return { seconds, nanos: (ms - seconds * SECOND_MS) * NANOS_PER_MS };
}

/** Seconds and nanoseconds to RFC 3339, to the millisecond. */
export function timestampJson(wire: Record<string, unknown>): string {
  return new Date(Number(wire["seconds"]) * SECOND_MS + Math.trunc(Number(wire["nanos"]) / NANOS_PER_MS)).toISOString();
}

/** `1.5s` to seconds and nanoseconds. */
export function durationWire(json: unknown, path: string): unknown {
  const match = typeof json === "string" ? /^(-?\d+(?:\.\d{1,9})?)s$/.exec(json) : null;
  if (match === null) throw fault(path, "must be a duration in seconds such as 60s");
  const value = Number(match[1]);
  const seconds = Math.trunc(value);
  return { seconds, nanos: Math.round((value - seconds) * NANOS_PER_SECOND) };
}

/** Seconds and nanoseconds to `1.5s`. */
export function durationJson(wire: Record<string, unknown>): string {
  return `${Number(wire["seconds"]) + Number(wire["nanos"]) / NANOS_PER_SECOND}s`;
}

/** `note,bandPercent`, or a list of the same, to paths as the contract spells them. */
export function fieldMaskWire(json: unknown, path: string): unknown {
  const names: unknown = typeof json === "string" ? json.split(",").map((name) => name.trim()) : json;
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) {
    throw fault(path, "must name fields such as note,bandPercent");
  }
  return { paths: names.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) };
}

/** Paths to `note,bandPercent`. */
export function fieldMaskJson(wire: Record<string, unknown>): string {
  const paths = Array.isArray(wire["paths"]) ? (wire["paths"] as unknown[]).map(String) : [];
  return paths.map((one) => one.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase())).join(",");
}

function fault(path: string, words: string): AppError {
  return AppError.invalidField(path, "FIELD_INVALID", words);
}
