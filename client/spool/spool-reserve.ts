import { randomFillSync } from "node:crypto";
import { rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Enough for what SQLite's connections share, for a write-ahead log of some rows, and for the pages that an earlier one brings. */
const RESERVE_BYTES = 256 * 1024;
/** So much is left for the write-ahead log of a round's quotes. */
const LEFT_BYTES = 64 * 1024;

/**
 * Room on the disk that the spool holds for the time when there is no other. To forget what the server has, and even to open, SQLite has to
 * write; a spool that has filled its disk by itself could do neither ever again.
 */
export class SpoolReserve {
  readonly #file: string;
  #isGivenUp = false;

  /** Of the spool in this file. */
  constructor(file: string) {
    this.#file = `${file}.reserve`;
  }

  /** Gives the room up. False if there is none to give. */
  release(): boolean {
    try {
      rmSync(this.#file);
    } catch {
      return false;
    }
    this.#isGivenUp = true;
    return true;
  }

  /** Whether it was given up, and is not held again. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Holds room, less where there is hardly any. What goes wrong only means that there is no reserve. */
  keep(): void {
    try {
      const held = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
      const { bavail, bsize } = statfsSync(dirname(this.#file));
      const bytes = Math.min(RESERVE_BYTES, bavail * bsize + held - LEFT_BYTES);
      if (bytes <= held) return;
      writeFileSync(this.#file, randomFillSync(Buffer.alloc(bytes)), { mode: 0o600 }); // some disks keep no zeros
      this.#isGivenUp = false;
    } catch {
      this.release();
    }
  }
}
