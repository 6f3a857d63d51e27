import type { Quote } from "../../../domain/quote.ts";
import { MINUTE_MS, type TimeMs } from "../../../domain/time.ts";
import { joined, minuteOf, quoteOf, withTrade, type HeardBar, type MinuteBar } from "./minute-bar.ts";
import type { Trade } from "./trade-message.ts";

/** A symbol's newest price is handed on no more often than this. */
export const JOINED_MS = 250;
/** So many numbers in a row that follow each other show that a missing one is a missing trade. */
const RUN_THAT_TELLS = 20;
/** A trade that was heard before is no later than the newest by more than clocks differ among the exchange's machines. */
const SAME_TIME_MS = 1_000;
/** So many of the numbers that were left out last are known: they may come after all. */
const LEFT_OUT_MAX = 1_000;
/** Ended minutes that are kept, for what comes late. */
const KEPT_MINUTES = 5;

/** How far a symbol was heard. */
export interface LastTrade {
  readonly id: number;
  readonly timeMs: TimeMs;
}

/** What a trade was: new, known already, new with others missing before it, or of a time long past. */
export type Taken = "new" | "known" | "after-hole" | "too-old";

/** One symbol's trades, each once, as bars that are due to be handed on. */
export class SymbolFeed {
  readonly symbol: string;
  #last: LastTrade | null;
  /** How many trades in a row had the number after the last one's. */
  #run = 0;
  /** The numbers that were left out. */
  readonly #leftOut = new Set<number>();
  /** The time of the oldest trade that was taken for known since the last new one. */
  #knownMs = Infinity;
  readonly #bars = new Map<TimeMs, HeardBar>();
  /** Minutes that changed since they were handed on. */
  readonly #changed = new Set<TimeMs>();
  #rounded = 0;
  #isHeld = false;
  /** On the monotonic clock. */
  #handedOnAt = -Infinity;

  constructor(symbol: string, last: LastTrade | null) {
    this.symbol = symbol;
    this.#last = last;
  }

  /** The newest trade that was heard. */
  get last(): LastTrade | null {
    return this.#last;
  }

  /** What comes is kept and not handed on: something older is to go first. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Goes on. */
  release(): void {
    this.#isHeld = false;
  }

  /** From when on something may be missing when nothing is heard any more, or numbers do not follow each other; null: nothing was heard. */
  get sinceMs(): TimeMs | null {
    return this.#last === null ? null : Math.min(this.#last.timeMs, this.#knownMs);
  }

  take(trade: Trade): Taken {
    const last = this.#last;
    const isLate = this.#leftOut.has(trade.id);
    if (last !== null && !isLate && isKnown(trade, last)) {
      this.#knownMs = Math.min(this.#knownMs, trade.timeMs);
      return "known";
    }
    if (last !== null && trade.timeMs < minuteOf(last.timeMs) - MINUTE_MS) return "too-old";
    this.#join(trade, isLate);
    this.#forget(minuteOf(trade.timeMs));
    this.#leftOut.delete(trade.id);
    return !isLate && this.#isAfterHole(trade, last) ? "after-hole" : "new";
  }

  /**
   * The exchange's own bars, joined with what was heard. Those that are settled come back, to be handed on by whoever asked for them; the
   * others are due like what is heard. `sinceMs`: since when everything has been heard.
   */
  merge(bars: readonly MinuteBar[], settledMs: TimeMs, sinceMs: TimeMs): MinuteBar[] {
    const settled: MinuteBar[] = [];
    for (const told of bars) {
      const { startMs } = told;
      const isSettled = startMs + MINUTE_MS <= settledMs;
      const bar = joined(told, this.#bars.get(startMs), isSettled, sinceMs);
      if (isSettled) settled.push(bar);
      if (isSettled) this.#changed.delete(startMs);
      else this.#changed.add(startMs);
      this.#bars.set(startMs, bar);
    }
    const newest = bars.at(-1);
    if (newest !== undefined) this.#forget(newest.startMs);
    return settled;
  }

  /** The oldest bar that changed, if one is due; `nowMs` on the monotonic clock. */
  takeDue(nowMs: number, source: string, fetchTimeMs: TimeMs): { quote: Quote; rounded: number } | null {
    if (this.#isHeld || nowMs - this.#handedOnAt < JOINED_MS) return null;
    const startMs = Math.min(...this.#changed);
    const bar = this.#bars.get(startMs);
    if (bar === undefined) return null;
    this.#changed.delete(startMs);
    this.#handedOnAt = nowMs;
    const rounded = this.#rounded;
    this.#rounded = 0;
    return { quote: quoteOf(bar, this.symbol, source, fetchTimeMs), rounded };
  }

  /** Whether everything that was heard has been handed on. */
  get isHandedOn(): boolean {
    return this.#changed.size === 0;
  }

  /**
   * Makes the trade the last one. Whether others are missing before it: numbers were left out, or they have begun anew, and what was taken
   * for known may not have been.
   */
  #isAfterHole({ id, timeMs }: Trade, last: LastTrade | null): boolean {
    this.#last = { id, timeMs: Math.max(timeMs, last?.timeMs ?? 0) };
    this.#knownMs = Infinity;
    const leftOut = last === null ? 0 : id - last.id - 1;
    const isMissing = leftOut < 0 || (leftOut > 0 && this.#run >= RUN_THAT_TELLS);
    this.#run = last !== null && leftOut === 0 ? this.#run + 1 : 0;
    this.#leaveOut(id, leftOut);
    return isMissing;
  }

  #leaveOut(nextId: number, count: number): void {
    if (count < 0) this.#leftOut.clear();
    for (let id = nextId - Math.min(count, LEFT_OUT_MAX); id < nextId; id += 1) this.#leftOut.add(id);
    for (const id of this.#leftOut) {
      if (this.#leftOut.size <= LEFT_OUT_MAX) break;
      this.#leftOut.delete(id);
    }
  }

  #join(trade: Trade, isLate: boolean): void {
    const startMs = minuteOf(trade.timeMs);
    const before = this.#bars.get(startMs);
    const bar = withTrade(before, trade, isLate);
    this.#bars.set(startMs, bar);
    this.#rounded += Number(trade.rounded);
    if (!bar.isWhole || bar.high !== before?.high || bar.low !== before.low) this.#changed.add(startMs);
  }

  #forget(newestMs: TimeMs): void {
    for (const startMs of this.#bars.keys()) {
      if (startMs < newestMs - KEPT_MINUTES * MINUTE_MS && !this.#changed.has(startMs)) this.#bars.delete(startMs);
    }
  }
}

/** A lower number is a trade heard before, unless it is of a later time: then the numbers have begun anew. */
function isKnown(trade: Trade, last: LastTrade): boolean {
  return trade.id <= last.id && trade.timeMs <= last.timeMs + SAME_TIME_MS;
}
