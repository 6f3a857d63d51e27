import type Database from "better-sqlite3";
import type { Instant } from "../../domain/cooldown.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { storeError } from "../../runtime/sqlite/store-error.ts";

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
  readonly #rollbacks: (() => void)[] = [];
  #before: (instant: Instant) => void = () => undefined;

  constructor(db: Database.Database, clock: Clock, file: string) {
    this.#db = db;
    this.#clock = clock;
    this.#file = file;
  }

  /** Registers what to drop when a transaction fails. */
  onRollback(forget: () => void): void {
    this.#rollbacks.push(forget);
  }

  /** Sets what is done before every transaction. */
  before(prepare: (instant: Instant) => void): void {
    this.#before = prepare;
  }

  /** Runs `work` in one transaction, all or nothing. Rejects with its AppError, or with the store's for a failure of SQLite. */
  write<Result>(work: (stamp: Stamp) => Result): Promise<Result> {
    return new Promise((resolve) => resolve(this.writeNow(work)));
  }

  /** The same at once. */
  writeNow<Result>(work: (stamp: Stamp) => Result): Result {
    try {
      this.#before(this.stamp().instant);
      return this.#db.transaction(() => work(this.stamp())).immediate();
    } catch (error) {
      for (const forget of this.#rollbacks) forget();
      throw isSqlite(error) ? storeError(error, this.#file) : error;
    }
  }

  /** The present moment on both clocks. */
  stamp(): Stamp {
    const now = this.#clock.now();
    return { now, instant: { wallMs: now, monoMs: this.#clock.monotonic() } };
  }
}

function isSqlite(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_");
}
