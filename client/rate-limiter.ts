import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../domain/time.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import { forgetfulMemory, type Hold, type LimitKind, type RequestMemory } from "./request-memory.ts";

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

/** Leave to send one request, or when to come again. */
export type Grant =
  { readonly granted: true } | { readonly granted: false; readonly because: LimitKind; readonly retryAfterMs: number };

/** How much of a day's limit is used, by the wall clock. */
export interface DayBudget {
  readonly limit: number;
  /** The window in which `limit` holds: a day, and a little for requests that are slow on their way. */
  readonly windowMs: number;
  /** The requests in the window, oldest first. */
  readonly times: readonly TimeMs[];
}

/** What can be said of a key at one moment, by the wall clock. */
export interface KeyState {
  /** Null: no limit a day. */
  readonly day: DayBudget | null;
  /** Until when nothing is asked, because the service said so; null: it did not. */
  readonly heldUntilMs: TimeMs | null;
}

/** Who would have to wait longer is sent away instead: a round should not hang on a spent budget. */
const LONGEST_WAIT_MS = 65_000;

/** A second is not always enough between two free requests. */
const FREE_SPACING_MS = 1_200;
/** The smaller plans also stop bursts of more than 5 a second. */
const SMALL_PLAN_SPACING_MS = 220;
/** Requests are so much further apart at most, by chance: what began together does not go on in step. */
const SPACING_JITTER = 0.5;
/**
 * The service counts when a request arrives, and one may take ten seconds longer on its way than the one a day before: so much
 * longer than a day it counts here.
 */
export const DAY_WINDOW_MS = DAY_MS + 15 * SECOND_MS;
/** After a daily refusal, by the number of refusals in a row: when the service's day turns over is not known. The last one goes on. */
const DAILY_HOLDS_MS: readonly number[] = [1, 2, 4].map((hours) => hours * HOUR_MS);
/** Two clocks of one machine differ by so much at times. */
const UNEVEN_MS = SECOND_MS;
/** When writing down is tried again. */
const DISK_RETRY_MS = MINUTE_MS;

/** The limits of a plan. One below the stated number a minute: the service's own counting was seen off by one. */
export function limitsOfPlan(plan: Plan): RateLimits {
  if (plan === "unlimited") return { spacingMs: 0, perMinute: null, perDay: null };
  if (plan === "free") return { spacingMs: FREE_SPACING_MS, perMinute: null, perDay: 25 };
  const perMinute = Number(plan);
  const spacingMs = Math.min(SMALL_PLAN_SPACING_MS, MINUTE_MS / perMinute);
  return { spacingMs, perMinute: perMinute - 1, perDay: null };
}

