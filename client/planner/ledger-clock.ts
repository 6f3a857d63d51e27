// A day's limit has to hold whatever somebody does to the machine's clock, and over restarts. So the ledger has a clock of its own: it
// starts as the wall clock and then runs with the time since boot, which nobody can set.
import type { TimeMs } from "../../domain/time.ts";
import type { BootClock } from "../../runtime/clock/boot-clock.ts";

/** Where the ledger's clock stood when it was last written down. */
export interface ClockMark {
  readonly ledgerTimeMs: number;
  readonly sinceBootMs: number;
  readonly bootId: string | null;
}

/**
 * Never goes back, and within one boot of the machine never faster than time itself: a wall clock that is set, either way, frees no
 * request. After another boot, or where boots cannot be told apart, it goes on from where it stood, or from the wall clock if that is
 * later: time in which the machine was off has passed. Only a clock that is set forward across a reboot frees requests too early;
 * then the service's own refusal is what stops them.
 */
export class LedgerClock {
  readonly #boot: BootClock;
  readonly #startMs: number;
  readonly #startSinceBootMs: number;
  #latestMs: number;

  /** `mark` null: nothing was written down yet. */
  constructor(mark: ClockMark | null, wallMs: TimeMs, boot: BootClock) {
    this.#boot = boot;
    this.#startSinceBootMs = boot.sinceBootMs();
    this.#startMs = startOf(mark, wallMs, boot);
    this.#latestMs = this.#startMs;
  }

  /** Milliseconds; about the wall clock's until that is set. */
  now(): number {
    const now = this.#startMs + this.#boot.sinceBootMs() - this.#startSinceBootMs;
    this.#latestMs = Math.max(this.#latestMs, now);
    return this.#latestMs;
  }

  /** To be written down with whatever was timed by it. */
  mark(): ClockMark {
    return { ledgerTimeMs: this.now(), sinceBootMs: this.#boot.sinceBootMs(), bootId: this.#boot.bootId };
  }
}

function startOf(mark: ClockMark | null, wallMs: TimeMs, boot: BootClock): number {
  if (mark === null) return wallMs;
  const upMs = boot.sinceBootMs() - mark.sinceBootMs;
  const isSameBoot = mark.bootId !== null && mark.bootId === boot.bootId && upMs >= 0;
  return isSameBoot ? mark.ledgerTimeMs + upMs : Math.max(mark.ledgerTimeMs, wallMs);
}
