// Bad prices as docs/conditions.md tells them, for the oracle.
import type { Quote } from "../../domain/quote.ts";
import { momentOf } from "./heard.ts";
import { compareTimes } from "./exact.ts";
import { dayEndedBetween } from "./trading-days.ts";

const FOR_ONE = [2, 3, 4, 5, 7, 8, 10, 15, 20, 25, 30, 50, 100];
const RATIOS: readonly (readonly [number, number])[] = [
  ...FOR_ONE.map((many) => [many, 1] as const),
  [3, 2] as const,
].flatMap(([a, b]) => [[a, b] as const, [b, a] as const]);

export class PriceOracle {
  /** The last accepted quote, of whatever session. */
  #accepted: Quote | null = null;
  #quarantined: Quote | null = null;
  isHeld = false;
  /** As of which quote HOLD began. */
  #heldSinceMs = 0;

  get isQuarantined(): boolean {
    return this.#quarantined !== null;
  }

  /** The quote as it is to be judged; null if it is not. */
  look(quote: Quote): Quote | null {
    const old = this.#accepted;
    const isFirst = old === null || (old.source === "simulator") !== (quote.source === "simulator");
    const isLate = this.isHeld && momentOf(quote) < this.#heldSinceMs; // it says nothing of the price since HOLD began
    if (isFirst || (isWithin(quote.close, old.close, 20) && !isLate)) {
      return this.#take(isFirst ? quote : withoutWildPrices(quote, [old.close]));
    }
    if (this.isHeld) return null;
    if (isSplitLike(old, quote)) {
      this.isHeld = true;
      this.#heldSinceMs = momentOf(quote);
      this.#quarantined = null;
      return null;
    }
    const doubted = this.#quarantined;
    if (doubted !== null && isWithin(quote.close, doubted.close, 2)) {
      if (quote.fetchTimeMs - doubted.fetchTimeMs < 1_000) return null;
      return this.#take(withoutWildPrices(quote, [old.close, quote.close]));
    }
    this.#quarantined = quote;
    return null;
  }

  /** By an operator's word. */
  accept(quote: Quote): void {
    this.#take(quote);
  }

  /** By an operator's word: the old price holds. */
  reject(): void {
    this.isHeld = false;
    this.#quarantined = null;
  }

  #take(quote: Quote): Quote {
    this.isHeld = false;
    this.#quarantined = null;
    this.#accepted = quote;
    return quote;
  }
}

/** From P - X % to P + X %, both included. */
function isWithin(price: number, of: number, percent: number): boolean {
  return compareTimes(of, [100 - percent, 100], price) <= 0 && compareTimes(of, [100 + percent, 100], price) >= 0;
}

/** What lies more than 20 % above all of these prices, or below all of them, is left out. */
function withoutWildPrices(quote: Quote, near: readonly number[]): Quote {
  const { close } = quote;
  const isWild = (price: number): boolean =>
    near.every((base) => compareTimes(base, [120, 100], price) < 0) ||
    near.every((base) => compareTimes(base, [80, 100], price) > 0);
  const open = isWild(quote.open) ? close : quote.open;
  const high = isWild(quote.high) ? Math.max(open, close) : quote.high;
  const low = isWild(quote.low) ? Math.min(open, close) : quote.low;
  return { ...quote, open, high, low };
}

function isSplitLike(old: Quote, quote: Quote): boolean {
  const mayBeAny = quote.sessionClass !== "always" && dayEndedBetween(momentOf(old), momentOf(quote));
  return RATIOS.some(([many, one]) => {
    const isHundred = many === 100 || one === 100;
    if (!isHundred && !mayBeAny) return false;
    const low = compareTimes(old.close, [99 * many, 100 * one], quote.close);
    const high = compareTimes(old.close, [101 * many, 100 * one], quote.close);
    return low <= 0 && high >= 0;
  });
}
