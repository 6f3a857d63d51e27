// What was fetched and is not yet acknowledged. It forgets a quote only when the server said that it is on disk, or refused
// it for good; when it is full, whoever fetches waits.
import type { ErrorReason } from "../domain/error.ts";
import { compareQuotes, type Quote } from "../domain/quote.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import { InFlight } from "./in-flight.ts";
import { WaitingQuotes } from "./waiting-quotes.ts";

/** Where fetched quotes go. */
export interface QuoteSink {
  /** Takes all of them; waits while there is no room. Throws only the signal's reason: the quotes not taken by then are the caller's. */
  put(quotes: readonly Quote[], signal: AbortSignal): Promise<void>;
}

/** Quotes that travel together; `sequence` counts from 1 and begins again after `takeBack`. */
export interface Batch {
  readonly sequence: number;
  /** Oldest as-of first. */
  readonly quotes: readonly Quote[];
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
/** About 40 MB; ten symbols at a bar a minute need a week for it. */
const OUTBOX_QUOTES_MAX = 100_000;
/** How long a symbol rests after the server said that its clock is behind the quote. */
export const PUT_OFF_MS = 10_000;

export interface OutboxOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly quotesMax?: number;
}

/** Keeps them in memory: what is not acknowledged when the process ends is fetched again by the next one. */
export class Outbox implements QuoteSink, QuoteSupply {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #quotesMax: number;
  readonly #waiting = new WaitingQuotes();
  readonly #inFlight = new InFlight();
  readonly #listeners = new Set<() => void>();
  #isFull = false;
  #refusedCount = 0;

  constructor({ clock, log, quotesMax = OUTBOX_QUOTES_MAX }: OutboxOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#quotesMax = quotesMax;
  }

  get size(): number {
    return this.#waiting.size + this.#inFlight.size;
  }

  /** How many quotes the server refused for good since the start. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  async put(quotes: readonly Quote[], signal: AbortSignal): Promise<void> {
    for (const quote of quotes.toSorted(compareQuotes)) {
      if (this.#waiting.absorb(quote)) continue;
      while (this.size >= this.#quotesMax) await this.#room(signal);
      this.#waiting.add(quote);
    }
    this.#tell();
  }

  takeBatch(): Batch | undefined {
    const quotes = this.#waiting.take(BATCH_QUOTES_MAX, this.#clock.monotonic());
    return quotes.length === 0 ? undefined : { sequence: this.#inFlight.add(quotes), quotes };
  }

  acknowledge(sequence: number, refused: readonly RefusedItem[]): boolean {
    const quotes = this.#inFlight.remove(sequence);
    if (quotes === undefined) return false;
    const putOff = quotesOf(quotes, refused.filter(isPutOff));
    const putOffSymbols = new Set(putOff.map(({ symbol }) => symbol));
    for (const { symbol } of quotes) if (!putOffSymbols.has(symbol)) this.#waiting.release(symbol);
    this.#putOff(putOff);
    this.#refuse(
      quotes,
      refused.filter((item) => !isPutOff(item)),
    );
    this.#tell();
    return true;
  }

  takeBack(): void {
    this.#waiting.putBack(this.#inFlight.removeAll());
    this.#tell();
  }

  isSettled(): boolean {
    return this.#inFlight.size === 0 && !this.#waiting.hasSendable(this.#clock.monotonic());
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #putOff(quotes: readonly Quote[]): void {
    const until = this.#clock.monotonic() + PUT_OFF_MS;
    const symbols = new Set(quotes.map(({ symbol }) => symbol));
    const fresh = [...symbols].filter((symbol) => !this.#waiting.isHeld(symbol));
    for (const symbol of symbols) this.#waiting.hold(symbol, until);
    this.#waiting.putBack(quotes);
    if (fresh.length === 0) return; // said already, and nothing of these symbols was taken since
    const fields = { reason: "CLOCK_BEHIND", symbols: fresh, count: quotes.length };
    this.#log.warn(fields, "quotes put off: the server's clock is behind; they are sent again");
  }

  /** One line for each reason, with its first quote. */
  #refuse(quotes: readonly Quote[], refused: readonly RefusedItem[]): void {
    for (const [reason, items] of Map.groupBy(refused, (item) => item.reason)) {
      const known = quotesOf(quotes, items);
      this.#refusedCount += known.length;
      const [first] = known;
      if (first === undefined) continue;
      const quoteTime = new Date(first.quoteTimeMs).toISOString();
      const fields = { reason, count: known.length, symbol: first.symbol, quote_time: quoteTime };
      this.#log.warn({ ...fields, detail: items[0]?.message }, "the server refused quotes");
    }
  }

  async #room(signal: AbortSignal): Promise<void> {
    if (!this.#isFull) this.#log.warn({ quotes: this.size }, "the outbox is full: fetching waits for the server");
    this.#isFull = true;
    this.#tell(); // what was added so far may leave
    await this.#change(signal);
  }

  #change(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const changed = this.subscribe(() => resolve(undefined));
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    return promise.finally(() => {
      changed();
      signal.removeEventListener("abort", onAbort);
    });
  }

  #tell(): void {
    // Not at the first free place, which is taken at once: a full outbox would be told with every acknowledgement.
    if (this.#isFull && this.size <= this.#quotesMax / 2) {
      this.#isFull = false;
      this.#log.info({ quotes: this.size }, "the outbox has room again");
    }
    for (const listener of [...this.#listeners]) listener();
  }
}

function isPutOff({ reason }: RefusedItem): boolean {
  return reason === "CLOCK_BEHIND";
}

/** The quotes at these places, each once; places outside the batch name nothing. */
function quotesOf(quotes: readonly Quote[], items: readonly RefusedItem[]): Quote[] {
  const places = new Set(items.map(({ index }) => index));
  return quotes.filter((_, index) => places.has(index));
}
