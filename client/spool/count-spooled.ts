import Database from "better-sqlite3";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TimeMs } from "../../domain/time.ts";
import { storeError } from "../../runtime/sqlite/store-error.ts";
import { SPOOL_NAME } from "../config.ts";
import { SpoolTable } from "./spool-table.ts";

/** What waits in a spool, seen from outside. */
export interface SpooledCount {
  readonly file: string;
  readonly count: number;
  /** When the one that is sent first was fetched; null when nothing waits. */
  readonly oldestFetchTimeMs: TimeMs | null;
}

/**
 * Looks into the spool of a data folder, whether or not its fetcher runs; null where there is none. Changes nothing in it and locks
 * nobody out. Throws AppError STORE_CORRUPT and STORE_UNAVAILABLE when it cannot be read.
 */
export function countSpooled(dataFolder: string): SpooledCount | null {
  const file = join(dataFolder, SPOOL_NAME);
  if (!existsSync(file)) return null;
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { readonly: true });
    const table = new SpoolTable(db);
    return { file, count: table.count().count, oldestFetchTimeMs: table.firstFetchTime() };
  } catch (error) {
    throw storeError(error, file);
  } finally {
    db?.close();
  }
}
