import type { HoldEnd, HoldNotice } from "../../domain/judging/hold-notice.ts";
import type { PriceDoubt } from "../../domain/judging/price-check.ts";
import { HoldEnd as HoldEndMessage, type HoldNotice as HoldNoticeMessage } from "../gen/tickerbell/v1/alert.ts";
import { PriceStanding, type PriceDoubt as PriceDoubtMessage } from "../gen/tickerbell/v1/quote.ts";

const STANDINGS: Readonly<Record<PriceDoubt["kind"], PriceStanding>> = {
  HELD: PriceStanding.HELD,
  QUARANTINED: PriceStanding.QUARANTINED,
};
const ENDS: Readonly<Record<HoldEnd, HoldEndMessage>> = {
  ACCEPTED: HoldEndMessage.ACCEPTED,
  REJECTED: HoldEndMessage.REJECTED,
  PRICE_BACK: HoldEndMessage.PRICE_BACK,
};

/** A doubt about a symbol's price for the wire; none for none. */
export function doubtToProto(doubt: PriceDoubt | null | undefined): PriceDoubtMessage | undefined {
  if (doubt === null || doubt === undefined) return undefined;
  const { kind, sinceAsOfMs, ratio, close, acceptedClose } = doubt;
  return {
    standing: STANDINGS[kind],
    sinceTime: new Date(sinceAsOfMs),
    ratio,
    doubtedPrice: close,
    acceptedPrice: acceptedClose,
  };
}

/** What an owner is told of a HOLD for the wire; none for none. */
export function holdNoticeToProto(notice: HoldNotice | null): HoldNoticeMessage | undefined {
  if (notice === null) return undefined;
  return { ...notice, end: notice.end === null ? HoldEndMessage.UNSPECIFIED : ENDS[notice.end] };
}
