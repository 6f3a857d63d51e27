import { AppError } from "../../domain/error.ts";
import { isPrice } from "../../domain/price.ts";
import type { Quote } from "../../domain/quote.ts";
import { HoldVerdict, type HeldSymbol as HeldSymbolMessage } from "../gen/tickerbell/v1/operator_service.ts";
import { quoteToProto } from "./quote.ts";

/** A symbol on HOLD, as the server's store knows it. */
interface HeldSymbol {
  readonly symbol: string;
  readonly ratio: string;
  readonly sinceAsOfMs: number;
  readonly acceptedClose: number;
  readonly newest: Quote | null;
}

const VERDICTS: ReadonlyMap<HoldVerdict, "accept" | "reject"> = new Map([
  [HoldVerdict.ACCEPT, "accept"],
  [HoldVerdict.REJECT, "reject"],
]);

/** A symbol on HOLD for the wire. */
export function heldSymbolToProto({
  symbol,
  ratio,
  sinceAsOfMs,
  acceptedClose,
  newest,
}: HeldSymbol): HeldSymbolMessage {
  return {
    symbol,
    acceptedPrice: acceptedClose,
    newestQuote: newest === null ? undefined : quoteToProto(newest),
    ratio,
    holdTime: new Date(sinceAsOfMs),
  };
}

/** An operator's word from the wire. Throws INVALID_ARGUMENT FIELD_INVALID for none, and for one that this version does not know. */
export function holdVerdictFromProto(verdict: HoldVerdict): "accept" | "reject" {
  const known = VERDICTS.get(verdict);
  if (known !== undefined) return known;
  throw AppError.invalidField(
    "verdict",
    "FIELD_INVALID",
    "is neither ACCEPT nor REJECT",
    "Say what becomes of the price.",
  );
}

/** The doubted price that an operator saw, null for none. Throws INVALID_ARGUMENT FIELD_INVALID for what is no price. */
export function seenPriceFromProto(price: number): number | null {
  if (price === 0) return null;
  if (isPrice(price)) return price;
  throw AppError.invalidField("seen_price", "FIELD_INVALID", "is not a price", "Leave it out to take any price.");
}
