import { compareQuotes, sameValues, type Quote } from "../domain/quote.ts";

interface Entry {
  quote: Quote;
  /** Of a quote that was never sent. */
  readonly key: string | null;
}

/** Quotes that wait to be sent, handed out oldest as-of first; symbols can be held back. */
export class WaitingQuotes {
  #entries: Entry[] = [];
  #isSorted = true;
  /** By key, the newest version that was never sent: only that one may still be replaced. */
  readonly #neverSent = new Map<string, Entry>();
  /** By symbol, until when (monotonic milliseconds) none of its quotes is handed out. */
  readonly #holds = new Map<string, number>();

  get size(): number {
    return this.#entries.length;
  }

  add(quote: Quote): void {
    const key = keyOf(quote);
    const entry = { quote, key };
    this.#insert(entry);
    this.#neverSent.set(key, entry);
  }

  /** Back from a stream that broke, or put off: whether the server has seen them is not known. */
  putBack(quotes: readonly Quote[]): void {
    for (const quote of quotes) this.#insert({ quote, key: null });
  }

  /** Whether a version that waits and was never sent, or this one in its place, says all that the two of them say. */
  absorb(quote: Quote): boolean {
    const entry = this.#neverSent.get(keyOf(quote));
    if (entry === undefined) return false;
    const [older, newer] = entry.quote.fetchTimeMs <= quote.fetchTimeMs ? [entry.quote, quote] : [quote, entry.quote];
    if (!saysAllOf(newer, older)) return false;
    this.#isSorted &&= newer === entry.quote; // a bar that is still forming speaks as of its fetch
    entry.quote = newer;
    return true;
  }

  /** At most `limit` quotes that are not held back at `now`, oldest as-of first; they no longer wait. */
  take(limit: number, now: number): Quote[] {
    this.#sort();
    const taken: Entry[] = [];
    const held: Entry[] = [];
    let place = 0;
    for (const entry of this.#entries) {
      if (taken.length === limit) break;
      (this.#mayLeave(entry, now) ? taken : held).push(entry);
      place += 1;
    }
    this.#entries.splice(0, place);
    if (held.length > 0) this.#entries = held.concat(this.#entries);
    for (const entry of taken) this.#forgetKey(entry);
    return taken.map(({ quote }) => quote);
  }

  /** Whether `take` would give something. */
  hasSendable(now: number): boolean {
    return this.#entries.some((entry) => this.#mayLeave(entry, now));
  }

  /** Holds all quotes of a symbol back, so that none overtakes the one that was put off. */
  hold(symbol: string, until: number): void {
    this.#holds.set(symbol, until);
  }

  release(symbol: string): void {
    this.#holds.delete(symbol);
  }

  /** Whether the symbol was held and not released since, even if the time is over. */
  isHeld(symbol: string): boolean {
    return this.#holds.has(symbol);
  }

  #mayLeave({ quote }: Entry, now: number): boolean {
    return this.#holds.size === 0 || (this.#holds.get(quote.symbol) ?? -Infinity) <= now;
  }

  #insert(entry: Entry): void {
    const last = this.#entries.at(-1);
    this.#isSorted &&= last === undefined || compareQuotes(last.quote, entry.quote) <= 0;
    this.#entries.push(entry);
  }

  #sort(): void {
    if (!this.#isSorted) this.#entries.sort((a, b) => compareQuotes(a.quote, b.quote));
    this.#isSorted = true;
  }

  #forgetKey(entry: Entry): void {
    if (entry.key !== null && this.#neverSent.get(entry.key) === entry) this.#neverSent.delete(entry.key);
  }
}

/**
 * Whether judging would miss nothing without the older version: a bar that kept its open and whose range takes the older one
 * in, or the very same values. A tick that was corrected says something else, and both are sent.
 */
function saysAllOf(newer: Quote, older: Quote): boolean {
  if (newer.periodMs === 0) return sameValues(newer, older);
  return (
    newer.sessionClass === older.sessionClass &&
    newer.open === older.open &&
    newer.high >= older.high &&
    newer.low <= older.low
  );
}

function keyOf({ symbol, source, periodMs, quoteTimeMs }: Quote): string {
  return `${symbol}|${source}|${periodMs}|${quoteTimeMs}`;
}
