import type { TimeMs } from "../../domain/time.ts";
import type { Clock } from "./clock.ts";

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** A clock for tests: it moves only when told, and wakes who sleeps past the new time. */
export class FakeClock implements Clock {
  #now: TimeMs;
  #monotonic: number;
  #sleepers: Sleeper[] = [];

  constructor(now: TimeMs, monotonic = 1_000_000) {
    this.#now = now;
    this.#monotonic = monotonic;
  }

  now(): TimeMs {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const sleeper = { wakeAt: this.#monotonic + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason as Error);
      });
    });
  }

  /** Both clocks go on by `ms`. */
  advance(ms: number): void {
    this.#now += ms;
    this.#monotonic += ms;
    const due = this.#sleepers.filter((sleeper) => sleeper.wakeAt <= this.#monotonic);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.wakeAt > this.#monotonic);
    for (const sleeper of due) sleeper.wake();
  }

  /** Only the wall clock steps, as when somebody sets it. */
  step(ms: number): void {
    this.#now += ms;
  }

  /** How many callers sleep right now. */
  get sleeping(): number {
    return this.#sleepers.length;
  }
}
