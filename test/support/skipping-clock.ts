import { setImmediate as nextTurn } from "node:timers/promises";
import type { TimeMs } from "../../domain/time.ts";
import type { BootClock } from "../../runtime/clock/boot-clock.ts";
import type { Clock } from "../../runtime/clock/clock.ts";

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/**
 * So many turns of the event loop in which nobody goes to sleep: all that can happen at this moment has happened. Who makes mails
 * meanwhile needs more.
 */
const QUIET_TURNS = 6;

/** A clock on which a week passes as fast as its work is done: it jumps from one sleeper's waking to the next. */
export class SkippingClock implements Clock, BootClock {
  readonly bootId = "trial";
  #now: TimeMs;
  #sleepers: Sleeper[] = [];
  #sleeps = 0;
  readonly #quietTurns: number;

  constructor(now: TimeMs, quietTurns = QUIET_TURNS) {
    this.#now = now;
    this.#quietTurns = quietTurns;
  }

  now(): TimeMs {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  sinceBootMs(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.#sleeps += 1;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const sleeper = { wakeAt: this.#now + Math.max(0, ms), wake };
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      signal?.addEventListener("abort", end);
      this.#sleepers.push(sleeper);
    });
  }

  /** Lets everybody do what they have to do until then. */
  async runUntil(endMs: TimeMs): Promise<void> {
    await this.settle();
    for (;;) {
      const next = Math.min(...this.#sleepers.map(({ wakeAt }) => wakeAt));
      if (next > endMs) break;
      this.#now = Math.max(this.#now, next);
      const due = this.#sleepers.filter(({ wakeAt }) => wakeAt <= this.#now);
      this.#sleepers = this.#sleepers.filter(({ wakeAt }) => wakeAt > this.#now);
      for (const sleeper of due) sleeper.wake();
      await this.settle();
    }
    this.#now = Math.max(this.#now, endMs);
  }

  /** Lets everybody do what they have to do now. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < this.#quietTurns; quiet += 1) {
      const before = this.#sleeps;
      await nextTurn();
      if (this.#sleeps !== before) quiet = 0;
    }
  }
}
