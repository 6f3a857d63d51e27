// Bad prices: which quotes of the judged series are believed, and which are put aside. It compares exact decimals and never divides, so that
// a price exactly at a bound is always within it. The rules: docs/conditions.md.
import { hasCloseBetween } from "../calendar/market-time.ts";
import { decimalFromNumber, type Decimal } from "../decimal.ts";
import type { Previous } from "./previous.ts";
import { asOf, isSameWorld, type Quote } from "../quote.ts";
import { SECOND_MS, type TimeMs } from "../time.ts";

/** A price so near to the last accepted one is believed, in percent. */
const NEAR_PERCENT = 20;
/** The same with room to spare, where no digit decides: nearly every price is there, and needs no exact arithmetic. */
const SURELY_NEAR = { from: 0.81, to: 1.19 };
/** So near to a price that a split would have made, it is taken for one. */
const RATIO_PERCENT = 1;
/** So near to a quarantined price, a later one confirms it. */
const SAME_PERCENT = 2;
/** A quote that was fetched so much later is another answer. */
const FETCHED_ANEW_MS = SECOND_MS;

/** So many new shares for so many old ones: the price goes the other way. */
interface Split {
  readonly shares: number;
  readonly for: number;
}

const FORWARD: readonly Split[] = [
  ...[2, 3, 4, 5, 7, 8, 10, 15, 20, 25, 30, 50, 100].map((shares) => ({ shares, for: 1 })),
  { shares: 3, for: 2 },
];
/** Every ratio that splits have, in both directions. */
export const SPLITS: readonly Split[] = FORWARD.flatMap((split) => [split, { shares: split.for, for: split.shares }]);
/** Sources also mistake a currency for its hundredth part, at any time. */
export const HUNDREDFOLD = 100;

/** A doubted price, and with it its symbol. */
export interface PriceDoubt {
  readonly symbol: string;
  /** HELD: it looks like a split, and nothing of the symbol is judged until that is settled. QUARANTINED: the next answer may confirm it. */
  readonly kind: "HELD" | "QUARANTINED";
  /** What the change looks like, such as "7 for 1"; empty unless HELD. */
  readonly ratio: string;
  /** Of the quote that is doubted, as are these. */
  readonly close: number;
  readonly fetchTimeMs: TimeMs;
  readonly sinceAsOfMs: TimeMs;
  /** The last close that was accepted. */
  readonly acceptedClose: number;
}

/** What is made of a quote's price, and the doubt about its symbol from then on. */
export type PriceVerdict =
  | { readonly name: "ACCEPTED" | "CONFIRMED" | "HOLD_ENDED"; readonly doubt: null }
  | { readonly name: "HELD" | "QUARANTINED"; readonly doubt: PriceDoubt };

const ACCEPTED: PriceVerdict = { name: "ACCEPTED", doubt: null };

/**
 * Whether a quote that is due to be judged is believed: against the last accepted price of its symbol (of the session `any`) and the present
 * doubt. Only what is ACCEPTED, CONFIRMED or HOLD_ENDED is judged; `last` stays as it is under a doubt.
 */
export function checkPrice(quote: Quote, last: Previous | null, doubt: PriceDoubt | null): PriceVerdict {
  if (last === null || !isSameWorld(quote, last)) return ACCEPTED;
  const isBelieved = isNear(quote.close, last.close);
  if (doubt?.kind === "HELD") {
    // What comes late, or is corrected, of the time before says nothing of the price since.
    const isBack = isBelieved && asOf(quote) >= doubt.sinceAsOfMs;
    return isBack ? { name: "HOLD_ENDED", doubt: null } : { name: "HELD", doubt };
  }
  if (isBelieved) return ACCEPTED;
  const split = splitBetween(quote, last);
  if (split !== null) return { name: "HELD", doubt: doubtOf(quote, last, "HELD", `${split.shares} for ${split.for}`) };
  if (doubt !== null && isWithin(quote.close, SAME_PERCENT, doubt.close)) {
    const isAnew = quote.fetchTimeMs - doubt.fetchTimeMs >= FETCHED_ANEW_MS;
    return isAnew ? { name: "CONFIRMED", doubt: null } : { name: "QUARANTINED", doubt };
  }
  return { name: "QUARANTINED", doubt: doubtOf(quote, last, "QUARANTINED", "") };
}

/**
 * The quote as it is judged: an open that is out of reach counts as the close, and on the side of a high or low that is, the quote never
 * went beyond its open and close. The very same quote if all of it is within reach.
 */
export function believable(quote: Quote, last: Previous | null): Quote {
  if (last === null || !isSameWorld(quote, last)) return quote;
  const { close, high, low } = quote;
  const accepted = last.close;
  if (low > accepted * SURELY_NEAR.from && high < accepted * SURELY_NEAR.to) return quote;
  const bases = isNear(close, accepted) ? [accepted] : [accepted, close];
  const isWild = (price: number): boolean => {
    const sides = bases.map((base) => (isNear(price, base) ? 0 : Math.sign(price - base)));
    return sides.every((side) => side === 1) || sides.every((side) => side === -1);
  };
  if (!isWild(high) && !isWild(low)) return quote; // the open lies between them
  const open = isWild(quote.open) ? close : quote.open;
  return {
    ...quote,
    open,
    high: isWild(high) ? Math.max(open, close) : high,
    low: isWild(low) ? Math.min(open, close) : low,
  };
}

function doubtOf(quote: Quote, last: Previous, kind: PriceDoubt["kind"], ratio: string): PriceDoubt {
  const { symbol, close, fetchTimeMs } = quote;
  return { symbol, kind, ratio, close, fetchTimeMs, sinceAsOfMs: asOf(quote), acceptedClose: last.close };
}

/** The split that the change of price looks like, at a time when it can be one. */
function splitBetween(quote: Quote, last: Previous): Split | null {
  const split = SPLITS.find((one) => isWithin(quote.close, RATIO_PERCENT, last.close, one));
  if (split === undefined) return null;
  if (Math.max(split.shares, split.for) === HUNDREDFOLD) return split;
  const knowsCloses = quote.sessionClass !== "always";
  return knowsCloses && hasCloseBetween(quote.symbol, last.asOfMs, asOf(quote)) ? split : null;
}

/** Whether a price is believed after this one: it is within 20 % of it. */
export function isNear(price: number, base: number): boolean {
  if (price > base * SURELY_NEAR.from && price < base * SURELY_NEAR.to) return true;
  return isWithin(price, NEAR_PERCENT, base);
}

/** Whether the price lies from base − percent to base + percent, both included; `split` makes a base of old shares one of new ones. */
function isWithin(price: number, percent: number, base: number, split: Split = { shares: 1, for: 1 }): boolean {
  const [exactPrice, exactBase] = [decimalFromNumber(price), decimalFromNumber(base)];
  const scale = Math.max(exactPrice.scale, exactBase.scale);
  const hundredfold = unitsAt(exactPrice, scale) * 100n * BigInt(split.shares);
  const old = unitsAt(exactBase, scale) * BigInt(split.for);
  return hundredfold >= old * BigInt(100 - percent) && hundredfold <= old * BigInt(100 + percent);
}

function unitsAt({ units, scale }: Decimal, commonScale: number): bigint {
  return units * 10n ** BigInt(commonScale - scale);
}