/**
 * The one gate for the requests of a key, whatever they ask, first come first served. A request is remembered before its leave is
 * given: with a ledger on disk no restart forgets one.
 */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #clock: Clock;
  readonly #memory: RequestMemory;
  readonly #random: () => number;
  /** When leave was given, oldest first, on the memory's clock; only as far back as a limit looks. */
  readonly #grants: number[];
  #hold: Hold;
  /** From the newest grant to the next. */
  #spacingMs: number;
  #wallOffsetMs = -Infinity;
  #lastTurn: Promise<unknown> = Promise.resolve();

  /** Throws what the memory's `load` throws. `random` is in [0, 1). */
  constructor(limits: RateLimits, clock: Clock, memory = forgetfulMemory(clock), random: () => number = Math.random) {
    this.#limits = limits;
    this.#clock = clock;
    this.#memory = memory;
    this.#random = random;
    const { times, hold } = memory.load();
    this.#grants = times.slice(-this.#kept);
    this.#hold = hold ?? { endMs: -Infinity, because: "throttle", dailyCount: 0 };
    this.#spacingMs = this.#nextSpacing();
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

  /**
   * No more leave for so long: the service said that we ask too much. A longer hold stays. After a daily refusal it is 1, 2 and then
   * 4 hours, whatever was said; one that comes while such a hold runs was asked before it began, and changes nothing.
   */
  holdOff(ms: number, because: LimitKind): void {
    const now = this.#memory.now();
    const isHeld = this.#hold.endMs > now;
    if (because === "daily_quota") {
      if (isHeld && this.#hold.because === because) return;
      const holdMs = DAILY_HOLDS_MS[Math.min(this.#hold.dailyCount, DAILY_HOLDS_MS.length - 1)] ?? HOUR_MS;
      this.#holdUntil({ endMs: now + holdMs, because, dailyCount: this.#hold.dailyCount + 1 });
    } else if (now + ms > this.#hold.endMs) {
      this.#holdUntil({ ...this.#hold, endMs: now + ms, because });
    }
  }

  /** The service answered: the next daily refusal is the first again. */
  noteAnswer(): void {
    if (this.#hold.dailyCount > 0 && this.#hold.endMs <= this.#memory.now()) {
      this.#holdUntil({ ...this.#hold, dailyCount: 0 });
    }
  }

  /** How the key stands now. */
  get state(): KeyState {
    const { perDay } = this.#limits;
    const now = this.#memory.now();
    const offsetMs = this.#wallOffset(now);
    const wallMs = (time: number): TimeMs => Math.ceil(time + offsetMs);
    const isCounted = (time: number): boolean => time > now - DAY_WINDOW_MS;
    const times = this.#grants.filter(isCounted).map(wallMs);
    return {
      day: perDay === null ? null : { limit: perDay, windowMs: DAY_WINDOW_MS, times },
      heldUntilMs: this.#hold.endMs > now ? wallMs(this.#hold.endMs) : null,
    };
  }

  /** Of the wall clock from the memory's; the same until one of them is set, though the two tick unevenly: what was told is not told anew. */
  #wallOffset(now: number): number {
    const offsetMs = this.#clock.now() - now;
    if (Math.abs(offsetMs - this.#wallOffsetMs) > UNEVEN_MS) this.#wallOffsetMs = offsetMs;
    return this.#wallOffsetMs;
  }

  #holdUntil(hold: Hold): void {
    this.#hold = hold;
    this.#memory.noteHold(hold);
  }

  async #waitForRoom(signal: AbortSignal): Promise<Grant> {
    for (;;) {
      const now = this.#memory.now();
      const { waitMs, because } = this.#nextRoom(now);
      if (waitMs <= 0) return this.#grant(now);
      if (waitMs > LONGEST_WAIT_MS) return { granted: false, because, retryAfterMs: waitMs };
      await this.#clock.sleep(Math.ceil(waitMs), signal);
    }
  }

  #grant(now: number): Grant {
    if (!this.#memory.record(now, this.#kept)) {
      return { granted: false, because: "throttle", retryAfterMs: DISK_RETRY_MS };
    }
    this.#grants.push(now);
    if (this.#grants.length > this.#kept) this.#grants.shift();
    this.#spacingMs = this.#nextSpacing();
    return { granted: true };
  }

  /** The longest of the waits that the limits ask for. */
  #nextRoom(now: number): { waitMs: number; because: LimitKind } {
    const { perMinute, perDay } = this.#limits;
    const last = this.#grants.at(-1) ?? -Infinity;
    const waits: { waitMs: number; because: LimitKind }[] = [
      { waitMs: last + this.#spacingMs - now, because: "throttle" },
      { waitMs: this.#windowEnd(perMinute, MINUTE_MS) - now, because: "throttle" },
      { waitMs: this.#windowEnd(perDay, DAY_WINDOW_MS) - now, because: "daily_quota" },
      { waitMs: this.#hold.endMs - now, because: this.#hold.because },
    ];
    return waits.reduce((longest, wait) => (wait.waitMs > longest.waitMs ? wait : longest));
  }

  /** When a window with room for `limit` grants has room for one more. */
  #windowEnd(limit: number | null, windowMs: number): number {
    if (limit === null) return -Infinity;
    return (this.#grants.at(-limit) ?? -Infinity) + windowMs;
  }

  get #kept(): number {
    const { perMinute, perDay } = this.#limits;
    return Math.max(perMinute ?? 1, perDay ?? 1);
  }

  #nextSpacing(): number {
    return this.#limits.spacingMs * (1 + SPACING_JITTER * this.#random());
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
