import type { Duration } from "../gen/google/protobuf/duration.ts";

/** About 10,000 years, as google/protobuf/duration.proto has it. */
const MOST_SECONDS = 315_576_000_000;
const NANOS_PER_SECOND = 1_000_000_000;

/**
 * Whole milliseconds of a Duration; absent is zero. Fractions of a millisecond are dropped. NaN for one that breaks its own rules
 * (a second or more of nanoseconds, two signs, more than 10,000 years): whoever asks for a range refuses that with the rest.
 */
export function durationFromProto(duration: Duration | undefined): number {
  if (duration === undefined) return 0;
  const { seconds, nanos } = duration;
  const isSound = Math.abs(seconds) <= MOST_SECONDS && Math.abs(nanos) < NANOS_PER_SECOND && seconds * nanos >= 0;
  return isSound ? seconds * 1_000 + Math.trunc(nanos / 1_000_000) : NaN;
}

/** A Duration of whole milliseconds. */
export function durationToProto(ms: number): Duration {
  return { seconds: Math.trunc(ms / 1_000), nanos: (ms % 1_000) * 1_000_000 };
}
