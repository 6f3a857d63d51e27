// Prices that wander over users' levels, and what must fire by that: said beforehand, by a few lines of its own, without the engine. Prices
// are whole, levels lie halfway between, so that there is nothing to argue about.
import type { Alert, TriggerKind } from "../../domain/alert.ts";
import { formatMoment } from "../../domain/moment-text.ts";
import type { Quote } from "../../domain/quote.ts";
import { MINUTE_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";
import { above, below, exampleAlert, exampleTick } from "../examples.ts";
import { pick, type Random } from "../random-history.ts";

const LOWEST = 95;
const HIGHEST = 105;
/** So many alerts to one that passes quiet hours. */
const URGENT_ONE_IN = 10;
/** So many alerts to one whose owner wants to hear that the price is back, or that it still stands. */
const TELLING_ONE_IN = 4;
/** Of a longer time between two prices nobody knows anything, and reminders do not count it. */
const GAP_MS = 2 * MINUTE_MS;

/** An alert, as the market knows it. */
interface Watcher {
  readonly alertId: string;
  readonly userId: string;
  readonly symbol: string;
  readonly side: "above" | "below";
  readonly level: number;
  readonly isUrgent: boolean;
  readonly tellsWhenBack: boolean;
  /** 0: it reminds of nothing. */
  readonly remindEveryMs: number;
  isArmed: boolean;
  /** It fired, and its price is not back. */
  hasFired: boolean;
  /** For how long it has been seen to hold since it fired, or since the last reminder. */
  heldMs: number;
  /** When its owner deleted it, by true time; null: it stands. */
  deletedMs: TimeMs | null;
}

/** What must be told, once. */
export interface ExpectedTrigger {
  /** The note that the mail must carry: no two triggers have the same. */
  readonly note: string;
  readonly watcher: Readonly<Watcher>;
  readonly kind: TriggerKind;
  /** When its price was there, by true time. */
  readonly atMs: TimeMs;
}

export class Market {
  readonly expected: ExpectedTrigger[] = [];
  readonly #random: Random;
  readonly #prices = new Map<string, number>();
  readonly #timesMs = new Map<string, TimeMs>();
  readonly #watchers = new Map<string, Watcher[]>();
  #alerts = 0;

  constructor(symbols: readonly string[], random: Random) {
    this.#random = random;
    for (const symbol of symbols) {
      this.#prices.set(symbol, 100);
      this.#watchers.set(symbol, []);
    }
  }

  /** The last price of a symbol again, as a tick of this moment. */
  stand(symbol: string, atMs: TimeMs): Quote {
    return this.#tick(symbol, this.#prices.get(symbol) ?? 0, atMs);
  }

  /** The next price of a symbol, later than the last one. What fires by it is expected from now on. */
  move(symbol: string, now: TimeMs): Quote {
    const atMs = Math.max(now, (this.#timesMs.get(symbol) ?? 0) + SECOND_MS);
    const before = this.#prices.get(symbol) ?? 0;
    const price = Math.min(HIGHEST, Math.max(LOWEST, before + pick(this.#random, [-3, -2, -1, -1, 1, 1, 2, 3])));
    this.#prices.set(symbol, price);
    const passedMs = atMs - (this.#timesMs.get(symbol) ?? atMs);
    const seenMs = passedMs > GAP_MS ? 0 : passedMs;
    for (const watcher of this.#watchers.get(symbol) ?? []) {
      const kind = moved(watcher, holdsAt(watcher, price), seenMs);
      if (kind !== null) this.expected.push({ note: `${watcher.alertId} ${formatMoment(atMs)}`, watcher, kind, atMs });
    }
    return this.#tick(symbol, price, atMs);
  }

  /** An alert of a user on a symbol, at a level of its own. */
  watch(userId: string, symbol: string, now: TimeMs): Alert {
    this.#alerts += 1;
    const id = `A${this.#alerts}`;
    const side = pick(this.#random, ["above", "below"] as const);
    const level = LOWEST + 1 + this.#random(HIGHEST - LOWEST - 2) + 0.5;
    const isUrgent = this.#random(URGENT_ONE_IN) === 0;
    const tellsWhenBack = this.#random(TELLING_ONE_IN) === 0;
    const remindEveryMs = this.#random(TELLING_ONE_IN) === 0 ? (1 + this.#random(5)) * MINUTE_MS : 0;
    const wishes = { isUrgent, tellsWhenBack, remindEveryMs };
    const isArmed = !holdsAt({ side, level }, this.#prices.get(symbol) ?? 0);
    const memory = { isArmed, hasFired: false, heldMs: 0, deletedMs: null };
    const watcher: Watcher = { alertId: id, userId, symbol, side, level, ...wishes, ...memory };
    this.#watchers.get(symbol)?.push(watcher);
    return exampleAlert((side === "above" ? above : below)(level), {
      id,
      userId,
      symbol,
      repeat: "every",
      bandPercent: "0.1",
      session: "any",
      ...wishes,
      note: `${id} {time}`,
      createTimeMs: now,
      updateTimeMs: now,
    });
  }

  /** An alert goes, if there is any on the symbol. */
  drop(symbol: string, atMs: TimeMs): Readonly<Watcher> | null {
    const watchers = this.#watchers.get(symbol) ?? [];
    const watcher = watchers.splice(this.#random(watchers.length), 1)[0];
    if (watcher === undefined) return null;
    watcher.deletedMs = atMs;
    return watcher;
  }

  #tick(symbol: string, price: number, atMs: TimeMs): Quote {
    this.#timesMs.set(symbol, atMs);
    return exampleTick(0, price, { symbol, quoteTimeMs: atMs, fetchTimeMs: atMs, sessionClass: "always" });
  }
}

/** What an alert's owner must be told when the next price is there; null: nothing. */
function moved(watcher: Watcher, holds: boolean, seenMs: number): TriggerKind | null {
  const { isArmed, hasFired, tellsWhenBack, remindEveryMs } = watcher;
  watcher.isArmed = !holds;
  watcher.hasFired = holds && (hasFired || isArmed);
  if (holds && isArmed) {
    watcher.heldMs = 0;
    return "FIRED";
  }
  if (!holds) return hasFired && tellsWhenBack ? "BACK_TO_NORMAL" : null;
  watcher.heldMs += seenMs;
  if (!hasFired || remindEveryMs === 0 || watcher.heldMs < remindEveryMs) return null;
  watcher.heldMs = 0;
  return "STILL_TRUE";
}

function holdsAt({ side, level }: Pick<Watcher, "side" | "level">, price: number): boolean {
  return side === "above" ? price > level : price < level;
}
