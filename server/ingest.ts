// Between steps 4 and 5 of a quote's story: batches of all streams wait here, and as many as lie ready are committed together. One
// commit at a time; in between, everybody else's calls are answered.
import { AppError } from "../domain/error.ts";
import { judgeAlert } from "../domain/judging/judge.ts";
import { asOf, isLive, type Quote } from "../domain/quote.ts";
import { SECOND_MS, type TimeMs } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { BatchRecord, OpenJudging } from "./batch-record.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { EventClock } from "./event-clock.ts";
import type { QuoteFeed } from "./quote-feed.ts";
import type { QuoteStore } from "./store.ts";
import type { TriggerFeed } from "./trigger-feed.ts";
import { WaitingBatch, type BatchResult } from "./waiting-batch.ts";
import { WaitingRoom } from "./waiting-room.ts";

/**
 * So many quotes may wait for their commit, and half as many more for a judging that is open: what is more stays with the fetchers, by
 * HTTP/2's own flow control.
 */
const WAITING_QUOTES_MAX = 20_000;
/** A commit takes so many quotes at most, and one batch at least. More gain nothing (the disk is waited for once in either case) and hold up calls. */
const QUOTES_PER_COMMIT = 3_000;
/** After a failure of the store, what is open is gone on with after so long. */
const RETRY_AFTER_MS = SECOND_MS;

/** What waits to be stored and judged. */
export interface IngestStatus {
  /** Quotes that came in and are not on disk. */
  readonly waitingQuotes: number;
  /** Those of them that wait until an open judging is through. */
  readonly deferredQuotes: number;
  /** So many may wait for their commit; then streams are not read on. */
  readonly capacity: number;
  /** Symbols whose newest quote touches so many alerts that judging it takes several commits, and is under way. */
  readonly openSymbols: readonly string[];
}

export interface IngestDeps {
  readonly quotes: QuoteStore;
  readonly eventClock: EventClock;
  readonly feed: QuoteFeed;
  readonly triggers: TriggerFeed;
  readonly dispatcher: Pick<Dispatcher, "wake">;
  readonly clock: Clock;
  readonly log: Log;
  /** Lets whatever else has come in go first. */
  readonly yieldToOthers: () => Promise<unknown>;
  /** Smaller ones for tests. */
  readonly limits?: { readonly waitingQuotes: number; readonly quotesPerCommit: number };
}

/** Takes checked quotes in: into the store, and after the commit to whoever watches and to the hand-out of what fired. */
export class Ingest {
  readonly #deps: IngestDeps;
  readonly #room: WaitingRoom;
  readonly #quotesPerCommit: number;
  readonly #closing = new AbortController();
  /** Aborted to end a pause. */
  #pause = new AbortController();
  /** Streams of which a batch has failed: nothing more of them is taken. */
  readonly #failedStreams = new WeakSet<AbortSignal>();
  /** Oldest first. */
  #queue: WaitingBatch[] = [];
  /** Null until the store was asked. */
  #open: readonly OpenJudging[] | null = null;
  /** Whether owners are still to be told of a HOLD or its end. */
  #isTelling = false;
  #wakes = 0;
  #running: Promise<void> | null = null;

  constructor(deps: IngestDeps) {
    this.#deps = deps;
    this.#room = new WaitingRoom(deps.limits?.waitingQuotes ?? WAITING_QUOTES_MAX);
    this.#quotesPerCommit = deps.limits?.quotesPerCommit ?? QUOTES_PER_COMMIT;
  }

