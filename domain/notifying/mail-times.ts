// How many mails so many fires are: one at once, then what fires within the hour waits for the next. What a preview tells beforehand; the
// machine that really sends is delivery.ts.
import { COOLDOWN_MS } from "./delivery-limits.ts";
import type { TimeMs } from "../time.ts";

/** For each fire of one user and symbol, oldest first, when its mail would go; several may share one. Same length and order. */
export function mailTimes(fireTimesMs: readonly TimeMs[]): readonly TimeMs[] {
  let lastMs = -Infinity;
  return fireTimesMs.map((fireTimeMs) => {
    if (fireTimeMs > lastMs) lastMs = Math.max(fireTimeMs, lastMs + COOLDOWN_MS);
    return lastMs;
  });
}
