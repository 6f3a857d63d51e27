import { AppError } from "../../domain/error.ts";
import type { Log } from "../../runtime/log/log.ts";
import { codeOf, storeError } from "../../runtime/sqlite/store-error.ts";

/** Carries out writes, and tells of a disk that does not do its part: once when that begins or becomes another trouble, and once when it is over. */
export class LedgerTrouble {
  readonly #file: string;
  readonly #log: Log;
  /** SQLite's code of the trouble there is; null while there is none. */
  #code: string | null = null;

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
  }

  /** False if the disk did not do its part. Throws what is no failure of the disk: that is a defect. */
  write(work: () => void): boolean {
    try {
      work();
    } catch (error) {
      this.#note(error);
      return false;
    }
    if (this.#code !== null) this.#log.info({ file: this.#file }, "requests can be written down again");
    this.#code = null;
    return true;
  }

  #note(error: unknown): void {
    const code = codeOf(error);
    if (!code.startsWith("SQLITE_") || code.startsWith("SQLITE_CONSTRAINT")) throw error;
    if (this.#code === code) return;
    this.#code = code;
    const { reason, message, hint } = ledgerError(error, this.#file);
    const text = "requests cannot be written down: a key with limits asks nothing until they can; it is tried again";
    this.#log.error({ reason, code, detail: message, hint }, text);
  }
}

/** What a failure of SQLite, or of the system with the ledger's file, means. There is no backup of it, and no need for one. */
export function ledgerError(error: unknown, file: string): AppError {
  const told = storeError(error, file);
  if (told.reason !== "STORE_CORRUPT") return told;
  const hint = `Move ${file} and the files beside it away: a new one is begun. What was asked in the last 24 hours is forgotten with it, so the service may refuse for some hours.`;
  return new AppError(told.code, told.reason, told.message, { hint, cause: error });
}
