import { DAY_MS } from "../../domain/time.ts";
import type { KeepTimes } from "../retention-store.ts";
import type { Store } from "../store.ts";

/** As a server keeps prices unless told. */
export const USUAL_KEEP: KeepTimes = { ticksMs: 30 * DAY_MS, minutesMs: 365 * DAY_MS };

/** Removes everything that has expired, slice by slice; how many rows of prices each slice removed. */
export async function expire({ retention }: Store, keep = USUAL_KEEP): Promise<readonly number[]> {
  const slices: number[] = [];
  for (const symbol of await retention.listSymbols()) {
    for (let hasMore = true; hasMore;) {
      const slice = await retention.removeExpired(symbol, keep);
      if (slice.rows > 0) slices.push(slice.rows);
      hasMore = slice.hasMore;
    }
  }
  while ((await retention.removeDeletedAlerts(30 * DAY_MS)).hasMore);
  return slices;
}
