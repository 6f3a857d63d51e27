import { write, writeSync } from "node:fs";
import { codeOf } from "../sqlite/store-error.ts";

/** What waits to be written, in characters; what comes when that is full is left out. */
const WAITING_MAX = 1_000_000;
/** What a reader that takes nothing for the moment makes the system answer. */
const AGAIN = ["EAGAIN", "EBUSY"];
/** Such a reader is tried again after so long. */
const RETRY_MS = 100;
/** How long the end of the process waits for it. */
const END_LIMIT_MS = 1_000;
const END_RETRY_MS = 10;

/**
 * Where a log goes. Lines are written in their order, and never is a process held up, ended or kept from ending because they cannot be:
 * they wait until the reader reads on, or until there is room on the disk again and another line comes. In the end the rest is tried once
 * more.
 */
export class StandardOutput {
  readonly #descriptor: number;
  /** What is written first, and what comes after it. */
  #next: Buffer = Buffer.alloc(0);
  #waiting = "";
  /** Whether the system has `next` in hand. */
  #isWriting = false;
  #retry: NodeJS.Timeout | null = null;
  #isUsed = false;

  /** `descriptor` is open, and stays so. */
  constructor(descriptor = 1) {
    this.#descriptor = descriptor;
  }

  /** Takes a line with its end. */
  write(line: string): void {
    if (!this.#isUsed) process.once("exit", () => this.#writeRest());
    this.#isUsed = true;
    if (this.#waiting.length + line.length > WAITING_MAX) return;
    this.#waiting += line;
    if (!this.#isWriting && this.#retry === null) this.#writeOn();
  }

  #writeOn(): void {
    if (this.#next.length === 0) {
      this.#next = Buffer.from(this.#waiting);
      this.#waiting = "";
    }
    if (this.#next.length === 0) return;
    this.#isWriting = true;
    write(this.#descriptor, this.#next, (error, count) => {
      this.#isWriting = false;
      if (error === null) {
        this.#next = this.#next.subarray(count);
        this.#writeOn();
      } else if (AGAIN.includes(codeOf(error))) {
        this.#retry = setTimeout(() => {
          this.#retry = null;
          this.#writeOn();
        }, RETRY_MS).unref();
      }
    });
  }

  #writeRest(): void {
    let rest = Buffer.concat([this.#isWriting ? Buffer.alloc(0) : this.#next, Buffer.from(this.#waiting)]);
    const end = performance.now() + END_LIMIT_MS;
    while (rest.length > 0 && performance.now() < end) {
      try {
        rest = rest.subarray(writeSync(this.#descriptor, rest));
      } catch (error) {
        if (!AGAIN.includes(codeOf(error))) return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, END_RETRY_MS);
      }
    }
  }
}
