// Opens an embedded database (the server's store, a fetcher's spool): durable, locked to one process, migrated, never newer than
// this version.
import Database from "better-sqlite3";
import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { AppError } from "../../domain/error.ts";
import type { DatabasePlace } from "./database-place.ts";
import { lockDatabase } from "./lock-database.ts";
import { giveLogBack } from "./log-room.ts";
import { checkVersion, migrate } from "./migrate.ts";
import { completeReplacement } from "./replace-database.ts";
import { codeOf, storeError } from "./store-error.ts";

/** How long a statement waits for another process's short lock: the whole process stands still meanwhile. */
export const BUSY_TIMEOUT_MS = 250;
/** How long opening waits for one; nobody is served yet. */
const OPEN_TIMEOUT_MS = 5_000;
/** Pages kept in memory: 64 MB. */
const CACHE_KIB = 65_536;

/** A write-ahead log that a long read made longer is cut to this when the read has ended. */
const LOG_LIMIT_BYTES = 64 * 1024 * 1024;

/** The one connection that writes, and the lock that makes it the only one. */
export interface OpenDatabase {
  readonly db: Database.Database;
  close(): void;
}

/**
 * Opens (or makes) the database at `file`. Throws AppError: STORE_LOCKED when another process has it, STORE_NEWER when a newer
 * version wrote it, STORE_CORRUPT when it is no sound database or only its log is there, STORE_UNAVAILABLE when it cannot be opened at
 * all.
 */
export function openDatabase(place: DatabasePlace): OpenDatabase {
  const { file, migrations } = place;
  const lock = lockDatabase(place);
  let db: Database.Database | null = null;
  try {
    completeReplacement(file);
    assertNotGone(file);
    makePrivate(file);
    db = new Database(file, { timeout: OPEN_TIMEOUT_MS });
    checkVersion(db, place);
    prepare(db);
    migrate(db, migrations);
    db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    writeAnew(db);
  } catch (error) {
    db?.close();
    lock.close();
    throw storeError(error, file);
  }
  const open = db;
  return {
    db: open,
    close: () => {
      open.close();
      lock.close();
    },
  };
}

/**
 * A log without its database is what somebody left who removed or emptied the database after its process was killed; a new one always has
 * a page before it has a log. SQLite would begin an empty database and remove the log.
 */
function assertNotGone(file: string): void {
  const log = `${file}-wal`;
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0 || !existsSync(log)) return;
  throw new AppError("DATA_LOSS", "STORE_CORRUPT", `the database ${file} is gone; only its write-ahead log is there`, {
    hint: `Put it back, or a backup in its place: ./bell restore FILE. To begin an empty one, remove ${log}.`,
  });
}

/** SQLite would let others read a new database. What it makes beside the file gets the file's own mode. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** WAL alone may lose acknowledged commits at a power loss: better-sqlite3 is built with synchronous=NORMAL for it. */
function prepare(db: Database.Database): void {
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.pragma("foreign_keys = ON");
  db.pragma(`journal_size_limit = ${LOG_LIMIT_BYTES}`);
  db.pragma(`cache_size = -${CACHE_KIB}`);
  assertDurable(db);
}

/**
 * Moves the write-ahead log into the database. After a kill nobody knows whether all of the log is on the disk or some of it only in
 * the system's cache, whose write may have failed; written anew it is, and nothing is appended to what may have a hole.
 */
function writeAnew(db: Database.Database): void {
  giveLogBack(db); // a start on a full disk may go on with the log as it is
}

/** Throws unless a commit is on disk when it returns, on this very connection. */
export function assertDurable(db: Database.Database): void {
  const mode = db.pragma("journal_mode", { simple: true });
  const synchronous = db.pragma("synchronous", { simple: true });
  if (mode !== "wal" || synchronous !== 2) {
    throw new Error(`the database is not durable: journal_mode=${String(mode)}, synchronous=${String(synchronous)}`);
  }
}
