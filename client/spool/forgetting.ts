import type Database from "better-sqlite3";
import type { AppError } from "../../domain/error.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { giveLogBack, type LogRoom } from "../../runtime/sqlite/log-room.ts";
import { isFull, isLock } from "../../runtime/sqlite/store-error.ts";
import { commitLazily } from "../commit-lazily.ts";
import { REFUSED_QUOTES_MAX, RefusedTable, type RefusedQuote } from "./refused-table.ts";
import type { SpoolReserve } from "./spool-reserve.ts";
import type { SpoolTable } from "./spool-table.ts";
import { SpoolTrouble } from "./spool-trouble.ts";
import type { SpooledQuote } from "./spooled-quote.ts";

export interface ForgettingOptions {
  readonly db: Database.Database;
  /** Its file, for messages. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly room: LogRoom;
  readonly reserve: SpoolReserve;
  readonly onDamage: (error: AppError) => void;
}

/** A row that is to go, and why the server refused it; null: it did not. */
export interface Overdue {
  readonly row: SpooledQuote;
  readonly refused: RefusedQuote | null;
}

/** Where the disk has no room for a transaction, so many of its rows are tried next: one in so many. */
const SMALLER = 4;

/** A database is made smaller when more of it than this share is empty: what is copied is little then. */
const EMPTY_SHARE = 0.75;

/** Deletes what the server has, and puts aside what it refused, in the order of the acknowledgements; tries again what the disk refused. */
export class Forgetting {
  readonly #options: ForgettingOptions;
  readonly #table: SpoolTable;
  readonly #refused: RefusedTable;
  readonly #trouble: SpoolTrouble;
  readonly #delete: (items: readonly Overdue[]) => number;
  #overdue: Overdue[] = [];
  #refusedCount: number;
  #saidTrimmed = false;

  constructor(options: ForgettingOptions, table: SpoolTable) {
    const { file, log, onDamage } = options;
    this.#options = options;
    this.#table = table;
    this.#trouble = new SpoolTrouble({
      file,
      log,
      began: "the spool cannot forget what the server has: sending waits, and it is tried again",
      ended: "the spool can forget again",
      onDamage,
    });
    this.#refused = new RefusedTable(options.db);
    this.#refusedCount = this.#refused.count();
    const forget = options.db.transaction((items: readonly Overdue[]) => {
      for (const { row } of items) this.#table.delete(row);
      const now = this.#options.clock.now();
      const refused = refusedOf(items);
      for (const refusal of refused) this.#refused.insert(refusal, now);
      return refused.length === 0 ? 0 : this.#refused.trim(REFUSED_QUOTES_MAX);
    });
    this.#delete = (items) => forget.immediate(items);
  }

  /** How many refused quotes are kept. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  /** Whether something has to go that the disk did not let go. */
  get isOverdue(): boolean {
    return this.#overdue.length > 0;
  }

  /** These are to go, those of them that were refused into the other table. */
  add(items: readonly Overdue[]): void {
    for (const item of items) this.#overdue.push(item);
  }

  /**
   * What went now; the rest is overdue until the disk does its part. All of it in one transaction, or, on a full disk, in as many as there
   * is room for one after the other: what the write-ahead log has given back may be hardly enough for a few rows. Last of all the reserve goes.
   */
  carryOut(): readonly SpooledQuote[] {
    const gone: SpooledQuote[] = [];
    for (let count = Infinity; this.#overdue.length > 0;) {
      const items = this.#overdue.slice(0, count);
      try {
        this.#forget(items);
      } catch (error) {
        count = items.length > 1 ? Math.ceil(items.length / SMALLER) : Infinity;
        if (isFull(error) && (items.length > 1 || this.#getRoom())) continue;
        this.#trouble.note(error, { acknowledged: this.#overdue.length });
        return gone;
      }
      this.#overdue = this.#overdue.slice(items.length);
      for (const { row } of items) gone.push(row);
      if (this.#overdue.length === 0) this.#trouble.end();
      this.#say(refusedOf(items));
    }
    if (gone.length > 0) this.#restoreReserve();
    return gone;
  }

  /** Whether the reserve gave some, and the log went first into the database with it. */
  #getRoom(): boolean {
    const { reserve, db } = this.#options;
    return reserve.release() && giveLogBack(db);
  }

  /** What went has left room in the database: most of it goes back to the disk. */
  #restoreReserve(): void {
    const { reserve, db } = this.#options;
    if (!reserve.isGivenUp) return;
    const count = (name: string): number => Number(db.pragma(name, { simple: true }));
    try {
      if (count("freelist_count") > count("page_count") * EMPTY_SHARE) db.exec("VACUUM");
    } catch (error) {
      if (!isFull(error) && !isLock(error)) throw error;
    }
    if (giveLogBack(db)) reserve.keep();
  }

  #forget(items: readonly Overdue[]): void {
    const { db, room } = this.#options;
    const trimmed = room.write(() => commitLazily(db, () => this.#delete(items))); // what is lost only repeats what the server knows
    this.#refusedCount += refusedOf(items).length - trimmed;
    if (trimmed > 0) this.#sayTrimmed();
  }

  /** One line for each reason, with its first quote. */
  #say(refusals: readonly RefusedQuote[]): void {
    const { log } = this.#options;
    for (const [reason, items] of Map.groupBy(refusals, (refusal) => refusal.reason)) {
      const [first] = items;
      if (first === undefined) continue;
      const { symbol, quoteTimeMs } = first.quote;
      const fields = { reason, count: items.length, symbol, quote_time: new Date(quoteTimeMs).toISOString() };
      log.warn({ ...fields, detail: first.message }, "the server refused quotes: they are put aside in the spool");
    }
  }

  #sayTrimmed(): void {
    if (this.#saidTrimmed) return;
    this.#saidTrimmed = true;
    this.#options.log.warn({ kept: REFUSED_QUOTES_MAX }, "of the refused quotes only the newest are kept");
  }
}

function refusedOf(items: readonly Overdue[]): RefusedQuote[] {
  return items.flatMap(({ refused }) => refused ?? []);
}
