import type { ErrorReason } from "../domain/error.ts";
import type { Gap } from "../domain/gap.ts";
import type { Quote } from "../domain/quote.ts";

/** Quotes that travel together; `sequence` counts from 1 and begins again after `takeBack`. */
export interface Batch {
  readonly sequence: number;
  /** Oldest as-of first. */
  readonly quotes: readonly Quote[];
  /** What is missing for good; unset: nothing. */
  readonly gaps?: readonly Gap[];
}

/** A quote of a batch that was not stored, by its place in the batch. `CLOCK_BEHIND` is put off, all else is final. */
export interface RefusedItem {
  readonly index: number;
  readonly reason: ErrorReason;
  readonly message: string;
}

/** Where quotes are taken from on their way to the server, and forgotten once it has them. */
export interface QuoteSupply {
  /** The next batch, in flight from now on; undefined when nothing may be sent now. */
  takeBatch(): Batch | undefined;
  /** The server has the batch, but for the refused items. False if no such batch is in flight; then nothing happens. */
  acknowledge(sequence: number, refused: readonly RefusedItem[]): boolean;
  /** The stream broke: all that is in flight waits again. */
  takeBack(): void;
  /** True when nothing is in flight and nothing may be sent now. */
  isSettled(): boolean;
  /** How many quotes are not acknowledged. */
  readonly size: number;
  /** Called after quotes came or went, or a batch ended; returns how to end that. */
  subscribe(listener: () => void): () => void;
}

/** The most that one message may carry. */
export const BATCH_QUOTES_MAX = 1_000;
