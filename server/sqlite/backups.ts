import { rmSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { errorFromAnswer } from "./jobs/error-from-answer.ts";
import { runJob } from "./jobs/run-job.ts";
import { storeError } from "../../runtime/sqlite/store-error.ts";
import type { StoreCondition } from "./store-condition.ts";
import { freeAt, sizeOf } from "./store-health.ts";

const SCRIPT = join(import.meta.dirname, "jobs", "copy-file.ts");
/** Bytes of one part. */
const PART_BYTES = 256 * 1024;
/** What a copy must leave free on the disk: quotes go on meanwhile. */
const RESERVE_BYTES = 64 * 1024 * 1024;
const RETRY_MS = 10_000;

/** Copies of the database as it stands, one at a time. Each goes through a file beside the database that is gone when it ends. */
export class Backups {
  readonly #file: string;
  readonly #copyFile: string;
  readonly #condition: StoreCondition;
  readonly #closing = new AbortController();
  #isUnderWay = false;

  constructor(file: string, condition: StoreCondition) {
    this.#file = file;
    this.#copyFile = `${file}.backing-up`;
    this.#condition = condition;
    for (const name of this.#leftovers()) rmSync(name, { force: true }); // of a server that was killed
  }

  /**
   * The bytes of a copy that holds everything committed before the first is asked for. Throws AppError: TOO_MANY while another is
   * taken, STORE_FULL without room for it, STORE_CORRUPT when the database is damaged.
   */
  async *take(signal: AbortSignal): AsyncGenerator<Buffer, void> {
    if (this.#isUnderWay) {
      throw new AppError("RESOURCE_EXHAUSTED", "TOO_MANY", "another backup is being taken; one at a time", {
        hint: "Try again when it has ended.",
        retryAfterMs: RETRY_MS,
      });
    }
    this.#isUnderWay = true;
    try {
      await this.#removeCopy(); // which the one before could not
      await this.#assertRoom();
      await this.#copy(AbortSignal.any([signal, this.#closing.signal]));
      yield* partsOf(this.#copyFile);
    } finally {
      await this.#removeCopy().finally(() => (this.#isUnderWay = false));
    }
  }

  /** Ends a copy that is being made. */
  close(): void {
    this.#closing.abort(new AppError("UNAVAILABLE", "SERVER_STOPPING", "the server ends; the backup is not whole"));
  }

  async #assertRoom(): Promise<void> {
    const [free, size, log] = await Promise.all([freeAt(this.#file), sizeOf(this.#file), sizeOf(`${this.#file}-wal`)]);
    if (free === null || free >= size + log + RESERVE_BYTES) return;
    const message = `a backup needs ${size + log + RESERVE_BYTES} bytes beside ${this.#file}, and ${free} are free`;
    throw new AppError("RESOURCE_EXHAUSTED", "STORE_FULL", message, { hint: "Free space on the server's disk." });
  }

  async #copy(signal: AbortSignal): Promise<void> {
    await (await open(this.#copyFile, "wx", 0o600)).close(); // SQLite would let others read it
    const error = errorFromAnswer(await runJob(SCRIPT, [this.#file, this.#copyFile], signal), this.#file);
    if (error?.reason === "STORE_CORRUPT") this.#condition.note(error);
    if (error !== null) throw error;
  }

  async #removeCopy(): Promise<void> {
    try {
      for (const name of this.#leftovers()) await rm(name, { force: true });
    } catch (error) {
      throw storeError(error, this.#file);
    }
  }

  #leftovers(): string[] {
    return ["", "-journal", "-wal", "-shm"].map((end) => this.#copyFile + end);
  }
}

async function* partsOf(file: string): AsyncGenerator<Buffer, void> {
  const copy = await open(file);
  try {
    for (;;) {
      const { bytesRead, buffer } = await copy.read({ buffer: Buffer.allocUnsafe(PART_BYTES) });
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await copy.close();
  }
}
