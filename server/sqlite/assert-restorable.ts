import { statSync } from "node:fs";
import { AppError } from "../../domain/error.ts";
import { readDatabaseHead } from "./database-head.ts";
import { noBackup, notRestorable } from "./restore-errors.ts";

/** What a restore calls a database that it sets aside. */
const SET_ASIDE = /\.replaced-\d{8}-\d{6}(-\d+)?$/;

/** The files that a restore writes, neither of which can be what it reads. */
interface RestorePlace {
  readonly file: string;
  /** What is checked before it takes the database's place; one that was left by a restore that was killed goes with the next. */
  readonly copy: string;
}

/**
 * Before anything is locked or made: a quick look keeps a film from filling the disk, and what the system says against the file is said
 * of the file. Throws AppError FIELD_INVALID.
 */
export function assertRestorable(backupFile: string, place: RestorePlace): void {
  assertOther(backupFile, place);
  try {
    assertDatabase(backupFile);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw noBackup(backupFile, `it cannot be read: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** Whether an earlier restore has set this database aside, with its own write-ahead log beside it. */
export function isSetAside(file: string): boolean {
  return SET_ASIDE.test(file);
}

/** By whatever name: links lead to the same file. */
function assertOther(backupFile: string, { file, copy }: RestorePlace): void {
  const given = identityOf(backupFile);
  if (given === null) return; // which the next look tells better
  if (given === identityOf(file)) throw notRestorable(`${backupFile} is the database itself, and no backup of it`);
  if (given === identityOf(copy)) throw notRestorable(`${backupFile} is what a restore has left unfinished`);
}

function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

function assertDatabase(backupFile: string): void {
  const found = statSync(backupFile, { throwIfNoEntry: false });
  if (found === undefined) throw noBackup(backupFile, "there is no such file");
  if (!found.isFile()) throw noBackup(backupFile, "it is no file");
  const { isDatabase, writesAhead } = readDatabaseHead(backupFile);
  if (!isDatabase) throw noBackup(backupFile, "it is no database");
  if (writesAhead && hasLogOfDoubt(backupFile)) {
    throw noBackup(backupFile, `nobody knows whether ${backupFile}-wal belongs to it; moved away, it is left out`);
  }
}

/** A copy that somebody made by hand may have its own log beside it, or that of another database of its name. */
function hasLogOfDoubt(backupFile: string): boolean {
  const log = statSync(`${backupFile}-wal`, { throwIfNoEntry: false });
  return log !== undefined && log.size > 0 && !isSetAside(backupFile);
}
