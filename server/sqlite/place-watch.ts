import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { OpenedFiles, type FilesFault } from "../../runtime/sqlite/opened-files.ts";
import { corrupt, storeError } from "../../runtime/sqlite/store-error.ts";
import type { StoreCondition } from "./store-condition.ts";

const RETRY_MS = 1_000;

/**
 * Finds out that the open database was removed, cut off, or another put in its place: the system lets its process write on into a file
 * that has no name any more, and all that was acknowledged would be gone with the process.
 */
export class PlaceWatch {
  readonly #file: string;
  readonly #condition: StoreCondition;
  readonly #files: OpenedFiles;
  #lookedMs = -Infinity;

  /** To be made when the database has just been opened: what is there now is what is open. */
  constructor(file: string, condition: StoreCondition) {
    this.#file = file;
    this.#condition = condition;
    this.#files = new OpenedFiles(file);
  }

  /**
   * Called before every write; looks once a second, so that no more than a second's acknowledgements are at risk. Throws AppError
   * STORE_UNAVAILABLE: for good when another file or none is there; for now when the system cannot say. STORE_CORRUPT when it is shorter
   * than it was.
   */
  look(monoMs: number): void {
    if (monoMs - this.#lookedMs < SECOND_MS) return;
    const fault = this.#fault();
    if (fault?.kind === "lost") {
      const lost = new AppError("UNAVAILABLE", "STORE_UNAVAILABLE", fault.text, {
        hint: "Never touch the database's files while the server runs; put the last backup in their place: ./bell restore FILE.",
        retryAfterMs: RETRY_MS,
      });
      this.#condition.noteLost(lost);
      throw lost;
    }
    if (fault?.kind === "cut") {
      const cut = corrupt(fault.text, this.#file);
      this.#condition.note(cut);
      throw cut;
    }
    this.#lookedMs = monoMs;
  }

  #fault(): FilesFault | undefined {
    try {
      return this.#files.fault();
    } catch (error) {
      const told = storeError(error, this.#file);
      this.#condition.note(told);
      throw told;
    }
  }
}
