import { statSync } from "node:fs";
import { MINUTE_MS } from "../../domain/time.ts";
import type { Log } from "../../runtime/log/log.ts";

/** A write-ahead log this long is one that somebody's long read keeps from being moved into the database. */
const LONG_LOG_BYTES = 64 * 1024 * 1024;

/** Says, once, when the write-ahead log has grown long, and when it is short again. */
export class LogWatch {
  readonly #file: string;
  readonly #log: Log;
  #lookedMs = -Infinity;
  #isLong = false;

  constructor(databaseFile: string, log: Log) {
    this.#file = `${databaseFile}-wal`;
    this.#log = log;
  }

  /** Called at every write; looks once a minute. */
  look(monoMs: number): void {
    if (monoMs - this.#lookedMs < MINUTE_MS) return;
    this.#lookedMs = monoMs;
    const bytes = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes > LONG_LOG_BYTES === this.#isLong) return;
    this.#isLong = !this.#isLong;
    if (this.#isLong)
      this.#log.warn(
        { bytes },
        "the write-ahead log grows: a long read holds it (a backup, the check after a start, another program)",
      );
    else this.#log.info({ bytes }, "the write-ahead log is short again");
  }
}
