import { AppError } from "../../domain/error.ts";
import type { TimeMs } from "../../domain/time.ts";

/** A moment from a request; null if it is absent. Throws INVALID_ARGUMENT for one that is none. */
export function timeFrom(time: Date | undefined, field: string): TimeMs | null {
  if (time === undefined) return null;
  const timeMs = time.getTime();
  if (Number.isFinite(timeMs)) return timeMs;
  throw AppError.invalidField(field, "FIELD_INVALID", "is not a time");
}
