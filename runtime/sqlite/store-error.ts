import { dirname } from "node:path";
import { AppError } from "../../domain/error.ts";

/** When a full disk is asked again: room does not come back in a moment. */
const FULL_RETRY_MS = 5_000;
/** When a lock or a disk that failed is asked again. */
const RETRY_MS = 1_000;

/** SQLite's names for it, the second where there is no room for what its connections share; and the system's. */
const FULL = ["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "ENOSPC", "EDQUOT"];

/** What a failure of SQLite, or of the system with a database's file, means to whoever called. */
export function storeError(error: unknown, file: string): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") return corrupt(text, file, error);
  if (isFull(error)) {
    return new AppError("RESOURCE_EXHAUSTED", "STORE_FULL", `there is no room left for the database ${file}`, {
      hint: `Free space at ${dirname(file)}; nothing has to be started anew.`,
      retryAfterMs: FULL_RETRY_MS,
      cause: error,
    });
  }
  if (isLock(error)) {
    return new AppError("UNAVAILABLE", "STORE_UNAVAILABLE", `another program holds the database ${file} locked`, {
      hint: "It is tried again by itself; end the program that holds it, such as a sqlite3 with a transaction.",
      retryAfterMs: RETRY_MS,
      cause: error,
    });
  }
  return new AppError("UNAVAILABLE", "STORE_UNAVAILABLE", `the database ${file} cannot be used: ${text}`, {
    hint: "Check that its folder exists, can be written and has free space, and that its disk is sound.",
    retryAfterMs: RETRY_MS,
    cause: error,
  });
}

/** What damage means: writes are refused until a backup is in the database's place. `text` says what was found. */
export function corrupt(text: string, file: string, cause?: unknown): AppError {
  return new AppError("DATA_LOSS", "STORE_CORRUPT", `the database ${file} is damaged: ${text}`, {
    hint: "Stop the process and put a backup in its place; for the server's: ./bell restore FILE.",
    cause,
  });
}

/** Whether there was no room on the disk, or no more of it for this user. */
export function isFull(error: unknown): boolean {
  return FULL.includes(codeOf(error));
}

/** Whether another connection's lock was in the way. */
export function isLock(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
}

/** Whether SQLite itself failed. */
export function isSqlite(error: unknown): error is Error {
  return codeOf(error).startsWith("SQLITE_");
}

/** SQLite's own name for what went wrong; empty for anything else. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
