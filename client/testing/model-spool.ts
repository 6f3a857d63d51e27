import { compareQuotes, sameValues, type Quote } from "../../domain/quote.ts";
import type { RefusedItem } from "../quote-supply.ts";
import { PUT_OFF_MS } from "../spool/spool.ts";

interface ModelBatch {
  readonly quotes: readonly Quote[];
  readonly trials: ReadonlySet<string>;
}

/** What the spool should do, said as plainly as possible: arrays in memory, searched from the beginning each time. */
export class ModelSpool {
  /** Everything that is not acknowledged. */
  quotes: Quote[] = [];
  readonly refused: { quote: Quote; reason: string }[] = [];
  inFlight = new Map<number, ModelBatch>();
  #neverSent = new Map<string, Quote>();
  #holds = new Map<string, number>();
  #lastSequence = 0;

  put(quotes: readonly Quote[]): void {
    for (const quote of quotes.toSorted(compareQuotes)) this.#add(quote);
  }

  take(now: number, limit: number): { sequence: number; quotes: Quote[] } | undefined {
    const quotes = this.#sendable(now).slice(0, limit);
    if (quotes.length === 0) return undefined;
    for (const quote of quotes) if (this.#neverSent.get(keyOf(quote)) === quote) this.#neverSent.delete(keyOf(quote));
    const trials = new Set(quotes.map(({ symbol }) => symbol).filter((symbol) => this.#holds.has(symbol)));
    for (const symbol of trials) this.#holds.set(symbol, Infinity);
    this.#lastSequence += 1;
    this.inFlight.set(this.#lastSequence, { quotes, trials });
    return { sequence: this.#lastSequence, quotes };
  }

  acknowledge(sequence: number, refused: readonly RefusedItem[], now: number): void {
    const batch = this.inFlight.get(sequence);
    if (batch === undefined) return;
    this.inFlight.delete(sequence);
    const putOff = new Set<string>();
    batch.quotes.forEach((quote, at) => {
      const item = refused.find(({ index }) => index === at);
      if (item?.reason === "CLOCK_BEHIND") putOff.add(quote.symbol);
      else this.quotes = this.quotes.filter((other) => other !== quote);
      if (item !== undefined && item.reason !== "CLOCK_BEHIND") this.refused.push({ quote, reason: item.reason });
    });
    for (const symbol of batch.trials) if (!putOff.has(symbol)) this.#holds.delete(symbol);
    for (const symbol of putOff) this.#holds.set(symbol, now + PUT_OFF_MS);
  }

  takeBack(): void {
    for (const { trials } of this.inFlight.values()) for (const symbol of trials) this.#holds.set(symbol, -Infinity);
    this.inFlight.clear();
    this.#lastSequence = 0;
  }

  /** All that only memory knew is gone. */
  restart(): void {
    this.takeBack();
    this.#neverSent.clear();
    this.#holds.clear();
  }

  isSettled(now: number): boolean {
    return this.inFlight.size === 0 && this.#sendable(now).length === 0;
  }

  #sendable(now: number): Quote[] {
    const travelling = new Set([...this.inFlight.values()].flatMap(({ quotes }) => quotes));
    return this.quotes
      .filter((quote) => !travelling.has(quote) && (this.#holds.get(quote.symbol) ?? -Infinity) <= now)
      .toSorted(compareQuotes);
  }

  #add(quote: Quote): void {
    const known = this.#neverSent.get(keyOf(quote));
    if (known !== undefined && saysAll(known, quote)) return;
    if (known !== undefined && saysAll(quote, known)) this.quotes = this.quotes.filter((other) => other !== known);
    if (this.quotes.some((other) => compareQuotes(other, quote) === 0)) {
      this.#neverSent.delete(keyOf(quote));
      return;
    }
    this.quotes.push(quote);
    this.#neverSent.set(keyOf(quote), quote);
  }
}

/** Whether `one` was fetched no earlier and leaves out nothing of the other that judging would see. */
function saysAll(one: Quote, other: Quote): boolean {
  const isLater = one.fetchTimeMs >= other.fetchTimeMs;
  if (one.periodMs === 0) return isLater && sameValues(one, other);
  const isWider = one.high >= other.high && one.low <= other.low;
  return isLater && isWider && one.open === other.open && one.sessionClass === other.sessionClass;
}

function keyOf({ symbol, source, periodMs, quoteTimeMs }: Quote): string {
  return [symbol, source, periodMs, quoteTimeMs].join();
}
