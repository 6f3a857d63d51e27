import type { TimeMs } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";

/** "Now" in event time: the wall clock, or in replays the newest `as of` that was accepted. */
export interface EventClock {
  now(): TimeMs;
  /** Tells it what was accepted. */
  advance(asOfMs: TimeMs): void;
  /** Whether a quote may speak as of this moment yet; if not, it is put off. */
  hasReached(asOfMs: TimeMs): boolean;
}

/** Two machines' clocks may differ so much without a quote being put off. */
const TOLERANCE_MS = 2_000;

/** Event time is the wall clock's. */
export class WallEventClock implements EventClock {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): TimeMs {
    return this.#clock.now();
  }

  advance(): void {
    // the wall clock goes on by itself
  }

  hasReached(asOfMs: TimeMs): boolean {
    return asOfMs <= this.#clock.now() + TOLERANCE_MS;
  }
}

/** Event time is the data's: it stands where the newest quote stands. */
export class DataEventClock implements EventClock {
  #newest: TimeMs;

  constructor(newestAsOf: TimeMs | null) {
    this.#newest = newestAsOf ?? 0;
  }

  now(): TimeMs {
    return this.#newest;
  }

  advance(asOfMs: TimeMs): void {
    this.#newest = Math.max(this.#newest, asOfMs);
  }

  hasReached(): boolean {
    return true;
  }
}
