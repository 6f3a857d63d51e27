import Database from "better-sqlite3";
import { chmodSync, chownSync, copyFileSync, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { COOLDOWN_MS } from "../../domain/notifying/delivery-limits.ts";
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
import { isSqlite, storeError } from "../../runtime/sqlite/store-error.ts";
import { assertRestorable, isSetAside } from "./assert-restorable.ts";
import { forgetWhatCameAfter } from "./forget-what-came-after.ts";
import { damagedBackup, noBackup, restoreFailure } from "./restore-errors.ts";
import { MIGRATIONS, schemaFault } from "./server-schema.ts";

/** How a server is ended, wherever it may run. */
const STOP_SERVER =
  "Stop the server first: Ctrl-C where ./bell up or ./bell server runs, or sudo systemctl stop tickerbell-server, " +
  "or docker compose stop server. Then restore again; nothing was changed.";

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
  const copy = `${file}.restoring`;
  assertRestorable(backupFile, { file, copy });
  const lock = lockAgainstServer(file);
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
    throw restoreFailure(error, file);
  } finally {
    removeDatabase(copy);
    lock.close();
  }
}

/** Throws AppError STORE_LOCKED with the ways to stop a server, and what lockDatabase() throws. */
function lockAgainstServer(file: string): { close(): void } {
  try {
    return lockDatabase({ file, owner: "server" });
  } catch (error) {
    if (!(error instanceof AppError && error.reason === "STORE_LOCKED")) throw error;
    throw new AppError("FAILED_PRECONDITION", "STORE_LOCKED", `a server that runs has the database ${file}`, {
      hint: STOP_SERVER,
      cause: error,
    });
  }
}

/**
 * A database that was set aside by an earlier restore has its write-ahead log beside it, which belongs to it. What lies beside a backup
 * is another's, and SQLite would play it in.
 */
function copyDatabase(from: string, to: string): void {
  const parts = isSetAside(from) ? ["", "-wal"] : [""];
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
    const fault = schemaFault(db);
    if (fault !== null) throw noBackup(backupFile, fault);
    const found = String(db.pragma("integrity_check(1)", { simple: true }));
    if (found !== "ok") throw damagedBackup(backupFile, found);
    db.pragma("journal_mode = DELETE");
    db.pragma("synchronous = FULL");
    migrate(db, MIGRATIONS);
    forgetWhatCameAfter(db, now, COOLDOWN_MS);
    return countsOf(db);
  } catch (error) {
    if (!isSqlite(error)) throw error;
    const told = storeError(error, backupFile);
    throw told.reason === "STORE_CORRUPT" ? damagedBackup(backupFile, error.message, error) : error;
  } finally {
    db.close();
  }
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

/** `20261122-143000`, UTC. */
function stampOf(now: TimeMs): string {
  return new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
}
