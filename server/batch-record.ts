import type { Quote } from "../domain/quote.ts";

/** What became of one of the batches that were committed together. */
export interface BatchRecord {
  readonly storedCount: number;
  /** How many were known already, or older than what is stored. */
  readonly knownCount: number;
  /** Not stored: they wait for an earlier quote of their symbol to be judged, or for another commit, and are to be brought again. */
  readonly deferred: readonly Quote[];
  /** The judgings that its quotes opened, by seq: the batch is judged when they are through. */
  readonly opened: readonly number[];
  /** Symbols whose prices it brought are doubted since: the source is to be asked for them again. */
  readonly doubted: readonly string[];
}

/** A stored quote that touches more alerts than one commit judges. Until it is through, the symbol's other quotes are deferred. */
export interface OpenJudging {
  readonly symbol: string;
  readonly seq: number;
}
