// The machine that everything runs on: one true time, which nobody inside sees; a wall clock that can be set; a monotonic clock that
// begins anew with each boot. Processes have clocks of their own on it, so that one can be killed: who slept in it never wakes.
import { HOUR_MS, type TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { SkippingClock } from "../support/skipping-clock.ts";

/** A mail is made in eleven turns. */
const QUIET_TURNS = 16;
/** The machine has been up for so long when a trial begins. */
const UP_MS = HOUR_MS;

export class Machine {
  readonly #true: SkippingClock;
  #bootedAt: TimeMs;
  #boots = 1;
  #wallOffsetMs = 0;

  constructor(now: TimeMs) {
    this.#true = new SkippingClock(now, QUIET_TURNS);
    this.#bootedAt = now - UP_MS;
  }

  /** The time that it really is. Only the world and its judge may look. */
  get trueMs(): TimeMs {
    return this.#true.now();
  }

  get wallMs(): TimeMs {
    return this.trueMs + this.#wallOffsetMs;
  }

  get monoMs(): number {
    return this.trueMs - this.#bootedAt;
  }

  get bootId(): string {
    return `boot-${this.#boots}`;
  }

  /** Somebody sets the wall clock. */
  setWall(wallMs: TimeMs): void {
    this.#wallOffsetMs = wallMs - this.trueMs;
  }

  /** The monotonic clock begins anew. Every process on it must have been killed before. */
  reboot(): void {
    this.#boots += 1;
    this.#bootedAt = this.trueMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#true.sleep(ms, signal);
  }

  runUntil(trueMs: TimeMs): Promise<void> {
    return this.#true.runUntil(trueMs);
  }
}

/** The clocks as one process sees them. */
export class ProcessClock implements Clock {
  readonly #machine: Machine;
  /** Faster than true time if more than 1: what a machine with a bad crystal does, and how an oracle is tried. */
  readonly #rate: number;
  readonly #sleeps = new Set<AbortController>();
  #isDead = false;

  constructor(machine: Machine, rate = 1) {
    this.#machine = machine;
    this.#rate = rate;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  now(): TimeMs {
    return this.#machine.wallMs;
  }

  monotonic(): number {
    return Math.round(this.#machine.monoMs * this.#rate);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#isDead) return new Promise(() => undefined);
    return new Promise((resolve, reject) => {
      const own = new AbortController();
      const abort = (): void => own.abort(signal?.reason);
      if (signal?.aborted === true) abort();
      signal?.addEventListener("abort", abort, { once: true });
      this.#sleeps.add(own);
      const end = (then: () => void): void => {
        signal?.removeEventListener("abort", abort);
        this.#sleeps.delete(own);
        if (!this.#isDead) then();
      };
      this.#machine.sleep(Math.ceil(ms / this.#rate), own.signal).then(
        () => end(resolve),
        () => end(() => reject(own.signal.reason as Error)),
      );
    });
  }

  /** Nothing in this process goes on. */
  kill(): void {
    this.#isDead = true;
    for (const sleep of this.#sleeps) sleep.abort();
  }
}
