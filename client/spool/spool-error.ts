import { AppError } from "../../domain/error.ts";
import { storeError } from "../../runtime/sqlite/store-error.ts";

/** What a failure of SQLite, or of the system with the spool's file, means. There is no backup of a spool, and no need for one. */
export function spoolError(error: unknown, file: string): AppError {
  const told = storeError(error, file);
  if (told.reason !== "STORE_CORRUPT") return told;
  const hint = `Move ${file} and the files beside it away: a new spool is begun, and the server keeps what it has acknowledged.`;
  return new AppError(told.code, told.reason, told.message, { hint, cause: error });
}
