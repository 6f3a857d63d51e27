import { isDuration } from "../../domain/duration.ts";
import { AppError } from "../../domain/error.ts";
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

/** An alert's duration, in milliseconds: absent or zero is 0. Throws INVALID_ARGUMENT FIELD_INVALID unless it is whole minutes, at most 30 days. */
export function minutesFromProto(duration: Duration | undefined, field: string): number {
  const ms = durationFromProto(duration);
  const isWhole = duration === undefined || duration.nanos === 0;
  if (isWhole && (ms === 0 || isDuration(ms))) return ms;
  throw AppError.invalidField(
    field,
    "FIELD_INVALID",
    "must be whole minutes, from 1 minute to 30 days",
    "Leave it out for none.",
  );
}

/** An alert's duration for the wire: absent for none. */
export function minutesToProto(ms: number): Duration | undefined {
  return ms === 0 ? undefined : durationToProto(ms);
}