  /** Goes on with the judgings that the last server left open. */
  start(): void {
    if (this.#running === null && this.#hasWork()) this.#running = this.#run();
  }

  /** An operator has ended a HOLD: owners are to be told, whether or not a quote comes. */
  wake(): void {
    this.#wakes += 1;
    this.#isTelling = true;
    this.#pause.abort();
    this.start();
  }

  /**
   * Throws AppError FAILED_PRECONDITION CLOCK_BEHIND for a quote of a time that is not yet here. That goes for its fetch too: stored
   * under a time to come, it would count as newer than every version fetched before then.
   */
  check(quote: Quote): void {
    const latestMs = Math.max(asOf(quote), quote.fetchTimeMs);
    if (this.hasReached(latestMs)) return;
    const message = `the quote is of ${new Date(latestMs).toISOString()}, which the server's clock has not reached`;
    throw new AppError("FAILED_PRECONDITION", "CLOCK_BEHIND", message, {
      hint: "Send it again later; check both clocks.",
    });
  }

  /** Whether a moment is here by the clock that quotes go by. */
  hasReached(timeMs: TimeMs): boolean {
    return this.#deps.eventClock.hasReached(timeMs);
  }

  status(): IngestStatus {
    const openSymbols = (this.#open ?? []).map(({ symbol }) => symbol);
    const { taken, held, capacity } = this.#room;
    return { waitingQuotes: taken, deferredQuotes: held, capacity, openSymbols };
  }

  /**
   * Resolves when there is room for the batch and it waits for its commit; `through` resolves when all of it is on disk and judged, and
   * rejects with what keeps it from being so. `stream` names the stream that brings it, and is aborted when that is gone: what waits
   * of it then is dropped. When a batch fails, those behind it fail too: taken before it, they would make it old, and what is older
   * than the last judged quote is never judged. Rejects with the stream's reason if that comes before there is room.
   */
  async submit(quotes: readonly Quote[], stream: AbortSignal): Promise<{ readonly through: Promise<BatchResult> }> {
    if (quotes.length === 0) return { through: Promise.resolve({ storedCount: 0, knownCount: 0, doubted: [] }) };
    const batch = new WaitingBatch(quotes, stream);
    await this.#room.enter(batch.sizes, stream);
    if (this.#closing.signal.aborted) this.#drop(batch, this.#closing.signal.reason);
    else if (this.#failedStreams.has(stream)) this.#drop(batch, behindFailed());
    else this.#queue.push(batch);
    this.#pause.abort();
    this.start();
    return { through: batch.through };
  }

  /** Lets the commit that is under way, or about to begin, end. What else waits is not taken: whoever brought it keeps it. */
  async close(): Promise<void> {
    const message = "the server is stopping";
    this.#closing.abort(new AppError("UNAVAILABLE", "SERVER_STOPPING", message, { hint: "Send it again." }));
    this.#pause.abort();
    await this.#running;
    for (const batch of this.#queue) this.#drop(batch, this.#closing.signal.reason);
  }

  async #run(): Promise<void> {
    while (this.#hasWork() && !this.#closing.signal.aborted) {
      await this.#deps.yieldToOthers(); // what has come in by then is committed together
      await this.#commitNext();
    }
    this.#running = null;
  }

  #hasWork(): boolean {
    return this.#queue.length > 0 || this.#open === null || this.#open.length > 0 || this.#isTelling;
  }

  async #commitNext(): Promise<void> {
    for (const batch of this.#queue) if (batch.stream.aborted) this.#drop(batch, batch.stream.reason);
    const group = this.#nextGroup();
    try {
      await this.#commit(group);
    } catch (error) {
      const [first, ...others] = group;
      if (first === undefined) await this.#waitToRetry(error);
      else if (others.length === 0) this.#fail(first, error);
      else await this.#commitEach(group);
    }
  }

  /** The oldest batches that can be taken, as many as fit in a commit. */
  #nextGroup(): WaitingBatch[] {
    const openSymbols = new Set(this.status().openSymbols);
    const group: WaitingBatch[] = [];
    let count = 0;
    for (const batch of this.#queue) {
      if (!batch.isReady(openSymbols)) continue;
      count += batch.remaining.length;
      if (group.length > 0 && count > this.#quotesPerCommit) break;
      group.push(batch);
    }
    return group;
  }

  async #commit(group: readonly WaitingBatch[]): Promise<void> {
    const { quotes, eventClock, feed, triggers, dispatcher } = this.#deps;
    const wakes = this.#wakes;
    const result = await quotes.recordQuotes(
      group.map(({ remaining }) => remaining),
      judgeAlert,
    );
    this.#open = result.open;
    this.#room.hold(this.status().openSymbols);
    this.#isTelling = result.isTelling || wakes !== this.#wakes; // the commit did not see what woke it meanwhile
    const live = result.stored.filter(({ quote }) => isLive(quote));
    for (const { quote } of live) eventClock.advance(asOf(quote));
    feed.publish(live);
    triggers.publish(result.triggers);
    if (result.triggers.length > 0) dispatcher.wake();
    for (const [at, batch] of group.entries()) this.#noteRecord(batch, result.batches[at]);
    this.#queue = this.#queue.filter((batch) => !batch.endIfThrough(result.open));
  }

  #noteRecord(batch: WaitingBatch, record: BatchRecord | undefined): void {
    if (record === undefined) return;
    const { sizes } = batch;
    batch.note(record);
    this.#room.leave(sizes, batch.sizes);
  }

  /** One of them may be what the store stumbles over: that one alone is to suffer for it, and what its stream brought after it. */
  async #commitEach(group: readonly WaitingBatch[]): Promise<void> {
    for (const batch of group) {
      if (!this.#queue.includes(batch)) continue; // dropped with one before it
      await this.#commit([batch]).catch((error: unknown) => this.#fail(batch, error));
      await this.#deps.yieldToOthers();
    }
  }

  #fail(batch: WaitingBatch, error: unknown): void {
    this.#failedStreams.add(batch.stream);
    const behind = this.#queue.filter((other) => other !== batch && other.stream === batch.stream);
    this.#drop(batch, error);
    for (const other of behind) this.#drop(other, behindFailed());
  }

  #drop(batch: WaitingBatch, error: unknown): void {
    this.#queue = this.#queue.filter((other) => other !== batch);
    this.#room.leave(batch.sizes);
    batch.fail(error);
  }

  /** Until it may go better, or a batch comes. */
  async #waitToRetry(error: unknown): Promise<void> {
    const { clock, log } = this.#deps;
    // The store's own troubles are logged where they are noted, once.
    if (!(error instanceof AppError))
      log.error({ err: error }, "going on with open judgings failed; it is tried again");
    if (this.#closing.signal.aborted) return;
    this.#pause = new AbortController();
    await clock.sleep(RETRY_AFTER_MS, this.#pause.signal).catch(() => undefined);
  }
}

function behindFailed(): AppError {
  return new AppError("ABORTED", "STATE_CONFLICT", "a batch before it on this stream failed", {
    hint: "Send all that is not acknowledged again, in its order, on another stream.",
  });
}
