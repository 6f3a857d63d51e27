import type { Repeat } from "./alert.ts";
import type { Condition } from "./condition.ts";
import { formatPrice } from "./price.ts";

/** What an alert waits for, as one English sentence: "AAPL at or above 200.00 USD, once". */
export function sentenceOf(symbol: string, condition: Condition, repeat: Repeat, currency: string): string {
  return `${symbol} ${phraseOf(condition, currency)}, ${repeat === "once" ? "once" : "every time"}`;
}

/** The text that parseCondition reads back as the same symbol and condition: "AAPL above 200.00". */
export function conditionText(symbol: string, condition: Condition): string {
  const words = condition.kind === "crosses" ? `crosses ${condition.direction}` : condition.kind;
  return `${symbol} ${words} ${formatPrice(condition.level)}`;
}

function phraseOf(condition: Condition, currency: string): string {
  const price = `${formatPrice(condition.level)} ${currency}`;
  if (condition.kind !== "crosses") return `at or ${condition.kind} ${price}`;
  if (condition.direction === "either") return `crosses ${price} in either direction`;
  return `crosses ${price} ${condition.direction === "up" ? "upwards" : "downwards"}`;
}
