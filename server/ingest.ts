import { AppError } from "../domain/error.ts";
import { judgeAlert } from "../domain/judge.ts";
import { asOf, type Quote } from "../domain/quote.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { EventClock } from "./event-clock.ts";
import type { QuoteFeed } from "./quote-feed.ts";
import type { QuoteStore, RecordResult } from "./store.ts";
import type { TriggerFeed } from "./trigger-feed.ts";

/** So many quotes may wait for their commit. */
const WAITING_QUOTES_MAX = 20_000;

/** What waits to be stored and judged. */
export interface IngestStatus {
  /** Quotes that came in and are not on disk. */
  readonly waitingQuotes: number;
  /** So many may wait; then streams are not read on. */
  readonly capacity: number;
  /** Symbols whose newest quote touches so many alerts that judging it takes several commits, and is under way. */
  readonly openSymbols: readonly string[];
}

/** Takes checked quotes in: into the store, and after the commit to whoever watches and to the hand-out of what fired. */
export class Ingest {
  readonly #quotes: QuoteStore;
  readonly #clock: EventClock;
  readonly #feed: QuoteFeed;
  readonly #triggers: TriggerFeed;
  readonly #dispatcher: Dispatcher;

  constructor(quotes: QuoteStore, clock: EventClock, feed: QuoteFeed, triggers: TriggerFeed, dispatcher: Dispatcher) {
    this.#quotes = quotes;
    this.#clock = clock;
    this.#feed = feed;
    this.#triggers = triggers;
    this.#dispatcher = dispatcher;
  }

  /**
   * Throws AppError FAILED_PRECONDITION CLOCK_BEHIND for a quote of a time that is not yet here. That goes for its fetch too: stored
   * under a time to come, it would count as newer than every version fetched before then.
   */
  check(quote: Quote): void {
    const latestMs = Math.max(asOf(quote), quote.fetchTimeMs);
    if (this.#clock.hasReached(latestMs)) return;
    const message = `the quote is of ${new Date(latestMs).toISOString()}, which the server's clock has not reached`;
    throw new AppError("FAILED_PRECONDITION", "CLOCK_BEHIND", message, {
      hint: "Send it again later; check both clocks.",
    });
  }

  status(): IngestStatus {
    return { waitingQuotes: 0, capacity: WAITING_QUOTES_MAX, openSymbols: [] };
  }

  async record(quotes: readonly Quote[]): Promise<RecordResult> {
    const result = await this.#quotes.recordQuotes(quotes, judgeAlert);
    for (const { quote } of result.stored) this.#clock.advance(asOf(quote));
    this.#feed.publish(result.stored);
    this.#triggers.publish(result.triggers);
    if (result.triggerCount > 0) this.#dispatcher.wake();
    return result;
  }
}
