// The port to what is known of missing prices; implementation: server/sqlite/gap-store.ts.
import type { Gap } from "../domain/gap.ts";
import type { TimeMs } from "../domain/time.ts";

export interface GapQuery {
  readonly symbol: string;
  /** Gaps that touch the time from this moment on. */
  readonly startMs: TimeMs;
  /** Up to before this moment. */
  readonly endMs: TimeMs;
  readonly limit: number;
}

export interface GapStore {
  /** Keeps them: of each symbol the newest GAPS_KEPT. The same again, by symbol, source, period and start, is one that may have become longer. */
  recordGaps(gaps: readonly Gap[]): Promise<void>;
  /** A symbol's gaps within some time, oldest first; of more than `limit` the newest. */
  listGaps(query: GapQuery): Promise<readonly Gap[]>;
}

/** A year of a gap each trading day, four times over. */
export const GAPS_KEPT = 1_000;
