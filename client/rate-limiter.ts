import { DAY_MS, MINUTE_MS } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";

/** What a key may ask, as its plan is called in the settings. */
export type Plan = "free" | "75" | "150" | "300" | "600" | "1200" | "unlimited";

/** How often requests may go out. */
export interface RateLimits {
  /** Between two requests. */
  readonly spacingMs: number;
  /** In any 60 seconds; null: no limit. */
  readonly perMinute: number | null;
  /** In any 24 hours; null: no limit. */
  readonly perDay: number | null;
}

/** Which limit says no: `throttle` ends within minutes, `daily_quota` within hours. */
export type LimitKind = "throttle" | "daily_quota";

/** Leave to send one request, or when to come again. */
export type Grant =
  { readonly granted: true } | { readonly granted: false; readonly because: LimitKind; readonly retryAfterMs: number };

/** Who would have to wait longer is sent away instead: a round should not hang on a spent budget. */
const LONGEST_WAIT_MS = 65_000;

/** A second is not always enough between two free requests. */
const FREE_SPACING_MS = 1_200;
/** The smaller plans also stop bursts of more than 5 a second. */
const SMALL_PLAN_SPACING_MS = 220;

/** The limits of a plan. One below the stated number a minute: the service's own counting was seen off by one. */
export function limitsOfPlan(plan: Plan): RateLimits {
  if (plan === "unlimited") return { spacingMs: 0, perMinute: null, perDay: null };
  if (plan === "free") return { spacingMs: FREE_SPACING_MS, perMinute: null, perDay: 25 };
  const perMinute = Number(plan);
  const spacingMs = Math.min(SMALL_PLAN_SPACING_MS, MINUTE_MS / perMinute);
  return { spacingMs, perMinute: perMinute - 1, perDay: null };
}

/** Spaces the requests of one key, whatever they ask, first come first served. Counts in memory: a restart forgets. */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #clock: Clock;
  /** When leave was given, oldest first, on the monotonic clock; only as far back as a limit looks. */
  #grants: number[] = [];
  #hold: { until: number; because: LimitKind } = { until: -Infinity, because: "throttle" };
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(limits: RateLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Waits for leave to send one request; sent or not, it counts. Throws only the signal's reason. */
  async acquire(signal: AbortSignal): Promise<Grant> {
    signal.throwIfAborted();
    const before = this.#lastTurn;
    const { promise: turn, resolve: endTurn } = Promise.withResolvers<undefined>();
    this.#lastTurn = turn;
    try {
      await untilDoneOrAborted(before, signal);
      return await this.#waitForRoom(signal);
    } finally {
      void before.then(() => endTurn(undefined)); // who gives up while waiting lets nobody overtake
    }
  }

  /** No more leave for so long: the service said that we ask too much. A longer hold stays. */
  holdOff(ms: number, because: LimitKind): void {
    const until = this.#clock.monotonic() + ms;
    if (until > this.#hold.until) this.#hold = { until, because };
  }

  async #waitForRoom(signal: AbortSignal): Promise<Grant> {
    for (;;) {
      const now = this.#clock.monotonic();
      const { waitMs, because } = this.#nextRoom(now);
      if (waitMs <= 0) {
        this.#record(now);
        return { granted: true };
      }
      if (waitMs > LONGEST_WAIT_MS) return { granted: false, because, retryAfterMs: waitMs };
      await this.#clock.sleep(waitMs, signal);
    }
  }

  /** The longest of the waits that the limits ask for. */
  #nextRoom(now: number): { waitMs: number; because: LimitKind } {
    const { spacingMs, perMinute, perDay } = this.#limits;
    const last = this.#grants.at(-1) ?? -Infinity;
    const waits: { waitMs: number; because: LimitKind }[] = [
      { waitMs: last + spacingMs - now, because: "throttle" },
      { waitMs: this.#windowEnd(perMinute, MINUTE_MS) - now, because: "throttle" },
      { waitMs: this.#windowEnd(perDay, DAY_MS) - now, because: "daily_quota" },
      { waitMs: this.#hold.until - now, because: this.#hold.because },
    ];
    return waits.reduce((longest, wait) => (wait.waitMs > longest.waitMs ? wait : longest));
  }

  /** When a window with room for `limit` grants has room for one more. */
  #windowEnd(limit: number | null, windowMs: number): number {
    if (limit === null) return -Infinity;
    return (this.#grants.at(-limit) ?? -Infinity) + windowMs;
  }

  #record(now: number): void {
    const { perMinute, perDay } = this.#limits;
    const kept = Math.max(perMinute ?? 1, perDay ?? 1);
    this.#grants.push(now);
    if (this.#grants.length > kept) this.#grants.shift();
  }
}

/** Resolves with `before`, or rejects with the signal's reason if that comes first. */
async function untilDoneOrAborted(before: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([before, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
