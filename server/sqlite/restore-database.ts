import Database from "better-sqlite3";
import { chmodSync, chownSync, closeSync, copyFileSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { COOLDOWN_MS } from "../../domain/delivery-limits.ts";
import { AppError } from "../../domain/error.ts";
import type { TimeMs } from "../../domain/time.ts";
import { lockDatabase } from "../../runtime/sqlite/lock-database.ts";
import { checkVersion, migrate } from "../../runtime/sqlite/migrate.ts";
import {
  removeDatabase,
  replaceDatabase,
  completeReplacement,
  syncFile,
} from "../../runtime/sqlite/replace-database.ts";
import type { OnStep } from "../../runtime/sqlite/replace-database.ts";
import { corrupt, isSqlite, storeError } from "../../runtime/sqlite/store-error.ts";
import { forgetWhatCameAfter } from "./forget-what-came-after.ts";

const MIGRATIONS = join(import.meta.dirname, "migrations");
/** The first bytes of every SQLite database. */
const MAGIC = "SQLite format 3\0";
/** Where the head says whether the database writes ahead, and the word for it. No backup does. */
const WRITES_AHEAD_AT = 18;
const WRITES_AHEAD = 2;
/** What a restore calls a database that it sets aside. */
const SET_ASIDE = /\.replaced-\d{8}-\d{6}(-\d+)?$/;
/** Tables that only a server's database has, since its first version. */
const OURS = ["server_facts", "quotes", "series", "users", "alerts", "notifications", "cooldowns"];

/** What was restored, and what it replaced. */
export interface Restored {
  readonly file: string;
  /** Where the database that was there before is now; null if there was none. */
  readonly replaced: string | null;
  readonly quoteCount: number;
  readonly alertCount: number;
  readonly userCount: number;
  /** When the newest quote in it was fetched; null without quotes. */
  readonly newestFetchTimeMs: TimeMs | null;
}

/** Which backup goes where. */
export interface RestoreOptions {
  readonly file: string;
  readonly backupFile: string;
  readonly now: TimeMs;
  /** Told of each step that has been taken. */
  readonly onStep?: OnStep;
}

/**
 * Puts a backup in the place of the server's database. Everything is checked on a copy beside it before anything is replaced. Throws
 * AppError: STORE_LOCKED while a server runs; STORE_NEWER, STORE_CORRUPT, FIELD_INVALID for a file that is no sound
 * backup of a version that is known; STORE_FULL, STORE_UNAVAILABLE.
 */
export function restoreDatabase({ file, backupFile, now, onStep = () => undefined }: RestoreOptions): Restored {
  assertReadable(backupFile);
  const lock = lockDatabase({ file, owner: "server" });
  const copy = `${file}.restoring`;
  try {
    completeReplacement(file);
    removeDatabase(copy); // left by one that was killed
    copyDatabase(backupFile, copy);
    onStep("copied");
    const counts = prepareCopy(copy, backupFile, now);
    giveToOwner(file, [copy, `${file}.lock`]);
    syncFile(copy);
    onStep("checked");
    const replaced = replaceDatabase(file, copy, stampOf(now), onStep);
    return { file, replaced, ...counts };
  } catch (error) {
    throw error instanceof Error && "code" in error ? storeError(error, file) : error;
  } finally {
    removeDatabase(copy);
    lock.close();
  }
}

/** Before anything is locked or made: what the system says against the file is said of the file. */
function assertReadable(backupFile: string): void {
  try {
    assertDatabase(backupFile);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw noBackup(backupFile, `it cannot be read: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** Before anything is copied: a quick look keeps a film from filling the disk. */
function assertDatabase(backupFile: string): void {
  const found = statSync(backupFile, { throwIfNoEntry: false });
  if (found === undefined) throw noBackup(backupFile, "there is no such file");
  if (!found.isFile()) throw noBackup(backupFile, "it is no file");
  const descriptor = openSync(backupFile, "r");
  try {
    const head = Buffer.alloc(WRITES_AHEAD_AT + 1);
    readSync(descriptor, head);
    if (head.toString("latin1", 0, MAGIC.length) !== MAGIC) throw noBackup(backupFile, "it is no database");
    if (head[WRITES_AHEAD_AT] === WRITES_AHEAD && hasLogOfDoubt(backupFile)) {
      throw noBackup(backupFile, `nobody knows whether ${backupFile}-wal belongs to it; moved away, it is left out`);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A copy that somebody made by hand may have its own log beside it, or that of another database of its name. */
function hasLogOfDoubt(backupFile: string): boolean {
  const log = statSync(`${backupFile}-wal`, { throwIfNoEntry: false });
  return log !== undefined && log.size > 0 && !SET_ASIDE.test(backupFile);
}

/**
 * A database that was set aside by an earlier restore has its write-ahead log beside it, which belongs to it. What lies beside a backup
 * is another's, and SQLite would play it in.
 */
function copyDatabase(from: string, to: string): void {
  const parts = SET_ASIDE.test(from) ? ["", "-wal"] : [""];
  for (const part of parts.filter((part) => existsSync(from + part))) {
    copyFileSync(from + part, to + part);
    chmodSync(to + part, 0o600); // the copy has the mode of the backup, which others may be allowed to read, or nobody to write
  }
}

/** Restored by the system's administrator, it belongs to whom the old one did, who else could not open it; or to the folder's owner. */
function giveToOwner(file: string, made: readonly string[]): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(file, { throwIfNoEntry: false }) ?? statSync(dirname(file));
  for (const path of made) chownSync(path, uid, gid);
}

/** Checks the copy, brings it to this version's schema, and makes one file of it. */
function prepareCopy(copy: string, backupFile: string, now: TimeMs) {
  const place = { file: backupFile, migrations: MIGRATIONS, owner: "server" } as const;
  const db = new Database(copy);
  try {
    checkVersion(db, place);
    assertOurs(db, backupFile);
    const found = String(db.pragma("integrity_check(1)", { simple: true }));
    if (found !== "ok") throw corrupt(found, backupFile);
    db.pragma("journal_mode = DELETE");
    db.pragma("synchronous = FULL");
    migrate(db, MIGRATIONS);
    forgetWhatCameAfter(db, now, COOLDOWN_MS);
    return countsOf(db);
  } catch (error) {
    throw isSqlite(error) ? storeError(error, backupFile) : error;
  } finally {
    db.close();
  }
}

function assertOurs(db: Database.Database, backupFile: string): void {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  const missing = OURS.filter((name) => !tables.includes(name));
  if (missing.length > 0) throw noBackup(backupFile, `it has no table ${missing.join(", ")}`);
}

function countsOf(db: Database.Database): Omit<Restored, "file" | "replaced"> {
  const count = (table: string) => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  const newest = db.prepare("SELECT max(fetch_time) FROM quotes").pluck().get() as number | null;
  return {
    quoteCount: count("quotes"),
    alertCount: count("alerts"),
    userCount: count("users"),
    newestFetchTimeMs: newest,
  };
}

function noBackup(file: string, why: string, cause?: unknown): AppError {
  return new AppError("INVALID_ARGUMENT", "FIELD_INVALID", `${file} is no Tickerbell backup: ${why}`, {
    hint: "Name a file that ./bell backup wrote, and that you may read. Nothing was changed.",
    cause,
  });
}

/** `20261122-143000`, UTC. */
function stampOf(now: TimeMs): string {
  return new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
}
