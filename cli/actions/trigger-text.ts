// What an owner is told of an alert, in words: that it fired, or what else became of it.
import { likenessOf } from "../../domain/judging/hold-notice.ts";
import { noticeKind, type NoticeKind } from "../../proto/convert/notice-kind.ts";
import { HoldEnd, type Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { priceText } from "./price-text.ts";

const KIND_WORDS: Readonly<Record<NoticeKind, string>> = {
  EXPIRED: "EXPIRED",
  STOPPED: "STOPPED",
  HELD: "HELD",
  HOLD_ENDED: "HOLD OVER",
  STILL_TRUE: "STILL TRUE",
  BACK_TO_NORMAL: "BACK",
  OTHER: "CHANGED",
};

/** What became of the alert, in a word: `FIRED`. */
export function kindText({ kind }: Trigger): string {
  const notice = noticeKind(kind);
  return notice === null ? "FIRED" : KIND_WORDS[notice];
}

/** Whether it fired; else it is a notice. */
export function isFire({ kind }: Trigger): boolean {
  return noticeKind(kind) === null;
}

/** In words: `AAPL at or above 200.00 USD, once: 201.25`. */
export function triggerText(trigger: Trigger): string {
  const { sentence, note } = trigger;
  return `${sentence}: ${whatText(trigger)}${note === "" || !isFire(trigger) ? "" : ` (${note})`}`;
}

function whatText({ kind, price, symbol, hold }: Trigger): string {
  switch (noticeKind(kind)) {
    case null:
      return priceText(price);
    case "EXPIRED":
      return "its time is over";
    case "STOPPED":
      return "stopped, it fired too often";
    case "HELD":
      if (hold === undefined) return `not judged, the price of ${symbol}, ${priceText(price)}, is doubted`;
      return `not judged, ${priceText(hold.heldPrice)} after ${priceText(hold.acceptedPrice)}, ${likenessOf(hold.ratio)}`;
    case "HOLD_ENDED":
      return `judged again, ${END_WORDS[hold?.end ?? HoldEnd.UNSPECIFIED] ?? "from"} ${priceText(price)}`;
    case "STILL_TRUE":
      return `still true at ${priceText(price)}`;
    case "BACK_TO_NORMAL":
      return `back at ${priceText(price)}`;
    case "OTHER":
      return "something became of it that this version has no words for";
  }
}

/** How a HOLD ended, before the price from which judging goes on. */
const END_WORDS: Readonly<Partial<Record<HoldEnd, string>>> = {
  [HoldEnd.ACCEPTED]: "the new price was found right:",
  [HoldEnd.REJECTED]: "the new price was found wrong; from",
  [HoldEnd.PRICE_BACK]: "a price came that is believed:",
};
