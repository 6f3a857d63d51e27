import type Database from "better-sqlite3";
import { statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { SECOND_MS } from "../../domain/time.ts";
import { isFull, isLock } from "./store-error.ts";

/** After a try that gave no room, for each may write the whole log into the database. */
const RETRY_AFTER_MS = SECOND_MS;
/** With so much free nobody needs to look more often than once a second. */
const PLENTY_BYTES = 64 * 1024 * 1024;
const LOOK_AFTER_MS = SECOND_MS;
/** The log may be as long as this share of what is free. Moved into the database it adds no more than its own length to that. */
const LOG_SHARE = 0.5;

/**
 * The room that a database's own write-ahead log takes up. The log holds a page as often as it was written, and its file keeps the
 * length that it once had: on a small disk it may be most of what is there, and then there is no room left to move it into the database.
 * So it is moved while there is, and given back.
 */
export class LogRoom {
  readonly #db: Database.Database;
  readonly #monotonic: () => number;
  readonly #free: () => number;
  #nextLookMs = -Infinity;
  #nextTryMs = -Infinity;

  /** `monotonic` tells milliseconds on a clock that never steps, `free` how many bytes the disk has left. */
  constructor(db: Database.Database, monotonic: () => number, free = () => freeBytes(db.name)) {
    this.#db = db;
    this.#monotonic = monotonic;
    this.#free = free;
  }

  /**
   * Runs `write`, a transaction of its own that may be run again; once more if the disk was full and the log gave room back. Throws what
   * `write` throws, and what SQLite throws when moving the log failed for another reason than room or a lock.
   */
  write<Result>(write: () => Result): Result {
    this.#keepShort();
    try {
      return write();
    } catch (error) {
      if (!isFull(error) || !this.#giveBack()) throw error;
    }
    const result = write();
    this.#nextTryMs = -Infinity;
    return result;
  }

  #keepShort(): void {
    const now = this.#monotonic();
    if (now < this.#nextLookMs) return;
    const free = this.#free();
    if (free >= PLENTY_BYTES) this.#nextLookMs = now + LOOK_AFTER_MS;
    else if (logBytes(this.#db.name) > free * LOG_SHARE && this.#giveBack()) this.#nextTryMs = -Infinity;
  }

  #giveBack(): boolean {
    const now = this.#monotonic();
    if (now < this.#nextTryMs) return false;
    this.#nextTryMs = now + RETRY_AFTER_MS;
    const waitMs = Number(this.#db.pragma("busy_timeout", { simple: true }));
    this.#db.pragma("busy_timeout = 0"); // nobody is to wait for a long read
    try {
      return giveLogBack(this.#db);
    } finally {
      this.#db.pragma(`busy_timeout = ${waitMs}`);
    }
  }
}

/**
 * Moves the write-ahead log into the database and gives its room back to the disk. False if there is no room for that either, or
 * somebody still reads in the log: then all of it stays. Throws any other failure of SQLite.
 */
export function giveLogBack(db: Database.Database): boolean {
  try {
    const [outcome] = db.pragma("wal_checkpoint(TRUNCATE)") as { busy: number }[];
    return outcome?.busy === 0;
  } catch (error) {
    if (isFull(error) || isLock(error)) return false;
    throw error;
  }
}

/** Bytes that are free on the disk of `file`; for ever many when the system does not say. */
function freeBytes(file: string): number {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize;
  } catch {
    return Infinity;
  }
}

function logBytes(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
