// What fills holes waits in memory until it is handed on. While that stands still, because the spool is full, no more bars are asked for: they
// stay where they are, at the exchange, and fill the holes later.
import type { Clock } from "../../../runtime/clock/clock.ts";
import type { StreamResult } from "../source.ts";
import type { KlineService, Klines, KlinesWanted } from "./klines.ts";

/** So many prices may wait, of all symbols together, and those of one more answer: a few MB. A week of 300 pairs is three million. */
export const WAITING_MAX = 20_000;

export interface FillQueueOptions {
  readonly klines: Pick<KlineService, "ask">;
  readonly clock: Pick<Clock, "monotonic">;
}

/** What is due of all holes, oldest first, and the questions that bring more of it, one after the other. */
export class FillQueue {
  readonly #options: FillQueueOptions;
  readonly #results: StreamResult[] = [];
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();
  /** When there was room again, on the monotonic clock. */
  #freeAt = -Infinity;
  #onRoom: () => void = () => undefined;

  constructor(options: FillQueueOptions) {
    this.#options = options;
  }

  /** Until when there was no room, on the monotonic clock; now, while there is none. No source is to blame for that time. */
  get fullUntil(): number {
    return this.#isFull ? this.#options.clock.monotonic() : this.#freeAt;
  }

  push(result: StreamResult): void {
    this.#results.push(result);
    this.#waiting += sizeOf(result);
  }

  shift(): StreamResult | undefined {
    const result = this.#results.shift();
    if (result === undefined) return undefined;
    const wasFull = this.#isFull;
    this.#waiting -= sizeOf(result);
    if (wasFull && this.#waiting < WAITING_MAX) {
      this.#freeAt = this.#options.clock.monotonic();
      this.#onRoom();
    }
    return result;
  }

  /** Asks as KlineService does, as soon as there is room for the answer. Throws only the signal's reason. */
  ask(symbol: string, wanted: KlinesWanted, signal: AbortSignal): Promise<Klines> {
    const asked = this.#turn.then(async () => {
      while (this.#isFull && !signal.aborted) await this.#room(signal);
      return this.#options.klines.ask(symbol, wanted, signal);
    });
    this.#turn = asked.catch(() => undefined);
    return asked;
  }

  get #isFull(): boolean {
    return this.#waiting >= WAITING_MAX;
  }

  /** Resolves when there is room, or at the signal. */
  async #room(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const end = (): void => resolve(undefined);
    this.#onRoom = end;
    signal.addEventListener("abort", end, { once: true });
    await promise;
    signal.removeEventListener("abort", end);
  }
}

function sizeOf(result: StreamResult): number {
  return result.kind === "quotes" ? result.quotes.length : 1;
}
