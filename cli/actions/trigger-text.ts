// What an owner is told of an alert, in words: that it fired, or what else became of it.
import { likenessOf } from "../../domain/judging/hold-notice.ts";
import { HoldEnd, TriggerKind, type Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { priceText } from "./price-text.ts";

/** What became of the alert, in a word: `FIRED`. A server that knew only fires said nothing. */
export function kindText({ kind }: Trigger): string {
  switch (kind) {
    case TriggerKind.EXPIRED:
      return "EXPIRED";
    case TriggerKind.STOPPED:
      return "STOPPED";
    case TriggerKind.HELD:
      return "HELD";
    case TriggerKind.HOLD_ENDED:
      return "HOLD OVER";
    default:
      return "FIRED";
  }
}

/** Whether it fired; else it is a notice. */
export function isFire(trigger: Trigger): boolean {
  return kindText(trigger) === "FIRED";
}

/** In words: `AAPL at or above 200.00 USD, once: 201.25`. */
export function triggerText(trigger: Trigger): string {
  const { sentence, note } = trigger;
  return `${sentence}: ${whatText(trigger)}${note === "" || !isFire(trigger) ? "" : ` (${note})`}`;
}

function whatText({ kind, price, symbol, hold }: Trigger): string {
  switch (kind) {
    case TriggerKind.EXPIRED:
      return "its time is over";
    case TriggerKind.STOPPED:
      return "stopped, it fired too often";
    case TriggerKind.HELD:
      if (hold === undefined) return `not judged, the price of ${symbol}, ${priceText(price)}, is doubted`;
      return `not judged, ${priceText(hold.heldPrice)} after ${priceText(hold.acceptedPrice)}, ${likenessOf(hold.ratio)}`;
    case TriggerKind.HOLD_ENDED:
      return `judged again, ${END_WORDS[hold?.end ?? HoldEnd.UNSPECIFIED] ?? "from"} ${priceText(price)}`;
    default:
      return priceText(price);
  }
}

/** How a HOLD ended, before the price from which judging goes on. */
const END_WORDS: Readonly<Partial<Record<HoldEnd, string>>> = {
  [HoldEnd.ACCEPTED]: "the new price was found right:",
  [HoldEnd.REJECTED]: "the new price was found wrong; from",
  [HoldEnd.PRICE_BACK]: "a price came that is believed:",
};
