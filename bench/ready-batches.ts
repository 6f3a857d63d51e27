import type { Batch, QuoteSupply, RefusedItem } from "../client/quote-supply.ts";
import type { Quote } from "../domain/quote.ts";

/** Batches that lie ready, in place of the spool: what is measured begins at the stream. */
export class ReadyBatches implements QuoteSupply {
  readonly #waiting: (readonly Quote[])[] = [];
  readonly #inFlight = new Map<number, readonly Quote[]>();
  readonly #listeners = new Set<() => void>();
  #lastSequence = 0;
  #refusedCount = 0;

  /** How many quotes the server refused. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  get size(): number {
    return [...this.#waiting, ...this.#inFlight.values()].reduce((sum, quotes) => sum + quotes.length, 0);
  }

  /** Lets these go, each a batch of its own. */
  add(batches: readonly (readonly Quote[])[]): void {
    this.#waiting.push(...batches);
    this.#tell();
  }

  takeBatch(): Batch | undefined {
    const quotes = this.#waiting.shift();
    if (quotes === undefined) return undefined;
    this.#lastSequence += 1;
    this.#inFlight.set(this.#lastSequence, quotes);
    return { sequence: this.#lastSequence, quotes };
  }

  acknowledge(sequence: number, refused: readonly RefusedItem[]): boolean {
    this.#refusedCount += refused.length;
    const isKnown = this.#inFlight.delete(sequence);
    this.#tell();
    return isKnown;
  }

  takeBack(): void {
    this.#waiting.unshift(...this.#inFlight.values());
    this.#inFlight.clear();
    this.#lastSequence = 0;
  }

  isSettled(): boolean {
    return this.#waiting.length === 0 && this.#inFlight.size === 0;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
