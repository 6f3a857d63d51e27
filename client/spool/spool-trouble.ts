import type { AppError } from "../../domain/error.ts";
import type { Log } from "../../runtime/log/log.ts";
import { codeOf } from "../../runtime/sqlite/store-error.ts";
import { spoolError } from "./spool-error.ts";

export interface SpoolTroubleOptions {
  readonly file: string;
  readonly log: Log;
  /** What is said when it begins. */
  readonly began: string;
  /** What is said when it is over. */
  readonly ended: string;
  /** Told of damage, which trying again does not mend. */
  readonly onDamage: (error: AppError) => void;
}

/** Tells of a disk that does not do its part: once when it begins or becomes another one, and once when it is over. */
export class SpoolTrouble {
  readonly #options: SpoolTroubleOptions;
  /** SQLite's code of the trouble there is; null while there is none. */
  #code: string | null = null;

  constructor(options: SpoolTroubleOptions) {
    this.#options = options;
  }

  /** It failed so. Rethrows what is no failure of the disk: that is a defect. */
  note(error: unknown, fields: object = {}): void {
    const code = codeOf(error);
    if (!code.startsWith("SQLITE_") || code.startsWith("SQLITE_CONSTRAINT")) throw error;
    if (this.#code === code) return;
    this.#code = code;
    const { file, log, began, onDamage } = this.#options;
    const told = spoolError(error, file);
    const { reason, message, hint } = told;
    log.error({ reason, code, detail: message, hint, ...fields }, began);
    if (reason === "STORE_CORRUPT") onDamage(told);
  }

  /** It worked. */
  end(fields: object = {}): void {
    if (this.#code === null) return;
    this.#code = null;
    this.#options.log.info(fields, this.#options.ended);
  }
}
