import type { Duration } from "../gen/google/protobuf/duration.ts";

/** Whole milliseconds of a Duration; absent is zero. Fractions of a millisecond are dropped. */
export function durationFromProto(duration: Duration | undefined): number {
  return duration === undefined ? 0 : duration.seconds * 1_000 + Math.trunc(duration.nanos / 1_000_000);
}

/** A Duration of whole milliseconds. */
export function durationToProto(ms: number): Duration {
  return { seconds: Math.trunc(ms / 1_000), nanos: (ms % 1_000) * 1_000_000 };
}
