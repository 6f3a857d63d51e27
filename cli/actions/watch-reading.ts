import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";

/** Between two tries to reach the server: the first soon, then further apart. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2 * SECOND_MS;

/** A stream that is opened again whenever it ends. */
export interface Reading<Item> {
  readonly open: () => AsyncIterable<Item>;
  readonly onItem: (item: Item) => void;
  /** The stream ended, or could not be opened. Throws what must not be tried again. */
  readonly onEnd: (error: AppError | null) => void;
}

/** Reads for ever. Rejects with what `onEnd` throws, with a defect, or with the reason of `signal`. */
export async function readForEver<Item>(reading: Reading<Item>, clock: Clock, signal: AbortSignal): Promise<never> {
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    try {
      for await (const item of reading.open()) {
        pauseMs = FIRST_PAUSE_MS;
        reading.onItem(item);
      }
      reading.onEnd(null);
    } catch (error) {
      if (signal.aborted || !(error instanceof AppError)) throw error;
      reading.onEnd(error);
    }
    await clock.sleep(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** Looks again and again, and at once when it is woken. */
export class Lookout {
  readonly #look: () => Promise<void>;
  readonly #everyMs: number;
  readonly #clock: Clock;
  #woken = new AbortController();

  constructor(look: () => Promise<void>, everyMs: number, clock: Clock) {
    this.#look = look;
    this.#everyMs = everyMs;
    this.#clock = clock;
  }

  /** Looks soon, also when a look is under way. */
  wake(): void {
    this.#woken.abort();
  }

  /** Rejects with what a look throws, or with the reason of `signal`. */
  async run(signal: AbortSignal): Promise<never> {
    for (;;) {
      this.#woken = new AbortController();
      await this.#look();
      const rest = AbortSignal.any([this.#woken.signal, signal]);
      await this.#clock.sleep(this.#everyMs, rest).catch(() => undefined);
      signal.throwIfAborted();
    }
  }
}

/** Whether the same may go well later. */
export function isPassing(error: AppError): boolean {
  return ["UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "CANCELLED", "INTERNAL"].includes(error.code);
}
