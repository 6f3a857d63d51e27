import type { Quote } from "../domain/quote.ts";
import type { Batch, QuoteSupply, RefusedItem } from "./quote-supply.ts";

/** What became of some quotes. */
export interface Fates {
  /** The server has so many. */
  readonly stored: number;
  /** Not acknowledged yet. */
  readonly waiting: number;
  /** The server's clock is behind them: they are sent again. */
  readonly putOff: number;
  /** The server will not have these. */
  readonly refused: readonly RefusedItem[];
}

type Fate = "waiting" | "stored" | "put off" | RefusedItem;

/** A supply as before, that also knows what became of the quotes it was told to follow. */
export class QuoteFates implements QuoteSupply {
  readonly #supply: QuoteSupply;
  readonly #fates = new Map<string, Fate>();
  readonly #inFlight = new Map<number, readonly Quote[]>();

  constructor(supply: QuoteSupply) {
    this.#supply = supply;
  }

  /** Follows quotes; to be told before they are supplied. */
  follow(quotes: readonly Quote[]): void {
    for (const quote of quotes) this.#fates.set(keyOf(quote), "waiting");
  }

  /** What became of them by now. */
  of(quotes: readonly Quote[]): Fates {
    const fates = quotes.map((quote) => this.#fates.get(keyOf(quote)) ?? "waiting");
    return {
      stored: fates.filter((fate) => fate === "stored").length,
      waiting: fates.filter((fate) => fate === "waiting").length,
      putOff: fates.filter((fate) => fate === "put off").length,
      refused: fates.filter((fate) => typeof fate === "object"),
    };
  }

  get size(): number {
    return this.#supply.size;
  }

  takeBatch(): Batch | undefined {
    const batch = this.#supply.takeBatch();
    if (batch !== undefined) this.#inFlight.set(batch.sequence, batch.quotes);
    return batch;
  }

  acknowledge(sequence: number, refused: readonly RefusedItem[]): boolean {
    const quotes = this.#inFlight.get(sequence) ?? [];
    this.#inFlight.delete(sequence);
    const fates = new Map(refused.map((item) => [item.index, item]));
    for (const [index, quote] of quotes.entries()) this.#note(quote, fates.get(index));
    return this.#supply.acknowledge(sequence, refused); // tells whoever listens, who looks at the fates
  }

  takeBack(): void {
    this.#inFlight.clear();
    this.#supply.takeBack();
  }

  isSettled(): boolean {
    return this.#supply.isSettled();
  }

  subscribe(listener: () => void): () => void {
    return this.#supply.subscribe(listener);
  }

  #note(quote: Quote, refused: RefusedItem | undefined): void {
    const key = keyOf(quote);
    if (!this.#fates.has(key)) return;
    this.#fates.set(key, refused?.reason === "CLOCK_BEHIND" ? "put off" : (refused ?? "stored"));
  }
}

/** One version of a quote. */
function keyOf({ symbol, source, periodMs, quoteTimeMs, fetchTimeMs }: Quote): string {
  return [symbol, source, periodMs, quoteTimeMs, fetchTimeMs].join(" ");
}
