// What owners are told of a HOLD, and what the change that began it looks like, in words that every message has alike.
import { HUNDREDFOLD } from "./price-check.ts";

/** How a HOLD ended: by an operator's word for or against the new price, or by a price that is believed. */
export type HoldEnd = "ACCEPTED" | "REJECTED" | "PRICE_BACK";

/** What an owner is told of a HOLD. */
export interface HoldNotice {
  /** What the change looks like, such as "7 for 1". */
  readonly ratio: string;
  /** The last price that was accepted. */
  readonly acceptedPrice: number;
  /** The price that began the HOLD. */
  readonly heldPrice: number;
  /** Null while it goes on. */
  readonly end: HoldEnd | null;
}

/** What a price on HOLD is to the old one, by their ratio, such as "7 for 1": "like a 7:1 split", "100 times lower". */
export function likenessOf(ratio: string): string {
  const [shares = 0, old = 0] = ratio.split(" for ").map(Number);
  if (!(shares > 0 && old > 0)) return "like a split or an error";
  const isLower = shares > old;
  if (Math.max(shares, old) === HUNDREDFOLD) return `100 times ${isLower ? "lower" : "higher"}`;
  return `like a ${shares}:${old} ${isLower ? "split" : "reverse split"}`;
}
