import type Database from "better-sqlite3";
import type { Instant } from "../../domain/cooldown.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { BUSY_TIMEOUT_MS } from "../../runtime/sqlite/open-database.ts";
import { isLock, isSqlite, storeError } from "../../runtime/sqlite/store-error.ts";
import type { StoreCondition } from "./store-condition.ts";

/** Which database, and how it does. */
interface DatabaseState {
  readonly file: string;
  readonly condition: StoreCondition;
}

/** The one moment that everything in a transaction is stamped with. */
export interface Stamp {
  readonly now: TimeMs;
  readonly instant: Instant;
}

/** Runs the store's transactions: one moment each, and after a failure whatever was kept in memory is dropped. */
export class Transactions {
  readonly #db: Database.Database;
  readonly #clock: Clock;
  readonly #file: string;
  readonly #condition: StoreCondition;
  readonly #rollbacks: (() => void)[] = [];
  readonly #changes: Database.Statement;
  /** Whether the last one found the database locked: then no further one waits, until the lock is gone. */
  #isLocked = false;
  #before: (instant: Instant) => void = () => undefined;

  constructor(db: Database.Database, clock: Clock, { file, condition }: DatabaseState) {
    this.#db = db;
    this.#clock = clock;
    this.#file = file;
    this.#condition = condition;
    this.#changes = db.prepare("SELECT total_changes()").pluck();
  }

  /** Registers what to drop when a transaction fails. */
  onRollback(forget: () => void): void {
    this.#rollbacks.push(forget);
  }

  /** Sets what is done before every transaction. */
  before(prepare: (instant: Instant) => void): void {
    this.#before = prepare;
  }

  /**
   * Runs `work` in one transaction, all or nothing. Rejects with its AppError; with the store's for a failure of SQLite; with
   * STORE_CORRUPT, and nothing tried, when the database is known to be damaged.
   */
  write<Result>(work: (stamp: Stamp) => Result): Promise<Result> {
    return new Promise((resolve) => resolve(this.writeNow(work)));
  }

  /** The same at once. */
  writeNow<Result>(work: (stamp: Stamp) => Result): Result {
    this.#condition.assertWritable();
    const isInTrouble = this.#condition.state !== "ready";
    const before = isInTrouble ? this.#changes.get() : null;
    try {
      this.#before(this.stamp().instant);
      const result = this.#db.transaction(() => work(this.stamp())).immediate();
      if (this.#isLocked) this.#waitForLocks(true);
      if (isInTrouble) this.#condition.noteCommitted(before !== this.#changes.get());
      return result;
    } catch (error) {
      for (const forget of this.#rollbacks) forget();
      throw this.told(error);
    }
  }

  /** What any failure in the store is to its caller; one of SQLite is noted. */
  told(error: unknown): unknown {
    if (!isSqlite(error)) return error;
    const told = storeError(error, this.#file);
    if (isLock(error) && !this.#isLocked) this.#waitForLocks(false);
    this.#condition.note(told);
    return told;
  }

  /** SQLite waits by holding up the whole process; one such wait tells that another program keeps the lock. */
  #waitForLocks(isWaiting: boolean): void {
    this.#isLocked = !isWaiting;
    this.#db.pragma(`busy_timeout = ${isWaiting ? BUSY_TIMEOUT_MS : 0}`);
  }

  /** The present moment on both clocks. */
  stamp(): Stamp {
    const now = this.#clock.now();
    return { now, instant: { wallMs: now, monoMs: this.#clock.monotonic() } };
  }
}
