import Database from "better-sqlite3";
import { dirname } from "node:path";
import { AppError } from "../../domain/error.ts";
import { makeFolder } from "../config/make-folder.ts";
import { configError } from "../config/read-settings.ts";
import type { DatabasePlace } from "./database-place.ts";
import { codeOf, isFull, isLock, storeError } from "./store-error.ts";

/**
 * A second, empty database whose exclusive lock is held for as long as its process lives. The system frees it whatever way the
 * process ends, so no stale lock is ever left behind; and readers of the real database are not locked out. Makes the folder.
 * Throws AppError: STORE_LOCKED when another process has it, CONFIG_INVALID for a folder that cannot be made, STORE_UNAVAILABLE and
 * STORE_FULL.
 */
export function lockDatabase({ file, owner }: Pick<DatabasePlace, "file" | "owner">): { close(): void } {
  let lock: Database.Database | null = null;
  try {
    makeDataFolder(dirname(file));
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

/** Both owners keep their database in the folder that this setting names. */
function makeDataFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    if (isFull(error)) throw error;
    const message = `the folder ${folder} cannot be made (${codeOf(error)}); name one in a place that you may write to`;
    throw configError([{ field: "BELL_DATA_DIR", reason: "CONFIG_INVALID", message }]);
  }
}
