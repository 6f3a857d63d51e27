// The part of the port to the database (store.ts) for symbols on HOLD.
import type { PriceDoubt } from "../domain/judging/price-check.ts";
import type { Quote } from "../domain/quote.ts";
import type { TimeMs } from "../domain/time.ts";

/** A symbol on HOLD: nothing of it is judged. */
export interface HeldSymbol {
  readonly symbol: string;
  /** What the change looks like, such as "7 for 1". */
  readonly ratio: string;
  /** Since when, in event time. */
  readonly sinceAsOfMs: TimeMs;
  /** The last close that was accepted. */
  readonly acceptedClose: number;
  /** The newest quote that is doubted. */
  readonly newest: Quote | null;
}

/** An operator's word on a doubted price: it is right, or it is wrong. */
export type HoldVerdict = "accept" | "reject";

/** The symbols whose prices look like a split or an error of the source. */
export interface HoldStore {
  /** By symbol. */
  listHeld(): Promise<readonly HeldSymbol[]>;
  /** Every doubt as it stands, HOLDs and quarantines, by symbol. */
  listDoubts(): Promise<ReadonlyMap<string, PriceDoubt>>;
  /**
   * Ends a HOLD: accepted, the newest stored price is what judging begins anew from; rejected, it goes on from the old one. The next
   * commit (recordQuotes(), also without quotes) tells the owners who were told of it. Throws FAILED_PRECONDITION STATE_CONFLICT if the
   * symbol is on none, or if the newest price is not near the one that the operator saw.
   */
  release(symbol: string, verdict: HoldVerdict, eventNowMs: TimeMs, seenClose?: number | null): Promise<void>;
}
