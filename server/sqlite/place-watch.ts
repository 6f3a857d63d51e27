import { statSync } from "node:fs";
import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { storeError } from "../../runtime/sqlite/store-error.ts";
import type { StoreCondition } from "./store-condition.ts";

/** What a commit goes into, sooner or later. */
const PARTS = ["", "-wal"];
const RETRY_MS = 1_000;

/**
 * Finds out that the open database was removed, or another put in its place: the system lets its process write on into a file that has
 * no name any more, and all that was acknowledged would be gone with the process.
 */
export class PlaceWatch {
  readonly #file: string;
  readonly #condition: StoreCondition;
  readonly #opened: readonly (string | null)[];
  #lookedMs = -Infinity;

  /** To be made when the database has just been opened: what is there now is what is open. */
  constructor(file: string, condition: StoreCondition) {
    this.#file = file;
    this.#condition = condition;
    this.#opened = PARTS.map((part) => identityOf(file + part));
  }

  /**
   * Called before every write; looks once a second, so that no more than a second's acknowledgements are at risk. Throws AppError
   * STORE_UNAVAILABLE: for good when another file or none is there; for now when the system cannot say.
   */
  look(monoMs: number): void {
    if (monoMs - this.#lookedMs < SECOND_MS) return;
    const strange = this.#strange();
    if (strange !== undefined) {
      const message = `${strange} was removed or replaced while the database was open`;
      const lost = new AppError("UNAVAILABLE", "STORE_UNAVAILABLE", message, {
        hint: "Never touch the database's files while the server runs; put the last backup in their place: ./bell restore FILE.",
        retryAfterMs: RETRY_MS,
      });
      this.#condition.noteLost(lost);
      throw lost;
    }
    this.#lookedMs = monoMs;
  }

  /** The first file that is not the one that was opened. */
  #strange(): string | undefined {
    try {
      return PARTS.map((part) => this.#file + part).find((path, at) => identityOf(path) !== this.#opened[at]);
    } catch (error) {
      const told = storeError(error, this.#file);
      this.#condition.note(told);
      throw told;
    }
  }
}

/** Which file it is, by whatever name; null when there is none. The number is not given to another while the file is open. */
function identityOf(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}
