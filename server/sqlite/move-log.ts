import type Database from "better-sqlite3";
import { isSqlite } from "../../runtime/sqlite/store-error.ts";

/**
 * Moves the write-ahead log into the database as far as nobody reads in it, as SQLite itself does after a commit that made the log long.
 * What fails is left for the next time, as it is there: it endangers nothing, and what ails the disk is found by the next commit.
 */
export function moveLog(db: Database.Database): void {
  if (!db.open) return;
  try {
    db.pragma("wal_checkpoint(PASSIVE)");
  } catch (error) {
    if (!isSqlite(error)) throw error;
  }
}
