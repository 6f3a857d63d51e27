import type Database from "better-sqlite3";
import type { Instant } from "../../domain/notifying/cooldown.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { BUSY_TIMEOUT_MS } from "../../runtime/sqlite/open-database.ts";
import { LogRoom } from "../../runtime/sqlite/log-room.ts";
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

/** A piece of work that waits for its commit. */
interface Waiting {
  readonly work: (stamp: Stamp) => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What became of a piece of work, before its commit. */
type Outcome = { readonly result: unknown } | { readonly error: unknown };

/** More in one commit gain little, and hold up everybody else's calls. */
const WORKS_PER_COMMIT = 64;

/**
 * Runs the store's transactions: each is all or nothing and has its own moment, and after a failure whatever was kept in memory is
 * dropped. What is asked for while the disk writes the last commit is committed together, for that is what a commit waits for.
 */
export class Transactions {
  readonly #db: Database.Database;
  readonly #clock: Clock;
  readonly #file: string;
  readonly #condition: StoreCondition;
  readonly #rollbacks: (() => void)[] = [];
  readonly #changes: Database.Statement;
  readonly #room: LogRoom;
  /** Whether the last one found the database locked: then no further one waits, until the lock is gone. */
  #isLocked = false;
  #before: (instant: Instant) => void = () => undefined;
  #waiting: Waiting[] = [];

  constructor(db: Database.Database, clock: Clock, { file, condition }: DatabaseState) {
    this.#db = db;
    this.#clock = clock;
    this.#file = file;
    this.#condition = condition;
    this.#changes = db.prepare("SELECT total_changes()").pluck();
    this.#room = new LogRoom(db, () => clock.monotonic());
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
   * Runs `work` in one transaction, all or nothing, in the order of asking; resolves when it is on disk. Rejects with its AppError; with
   * the store's for a failure of SQLite; with STORE_CORRUPT, and nothing tried, when the database is known to be damaged.
   */
  write<Result>(work: (stamp: Stamp) => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#commitNext());
      this.#waiting.push({ work, resolve: resolve as Waiting["resolve"], reject });
    });
  }

  /** The same at once and alone. */
  writeNow<Result>(work: (stamp: Stamp) => Result): Result {
    this.#condition.assertWritable();
    const isInTrouble = this.#condition.state !== "ready";
    const before = isInTrouble ? this.#changes.get() : null;
    try {
      const result = this.#room.write(() => this.#transact(work));
      if (this.#isLocked) this.#waitForLocks(true);
      if (isInTrouble) this.#condition.noteCommitted(before !== this.#changes.get());
      return result;
    } catch (error) {
      throw this.told(error);
    }
  }

  #transact<Result>(work: (stamp: Stamp) => Result): Result {
    try {
      this.#before(this.stamp().instant);
      return this.#db.transaction(() => work(this.stamp())).immediate();
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  /** Commits what waits; before the database is closed. */
  flush(): void {
    while (this.#waiting.length > 0) this.#commitNext();
  }

  #commitNext(): void {
    const group = this.#waiting.splice(0, WORKS_PER_COMMIT);
    if (this.#waiting.length > 0) setImmediate(() => this.#commitNext());
    const [first] = group;
    if (first === undefined) return; // the flush was first
    if (group.length === 1 || !this.#commitTogether(group)) for (const waiting of group) this.#commitAlone(waiting);
  }

  /** False, and nothing is done, if the database failed: alone, each learns what concerns itself. */
  #commitTogether(group: readonly Waiting[]): boolean {
    let outcomes: readonly Outcome[];
    try {
      outcomes = this.writeNow(() => group.map(({ work }) => this.#attempt(work)));
    } catch {
      return false;
    }
    for (const [at, { resolve, reject }] of group.entries()) {
      const outcome = outcomes[at];
      if (outcome === undefined) continue;
      if ("error" in outcome) reject(outcome.error);
      else resolve(outcome.result);
    }
    return true;
  }

  #commitAlone({ work, resolve, reject }: Waiting): void {
    try {
      resolve(this.writeNow(work));
    } catch (error) {
      reject(error);
    }
  }

  /** One of several in a transaction: its own failure undoes it alone. Throws a failure of SQLite. */
  #attempt(work: (stamp: Stamp) => unknown): Outcome {
    try {
      return { result: this.#db.transaction(() => work(this.stamp()))() };
    } catch (error) {
      if (isSqlite(error)) throw error;
      this.#forget();
      return { error };
    }
  }

  #forget(): void {
    for (const forget of this.#rollbacks) forget();
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
