// The few words in which tables tell an alert.
import { AlertState, type Alert, type AlertSymbolState } from "../../proto/gen/tickerbell/v1/alert.ts";
import { enumName } from "../render/enum-name.ts";

/** `AAPL`; `AAPL +2` for a rule for three. */
export function symbolsText({ symbol, symbols }: Alert): string {
  return symbols.length > 1 ? `${symbol} +${symbols.length - 1}` : symbol;
}

/** What an alert waits for, or waited for when it fired. The sentence names its symbol, which is in no other column. */
export function namedSentence({ symbol, sentence }: Pick<Alert, "symbol" | "sentence">): string {
  return sentence.startsWith(`${symbol} `) || sentence.startsWith("Any of ") ? sentence : `${symbol}: ${sentence}`;
}

/** The sentence without what stands beside it already: `at or above 200.00 USD, once`. */
export function ruleText({ symbol, symbols, sentence }: Alert): string {
  const subject = symbols.length === 0 ? `${symbol} ` : `Any of ${symbols.join(", ")} `;
  return sentence.startsWith(subject) ? sentence.slice(subject.length) : sentence;
}

/** Where an alert, or it for one of its symbols, stands: `ARMED, no price yet`. */
export function shortState({ state, awaitsBaseline }: Pick<AlertSymbolState, "state" | "awaitsBaseline">): string {
  return `${enumName(AlertState, state)}${awaitsBaseline ? ", no price yet" : ""}`;
}

/** `3 times`. */
export function timesText(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
