import { formatDuration } from "../../domain/duration.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";

/** A length of time to its two largest units, for people: `12s`, `4m`, `2h5m`, `3d4h`. Less than a second, or in the past: `0s`. */
export function renderAge(ms: number): string {
  const step = ms >= DAY_MS ? HOUR_MS : ms >= 10 * MINUTE_MS ? MINUTE_MS : SECOND_MS;
  return formatDuration(Math.max(0, Math.floor(ms / step) * step));
}
