// What a restore says when it cannot be done. The words that the server has for its database's troubles do not fit: nothing tries a
// restore again by itself, and whoever hears that a backup is damaged is not helped by "restore a backup".
import { dirname } from "node:path";
import { AppError } from "../../domain/error.ts";
import { isFull, storeError } from "../../runtime/sqlite/store-error.ts";

/** The file is not what `bell backup` writes. */
export function noBackup(file: string, why: string, cause?: unknown): AppError {
  return notRestorable(`${file} is no Tickerbell backup: ${why}`, cause);
}

/** The file is not to be restored, whatever is in it. */
export function notRestorable(message: string, cause?: unknown): AppError {
  return new AppError("INVALID_ARGUMENT", "FIELD_INVALID", message, {
    hint: "Name a file that ./bell backup wrote, and that you may read. Nothing was changed.",
    cause,
  });
}

/** The file was a backup once. `what` says what was found. */
export function damagedBackup(file: string, what: string, cause?: unknown): AppError {
  const message = `the backup ${file} is damaged: ${what.replaceAll("\n", " ")}`;
  return new AppError("DATA_LOSS", "STORE_CORRUPT", message, {
    hint: "Nothing was changed. Restore another backup.",
    cause,
  });
}

/** What the system, or SQLite, says while the database at `file` is being replaced; anything else comes back as it is. */
export function restoreFailure(error: unknown, file: string): unknown {
  if (error instanceof AppError || !(error instanceof Error && "code" in error)) return error;
  if (!isFull(error)) return storeError(error, file);
  return new AppError("RESOURCE_EXHAUSTED", "STORE_FULL", `there is no room at ${dirname(file)} to restore`, {
    hint: "Free space there, then restore again.",
    cause: error,
  });
}
