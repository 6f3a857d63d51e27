import Database from "better-sqlite3";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { AppError } from "../../domain/error.ts";
import type { DatabasePlace } from "./database-place.ts";
import { isLock, storeError } from "./store-error.ts";

/**
 * A second, empty database whose exclusive lock is held for as long as its process lives. The system frees it whatever way the
 * process ends, so no stale lock is ever left behind; and readers of the real database are not locked out. Makes the folder.
 * Throws AppError: STORE_LOCKED when another process has it, STORE_UNAVAILABLE and STORE_FULL.
 */
export function lockDatabase({ file, owner }: Pick<DatabasePlace, "file" | "owner">): { close(): void } {
  let lock: Database.Database | null = null;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    lock = new Database(`${file}.lock`, { timeout: 0 });
    lock.pragma("journal_mode = MEMORY"); // a file of its own would need room, which a full disk has not
    lock.exec("BEGIN EXCLUSIVE");
    const held = lock;
    return { close: () => held.close() };
  } catch (error) {
    lock?.close();
    if (isLock(error)) {
      throw new AppError("FAILED_PRECONDITION", "STORE_LOCKED", `another ${owner} has the database ${file}`, {
        hint: `Stop that ${owner} first, or give this one a folder of its own with BELL_DATA_DIR.`,
        cause: error,
      });
    }
    throw storeError(error, file);
  }
}
