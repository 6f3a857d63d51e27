import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Plan } from "./plan.ts";

/** Keys whose requests are remembered; the longest known goes first. */
const MAX_KEYS = 1_000;

/** The limit that a request ran into. */
export type QuotaLimit = "day" | "minute" | "second";

/** How often a key asked since the start; the key is masked. */
export interface KeyCount {
  readonly key: string;
  readonly requests: number;
  readonly refused: number;
}

interface Account {
  requests: number;
  refused: number;
  /** When the newest requests came, on the monotonic clock, oldest first; no more than the largest limit. */
  times: number[];
}

/**
 * Counts requests per key over the last second, minute and day: sliding windows, since nobody knows when the service's own
 * turn over. Refused requests count too, the stricter reading: who gets on with this gets on with the service.
 */
export class Quota {
  readonly #clock: Clock;
  readonly #accounts = new Map<string, Account>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a request and tells the first limit that it breaks, looked at from the longest to the shortest. */
  take(key: string, plan: Plan): QuotaLimit | undefined {
    const account = this.#account(key);
    const broken = brokenLimit(plan, account.times, this.#clock.monotonic());
    account.requests += 1;
    if (broken !== undefined) account.refused += 1;
    account.times.push(this.#clock.monotonic());
    const longest = Math.max(plan.perDay ?? 0, plan.perMinute ?? 0, plan.perSecond ?? 0);
    if (account.times.length > longest) account.times = account.times.slice(account.times.length - longest);
    return broken;
  }

  counts(): KeyCount[] {
    return [...this.#accounts].map(([key, { requests, refused }]) => ({ key: maskKey(key), requests, refused }));
  }

  #account(key: string): Account {
    const known = this.#accounts.get(key);
    if (known !== undefined) return known;
    const account = { requests: 0, refused: 0, times: [] };
    const oldest = this.#accounts.keys().next();
    if (this.#accounts.size >= MAX_KEYS && oldest.done !== true) this.#accounts.delete(oldest.value);
    this.#accounts.set(key, account);
    return account;
  }
}

/** A key as logs and states may show it: its last two characters. */
function maskKey(key: string): string {
  return key.length > 8 ? `***${key.slice(-2)}` : "***";
}

function brokenLimit(plan: Plan, times: readonly number[], now: number): QuotaLimit | undefined {
  if (isFull(plan.perDay, times, now - DAY_MS)) return "day";
  if (isFull(plan.perMinute, times, now - MINUTE_MS)) return "minute";
  return isFull(plan.perSecond, times, now - SECOND_MS) ? "second" : undefined;
}

function isFull(limit: number | null, times: readonly number[], since: number): boolean {
  if (limit === null) return false;
  if (limit === 0) return true;
  const oldestThatCounts = times.at(-limit);
  return oldestThatCounts !== undefined && oldestThatCounts > since;
}
