import type { SpooledQuote } from "./spooled-quote.ts";

/** A batch on its way. */
export interface BatchInFlight {
  /** In the order in which they were sent. */
  readonly rows: readonly SpooledQuote[];
  /** The symbols whose hold this batch may end. */
  readonly trials: ReadonlySet<string>;
}

/** Batches that were sent on this stream and are not acknowledged yet, by sequence; and the rows that must not be sent now. */
export class InFlight {
  readonly #batches = new Map<number, BatchInFlight>();
  readonly #ids = new Set<number>();
  #lastSequence = 0;

  /** Whether no batch is under way. */
  get isEmpty(): boolean {
    return this.#batches.size === 0;
  }

  /** Takes a batch in and gives it the next sequence, from 1. */
  add(batch: BatchInFlight): number {
    this.#lastSequence += 1;
    this.#batches.set(this.#lastSequence, batch);
    for (const { id } of batch.rows) this.#ids.add(id);
    return this.#lastSequence;
  }

  /** Whether the row is under way, or acknowledged and not forgotten yet. */
  has({ id }: SpooledQuote): boolean {
    return this.#ids.has(id);
  }

  /** The batch, under way no longer, though its rows are held until they are freed; undefined if there is none with this sequence. */
  remove(sequence: number): BatchInFlight | undefined {
    const batch = this.#batches.get(sequence);
    this.#batches.delete(sequence);
    return batch;
  }

  /** These are forgotten, or may be sent again. */
  free(rows: readonly SpooledQuote[]): void {
    for (const { id } of rows) this.#ids.delete(id);
  }

  /** All that is under way, freed for the next stream, which counts from 1 again. */
  takeBack(): readonly BatchInFlight[] {
    const batches = [...this.#batches.values()];
    this.#batches.clear();
    this.#lastSequence = 0;
    for (const { rows } of batches) this.free(rows);
    return batches;
  }
}
