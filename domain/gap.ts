import type { TimeMs } from "./time.ts";

/** A stretch of time of which a symbol's prices are missing, and are not waited for any more. */
export interface Gap {
  readonly symbol: string;
  /** Whose prices are missing, as in `Quote.source`. */
  readonly source: string;
  /** Of which period, as in `Quote.periodMs`. */
  readonly periodMs: number;
  readonly startTimeMs: TimeMs;
  /** After `startTimeMs`; what begins at this moment is there again. */
  readonly endTimeMs: TimeMs;
  /** Why, for people: the end of a sentence that begins with "no prices", without a full stop. At most GAP_REASON_MAX characters. */
  readonly reason: string;
}

/** What more there is to say is in the fetcher's log. */
export const GAP_REASON_MAX = 200;
