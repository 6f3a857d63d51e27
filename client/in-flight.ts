import type { Quote } from "../domain/quote.ts";

/** Batches that were sent on this stream and are not acknowledged yet, by sequence. */
export class InFlight {
  readonly #batches = new Map<number, readonly Quote[]>();
  #lastSequence = 0;
  #size = 0;

  /** How many quotes are in flight. */
  get size(): number {
    return this.#size;
  }

  /** Takes a batch in and gives it the next sequence, from 1. */
  add(quotes: readonly Quote[]): number {
    this.#lastSequence += 1;
    this.#batches.set(this.#lastSequence, quotes);
    this.#size += quotes.length;
    return this.#lastSequence;
  }

  /** The batch, no longer in flight; undefined if there is none with this sequence. */
  remove(sequence: number): readonly Quote[] | undefined {
    const quotes = this.#batches.get(sequence);
    this.#batches.delete(sequence);
    this.#size -= quotes?.length ?? 0;
    return quotes;
  }

  /** All that is in flight, for the next stream, which counts from 1 again. */
  removeAll(): readonly Quote[] {
    const quotes = [...this.#batches.values()].flat();
    this.#batches.clear();
    this.#lastSequence = 0;
    this.#size = 0;
    return quotes;
  }
}
