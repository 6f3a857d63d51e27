// What an owner is told of an alert, in words: that it fired, or what else became of it.
import { TriggerKind, type Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { priceText } from "./quote-text.ts";

/** What became of the alert, in a word: `FIRED`. A server that knew only fires said nothing. */
export function kindText({ kind }: Trigger): string {
  switch (kind) {
    case TriggerKind.EXPIRED:
      return "EXPIRED";
    case TriggerKind.STOPPED:
      return "STOPPED";
    case TriggerKind.HELD:
      return "HELD";
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

function whatText({ kind, price, symbol }: Trigger): string {
  switch (kind) {
    case TriggerKind.EXPIRED:
      return "its time is over";
    case TriggerKind.STOPPED:
      return "stopped, it fired too often";
    case TriggerKind.HELD:
      return `not judged, the price of ${symbol}, ${priceText(price)}, is doubted`;
    default:
      return priceText(price);
  }
}
