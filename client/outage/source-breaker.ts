import { SECOND_MS } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Refusal } from "../sources/source.ts";

/** All tries of one question may fail without more being wrong than that question; those of two in a row tell. */
export const TRIPS_AFTER = 6;
const FIRST_WAIT_MS = 2 * SECOND_MS;
/** So soon it is noticed that a source is back, where somebody asks that often: one that is on this machine is back in seconds. */
const LONGEST_WAIT_MS = 15 * SECOND_MS;
/** Waits are up to so much shorter by chance: what fell silent together does not come back in step. */
const JITTER = 0.25;

/** What came of a question: the source said anything at all, it did not, or it was not asked. */
export type Outcome =
  { readonly kind: "there" } | { readonly kind: "unasked" } | { readonly kind: "away"; readonly refusal: Refusal };

/**
 * Lets no question through to a source that is away, but one from time to time, so that ten symbols do not wait for ten
 * timeouts each, three times over, and no request of a budget is spent on it. The first answer ends it.
 */
export class SourceBreaker {
  readonly #clock: Clock;
  readonly #random: () => number;
  /** In a row. */
  #failures = 0;
  #last: Refusal | null = null;
  /** Until when nothing is asked, on the monotonic clock. */
  #waitUntil = -Infinity;
  #isTrying = false;

  /** `random` is in [0, 1). */
  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Null: ask, and tell `end` what came, whatever it is. Else the source is away: what it said last, and when it is asked again. */
  begin(): Refusal | null {
    if (this.#last === null || this.#failures < TRIPS_AFTER) return null;
    const waitMs = Math.ceil(this.#waitUntil - this.#clock.monotonic());
    if (waitMs > 0 || this.#isTrying) return { ...this.#last, retryAfterMs: Math.max(waitMs, SECOND_MS) };
    this.#isTrying = true;
    return null;
  }

  /** What came of a question that was let through. */
  end(outcome: Outcome): void {
    this.#isTrying = false;
    if (outcome.kind === "unasked") return;
    if (outcome.kind === "there") {
      this.#failures = 0;
      this.#last = null;
      return;
    }
    this.#failures += 1;
    this.#last = outcome.refusal;
    this.#waitUntil = this.#clock.monotonic() + Math.max(this.#nextWait(), outcome.refusal.retryAfterMs ?? 0);
  }

  #nextWait(): number {
    const doublings = Math.max(0, this.#failures - TRIPS_AFTER);
    return Math.min(FIRST_WAIT_MS * 2 ** doublings, LONGEST_WAIT_MS) * (1 - JITTER * this.#random());
  }
}
