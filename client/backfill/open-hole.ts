import type { Gap } from "../../domain/gap.ts";
import type { TimeSpan } from "../../domain/calendar/market-time.ts";
import type { Quote } from "../../domain/quote.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Reach } from "../sources/source.ts";

/** A hole that is being filled, and the newer prices that wait for it. */
export class OpenHole {
  /** Whose prices are missing: the answer that showed it. */
  readonly reach: Reach;
  /** What is still missing. */
  rest: TimeSpan;
  /** When the past is asked next, on the monotonic clock. */
  tryAt: number;
  /** Whether what is still missing was asked for. */
  wasAsked = false;
  /** When it was found, on the monotonic clock. */
  readonly foundAt: number;
  /** The moment that the newest of the waiting prices speaks of. */
  untilMs: TimeMs;
  #held: Quote[];

  readonly #lateMsMax: number;

  /** Newer prices wait no longer than `lateMsMax`. */
  constructor(reach: Reach, rest: TimeSpan, quotes: readonly Quote[], now: number, lateMsMax: number) {
    this.reach = reach;
    this.rest = rest;
    this.tryAt = now;
    this.foundAt = now;
    this.untilMs = reach.untilMs;
    this.#held = [...quotes];
    this.#lateMsMax = lateMsMax;
  }

  /** When something is to be done about it, on the monotonic clock. */
  get dueAt(): number {
    return Math.min(this.tryAt, this.foundAt + this.#lateMsMax);
  }

  /** These wait too. */
  hold(quotes: readonly Quote[], untilMs: TimeMs | null): void {
    this.#held.push(...quotes);
    this.untilMs = Math.max(this.untilMs, untilMs ?? 0);
  }

  /** What waits, which waits no longer. */
  takeHeld(): readonly Quote[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  /** What is missing, as it is told. */
  gap(reason: string, { startMs, endMs } = this.rest): Gap {
    const { symbol, source, periodMs } = this.reach;
    return { symbol, source, periodMs, startTimeMs: startMs, endTimeMs: endMs, reason };
  }
}
