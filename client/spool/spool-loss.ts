import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { OpenedFiles, type FilesFault } from "../../runtime/sqlite/opened-files.ts";
import { corrupt } from "../../runtime/sqlite/store-error.ts";
import { spoolError } from "./spool-error.ts";

interface SpoolLossOptions {
  /** The spool's, which has just been opened. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Notices that nothing of the spool would be found by the next fetcher: its file was removed or replaced, which SQLite does not see, or
 * it is damaged. The fetcher has to end then, and to begin anew with another; after a removal not before all of it is sent, for what the
 * open file holds is nowhere else.
 */
export class SpoolLoss {
  readonly #options: SpoolLossOptions;
  readonly #files: OpenedFiles;
  readonly #failed = Promise.withResolvers<AppError>();
  #lookedMs = -Infinity;
  #lost: AppError | null = null;

  constructor(options: SpoolLossOptions) {
    this.#options = options;
    this.#files = new OpenedFiles(options.file);
  }

  /** Resolves, with what the fetcher must end with, when the time for it has come. */
  get failed(): Promise<AppError> {
    return this.#failed.promise;
  }

  /** Called before what must last is written, when the spool holds `spooled` quotes; looks once a second. */
  look(spooled: number): void {
    const now = this.#options.clock.monotonic();
    if (this.#lost !== null || now - this.#lookedMs < SECOND_MS) return;
    this.#lookedMs = now;
    const fault = this.#fault();
    if (fault?.kind === "lost") this.#noteLost(fault.text, spooled);
    if (fault?.kind === "cut") {
      const { file, log } = this.#options;
      const error = spoolError(corrupt(fault.text, file), file);
      log.error({ reason: error.reason, detail: error.message, hint: error.hint, spooled }, "the spool is damaged");
      this.noteDamage(error);
    }
  }

  /** It is damaged, and that has been said. */
  noteDamage(error: AppError): void {
    this.#lost = error;
    this.#failed.resolve(error);
  }

  /** The spool holds nothing now. */
  noteEmpty(): void {
    if (this.#lost !== null) this.#failed.resolve(this.#lost);
  }

  #fault(): FilesFault | undefined {
    try {
      return this.#files.fault();
    } catch {
      return undefined; // whoever writes now will say what is wrong with the disk
    }
  }

  #noteLost(text: string, spooled: number): void {
    const hint = "Never touch the spool's files while the fetcher runs; started anew, it begins a new spool.";
    this.#lost = new AppError("INTERNAL", "STORE_UNAVAILABLE", text, { hint });
    const fields = { reason: "STORE_UNAVAILABLE", detail: text, hint, spooled };
    this.#options.log.error(fields, "the spool is lost if the fetcher is killed: it ends by itself when all is sent");
  }
}
