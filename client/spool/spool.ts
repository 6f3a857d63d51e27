// Step 3 of a quote's story, and its last: what was fetched is on disk before it is sent, and forgotten when the server has it on
// its own. Whatever way the process ends, the next one sends what is left. When the spool is full, or the disk is, whoever fetches waits.
import type Database from "better-sqlite3";
import type { AppError } from "../../domain/error.ts";
import { compareQuotes, type Quote } from "../../domain/quote.ts";
import { SECOND_MS, type TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { LogRoom } from "../../runtime/sqlite/log-room.ts";
import type { QuoteSink } from "../quote-sink.ts";
import { BATCH_QUOTES_MAX, type Batch, type QuoteSupply, type RefusedItem } from "../quote-supply.ts";
import { Forgetting } from "./forgetting.ts";
import { InFlight, type BatchInFlight } from "./in-flight.ts";
import { NeverSent, type SpoolChange } from "./never-sent.ts";
import { PutOffSymbols } from "./put-off-symbols.ts";
import type { RefusedQuote } from "./refused-table.ts";
import { SpoolLoss } from "./spool-loss.ts";
import { SpoolReader } from "./spool-reader.ts";
import { SpoolReserve } from "./spool-reserve.ts";
import { SpoolTable } from "./spool-table.ts";
import { SpoolTrouble } from "./spool-trouble.ts";
import type { SpooledQuote } from "./spooled-quote.ts";

/** How long a symbol rests after the server said that its clock is behind the quote. */
export const PUT_OFF_MS = 10 * SECOND_MS;
/** How long to wait before a disk that failed is tried again. */
export const DISK_RETRY_MS = SECOND_MS;

export interface SpoolOptions {
  readonly db: Database.Database;
  /** Its file, for messages. */
  readonly file: string;
  /** How many quotes it holds at most. */
  readonly quotesMax: number;
  /** How many it hands out at a time; unset: as many as a message may carry. */
  readonly batchMax?: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** How full it is. */
export interface SpoolState {
  readonly size: number;
  readonly capacity: number;
  /** When the one that is sent first was fetched; null when nothing waits. */
  readonly oldestFetchTimeMs: TimeMs | null;
  /** How many refused quotes are kept. */
  readonly refusedCount: number;
}

/** Opened by `openSpool`. */
export class Spool implements QuoteSink, QuoteSupply {
  readonly #options: SpoolOptions;
  readonly #table: SpoolTable;
  readonly #reader: SpoolReader;
  readonly #forgetting: Forgetting;
  readonly #neverSent = new NeverSent();
  readonly #inFlight = new InFlight();
  readonly #putOff = new PutOffSymbols();
  readonly #listeners = new Set<() => void>();
  readonly #store: (change: SpoolChange) => SpooledQuote[];
  readonly #writeTrouble: SpoolTrouble;
  readonly #readTrouble: SpoolTrouble;
  readonly #loss: SpoolLoss;
  #size: number;
  #lastId: number;
  #isFull = false;

  /** Looks at every row once. Throws what SQLite throws. */
  constructor(options: SpoolOptions) {
    const { db, file, log, batchMax = BATCH_QUOTES_MAX } = options;
    this.#options = options;
    this.#table = new SpoolTable(db);
    this.#reader = new SpoolReader(this.#table, batchMax);
    const store = db.transaction((change: SpoolChange) => this.#carryOut(change));
    const room = new LogRoom(db, () => options.clock.monotonic());
    this.#store = (change) => room.write(() => store.immediate(change));
    this.#loss = new SpoolLoss(options);
    const onDamage = (error: AppError) => this.#loss.noteDamage(error);
    const told = { file, log, onDamage };
    this.#writeTrouble = new SpoolTrouble({
      ...told,
      began: "the spool cannot be written: fetching waits, and it is tried again",
      ended: "the spool can be written again",
    });
    this.#readTrouble = new SpoolTrouble({
      ...told,
      began: "the spool cannot be read: sending waits, and it is tried again",
      ended: "the spool can be read again",
    });
    this.#forgetting = new Forgetting({ ...options, room, reserve: new SpoolReserve(file), onDamage }, this.#table);
    ({ count: this.#size, lastId: this.#lastId } = this.#table.count());
  }

  /** Resolves, with the error to end with, when only a new spool is of any use. */
  get failed(): Promise<AppError> {
    return this.#loss.failed;
  }

  get size(): number {
    return this.#size;
  }

  /** The oldest is read from the disk: null also while that cannot be read. */
  get state(): SpoolState {
    return {
      size: this.#size,
      capacity: this.#options.quotesMax,
      oldestFetchTimeMs: this.#read(null, () => this.#table.firstFetchTime()),
      refusedCount: this.#forgetting.refusedCount,
    };
  }

  /** How many refused quotes are kept. */
  get refusedCount(): number {
    return this.#forgetting.refusedCount;
  }

  /** One transaction, on disk when it resolves; quotes that would fill the spool alone go in portions. */
  async put(quotes: readonly Quote[], signal: AbortSignal): Promise<void> {
    this.#loss.look(this.#size);
    const sorted = quotes.toSorted(compareQuotes);
    const { quotesMax, log } = this.#options;
    for (let first = 0; first < sorted.length; first += quotesMax) {
      try {
        await this.#putPortion(sorted.slice(first, first + quotesMax), signal);
      } catch (error) {
        log.warn({ count: sorted.length - first }, "fetched quotes were given up before they were spooled");
        throw error;
      }
    }
  }

  takeBatch(): Batch | undefined {
    if (!this.#forgetOverdue()) return undefined; // what cannot be forgotten would pile up
    const rows = this.#read([], (mayLeave) => this.#reader.take(mayLeave));
    if (rows.length === 0) return undefined;
    const quotes = rows.map(({ quote }) => quote);
    this.#neverSent.drop(rows);
    return { sequence: this.#inFlight.add({ rows, trials: this.#putOff.beginTrials(quotes) }), quotes };
  }

  acknowledge(sequence: number, refused: readonly RefusedItem[]): boolean {
    const batch = this.#inFlight.remove(sequence);
    if (batch === undefined) return false;
    const fates = new Map(refused.map((item) => [item.index, item]));
    const putOff = batch.rows.filter((_, index) => isPutOff(fates.get(index)));
    this.#holdBack(putOff, batch);
    const overdue = batch.rows.map((row, index) => ({ row, refused: refusalOf(row.quote, fates.get(index)) }));
    this.#forgetting.add(overdue.filter((_, index) => !isPutOff(fates.get(index))));
    this.#forget();
    this.#tell();
    return true;
  }

  takeBack(): void {
    for (const { rows, trials } of this.#inFlight.takeBack()) {
      this.#putOff.abandonTrials(trials);
      if (rows[0] !== undefined) this.#reader.backTo(rows[0].quote);
    }
    this.#tell();
  }

  isSettled(): boolean {
    if (!this.#inFlight.isEmpty) return false;
    if (!this.#forgetOverdue()) return true;
    return !this.#read(false, (mayLeave) => this.#reader.hasNext(mayLeave));
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #putPortion(quotes: readonly Quote[], signal: AbortSignal): Promise<void> {
    for (;;) {
      const change = this.#neverSent.plan(quotes, () => (this.#lastId += 1));
      if (this.#size + change.added.length - change.superseded.length > this.#options.quotesMax) {
        await this.#room(signal);
      } else if (this.#tryStore(change, quotes.length)) {
        this.#tell();
        return;
      } else {
        await this.#options.clock.sleep(DISK_RETRY_MS, signal);
      }
    }
  }

  /** False if the disk did not do its part; then nothing has changed. */
  #tryStore(change: SpoolChange, count: number): boolean {
    let added: readonly SpooledQuote[];
    try {
      added = this.#store(change);
    } catch (error) {
      this.#writeTrouble.note(error, { fetched: count, spooled: this.#size });
      return false;
    }
    this.#writeTrouble.end({ spooled: this.#size });
    this.#size += added.length - change.superseded.length;
    this.#neverSent.drop(change.superseded);
    this.#neverSent.keep(added);
    for (const { quote } of added.slice(0, 1)) this.#reader.backTo(quote); // the others come after it
    return true;
  }

  #carryOut({ superseded, added }: SpoolChange): SpooledQuote[] {
    for (const row of superseded) this.#table.delete(row);
    return added.filter((row) => this.#table.insert(row));
  }

  /** What the reader says of the rows that may leave now; `none` while the disk cannot be read. */
  #read<Result>(none: Result, look: (mayLeave: (row: SpooledQuote) => boolean) => Result): Result {
    const now = this.#options.clock.monotonic();
    const due = this.#putOff.due(now);
    if (due !== null) this.#reader.backTo(due);
    try {
      const result = look((row) => !this.#inFlight.has(row) && this.#putOff.mayLeave(row.quote, now));
      this.#readTrouble.end();
      return result;
    } catch (error) {
      this.#readTrouble.note(error);
      return none;
    }
  }

  /** False while the disk does not let go of what was acknowledged. */
  #forgetOverdue(): boolean {
    if (!this.#forgetting.isOverdue) return true;
    const isDone = this.#forget();
    if (isDone) this.#tell();
    return isDone;
  }

  #forget(): boolean {
    const forgotten = this.#forgetting.carryOut();
    this.#size -= forgotten.length;
    this.#inFlight.free(forgotten);
    return !this.#forgetting.isOverdue;
  }

  /** Puts these off; the other symbols for which the batch tried are accepted again. */
  #holdBack(putOff: readonly SpooledQuote[], { trials }: BatchInFlight): void {
    const symbols = new Set(putOff.map(({ quote }) => quote.symbol));
    for (const symbol of trials) {
      const first = symbols.has(symbol) ? null : this.#putOff.release(symbol);
      if (first !== null) this.#reader.backTo(first);
    }
    if (putOff.length === 0) return;
    const fresh = [...symbols].filter((symbol) => !this.#putOff.has(symbol));
    const until = this.#options.clock.monotonic() + PUT_OFF_MS;
    this.#inFlight.free(putOff);
    for (const { quote } of putOff) this.#putOff.hold(quote, until);
    if (fresh.length === 0) return; // said already, and nothing of these symbols was taken since
    const fields = { reason: "CLOCK_BEHIND", symbols: fresh, count: putOff.length };
    this.#options.log.warn(fields, "quotes put off: the server's clock is behind; they are sent again");
  }

  async #room(signal: AbortSignal): Promise<void> {
    if (!this.#isFull) {
      const hint = "Bring the server back, or give the spool more room with BELL_SPOOL_QUOTES_MAX.";
      const fields = { spooled: this.#size, capacity: this.#options.quotesMax, hint };
      this.#options.log.warn(fields, "the spool is full: fetching waits for the server");
    }
    this.#isFull = true;
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
    // Not at the first free place, which is taken at once: a full spool would be told with every acknowledgement.
    if (this.#isFull && this.#size <= this.#options.quotesMax / 2) {
      this.#isFull = false;
      this.#options.log.info({ spooled: this.#size, capacity: this.#options.quotesMax }, "the spool has room again");
    }
    if (this.#size === 0) this.#loss.noteEmpty();
    for (const listener of [...this.#listeners]) listener();
  }
}

function isPutOff(item: RefusedItem | undefined): boolean {
  return item?.reason === "CLOCK_BEHIND";
}

function refusalOf(quote: Quote, item: RefusedItem | undefined): RefusedQuote | null {
  return item === undefined ? null : { quote, reason: item.reason, message: item.message };
}
