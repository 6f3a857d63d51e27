import { AppError } from "../../domain/error.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { codeOf, isLock } from "../../runtime/sqlite/store-error.ts";
import type { StoreState } from "../store.ts";

/** A write that goes well so soon after one that did not ends no trouble: a full disk has room for small things now and then. */
export const SETTLED_MS = 1_000;
/**
 * After these nobody knows what is on the disk: what the system's cache holds may never get there, and a second try would be told
 * that it went well. Only a fresh start, which writes everything anew, makes it certain again.
 */
const UNCERTAIN = ["SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE"];

/** How the database does: what was learned from its failures and from reading it through. One log line for each change of its state, or of what is wrong. */
export class StoreCondition {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listeners: ((state: StoreState) => void)[] = [];
  readonly #failed = Promise.withResolvers<AppError>();
  #state: StoreState = "ready";
  #trouble: AppError | null = null;
  #troubleMs = 0;
  /** Whether all that was in the way since it last was ready were locks. */
  #isOnlyLocked = true;
  #isUncertain = false;
  #checkTimeMs: TimeMs | null = null;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  get state(): StoreState {
    return this.#state;
  }

  /** What is wrong, in a sentence; empty when nothing is. */
  get detail(): string {
    return this.#trouble?.message ?? "";
  }

  /** When the whole file was last read through and found sound; null: not since the start. */
  get checkTimeMs(): TimeMs | null {
    return this.#checkTimeMs;
  }

  /** Resolves, with what the process must end with, when only a fresh start makes certain what is on the disk. */
  get failed(): Promise<AppError> {
    return this.#failed.promise;
  }

  onChange(listen: (state: StoreState) => void): void {
    this.#listeners.push(listen);
  }

  /** Throws what stands in the way of every write: damage, a write that nobody knows the end of, a database that is gone. */
  assertWritable(): void {
    if ((this.#state === "damaged" || this.#isUncertain) && this.#trouble !== null) throw this.#trouble;
  }

  /** A statement failed. What is no trouble of the database is none here either. */
  note(error: AppError): void {
    if (error.reason === "STORE_CORRUPT") this.#change("damaged", error);
    if (error.reason !== "STORE_FULL" && error.reason !== "STORE_UNAVAILABLE") return;
    this.#troubleMs = this.#clock.monotonic();
    this.#isOnlyLocked &&= isLock(error.cause);
    if (!this.#isUncertain) this.#change("readOnly", error);
    if (UNCERTAIN.includes(codeOf(error.cause)))
      this.#fail(error, "nobody knows whether the last write is on the disk");
  }

  /** The open database is not the one at its place any more: nothing that is written to it will ever be found. */
  noteLost(error: AppError): void {
    this.#change("readOnly", error);
    this.#fail(error, "what was acknowledged last may be lost");
  }

  /**
   * A transaction that held the write lock was committed: no lock is in the way any more. Of anything else it says only that nothing
   * is, when it changed rows: one that changed none wrote nothing.
   */
  noteCommitted(hasChanged: boolean): void {
    if (!this.mayRecover) return;
    const isSettled = this.#clock.monotonic() - this.#troubleMs >= SETTLED_MS;
    if (this.#isOnlyLocked || (hasChanged && isSettled)) this.#change("ready", null);
  }

  /** Whether it takes no writes, and may by itself take them again. */
  get mayRecover(): boolean {
    return this.#state === "readOnly" && !this.#isUncertain;
  }

  /** The whole file was read through and is sound. */
  noteSound(): void {
    this.#checkTimeMs = this.#clock.now();
  }

  #change(state: StoreState, trouble: AppError | null): void {
    if (this.#state === "damaged") return;
    const isSame = this.#state === state;
    if (isSame && codeOf(this.#trouble?.cause) === codeOf(trouble?.cause)) return;
    this.#state = state;
    this.#trouble = trouble;
    if (state === "ready") this.#isOnlyLocked = true;
    if (state === "ready") this.#log.info({ state }, "the database takes writes again");
    if (state === "readOnly") this.#log.error({ state, err: trouble }, "the database takes no writes; reads go on");
    if (state === "damaged") this.#log.error({ state, err: trouble }, "the database is damaged; writes are refused");
    if (!isSame) for (const listen of this.#listeners) listen(state);
  }

  #fail(cause: AppError, meaning: string): void {
    if (this.#isUncertain) return;
    this.#isUncertain = true;
    const message = `${meaning} (${cause.message}); the server ends, to be started anew`;
    this.#failed.resolve(new AppError("INTERNAL", "STORE_UNAVAILABLE", message, { hint: cause.hint, cause }));
  }
}
