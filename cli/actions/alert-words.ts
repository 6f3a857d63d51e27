// The few words in which tables tell an alert.
import { formatDuration } from "../../domain/duration.ts";
import type { TimeMs } from "../../domain/time.ts";
import { durationFromProto } from "../../proto/convert/duration.ts";
import { AlertState, type Alert, type AlertSymbolState, type Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { enumName } from "../render/enum-name.ts";
import { renderShortTime } from "../render/time.ts";
import { doubtWord } from "./doubt-text.ts";

/** How the sentence of a rule for several symbols begins. */
const ANY_OF = /^Any of ([^ ,]+(?:, [^ ,]+)*) /;
/** A row names so many symbols; of more it tells the number. */
const SYMBOLS_IN_ROW = 3;

/** `AAPL`; `AAPL +2` for a rule for three. */
export function symbolsText({ symbol, symbols }: Alert): string {
  return symbols.length > 1 ? `${symbol} +${symbols.length - 1}` : symbol;
}

/** What an alert waits for, in a row: it names the symbols, which are in no other column, or `Any of 5 symbols` where they are many. */
export function rowSentence(alert: Alert): string {
  const [subject = "", list = ""] = ANY_OF.exec(alert.sentence) ?? [];
  if (subject === "") return namedSentence(alert);
  const count = list.split(", ").length;
  return count <= SYMBOLS_IN_ROW ? alert.sentence : `Any of ${count} symbols ${alert.sentence.slice(subject.length)}`;
}

/** What an alert waited for when it fired, with the symbol on which it did: `AAPL (any of 5) at or above 200.00 USD`. */
export function namedSentence({ symbol, sentence }: Pick<Trigger, "symbol" | "sentence">): string {
  const named = sentence.replace(ANY_OF, (_subject, list: string) => `${symbol} (any of ${list.split(", ").length}) `);
  return named.startsWith(`${symbol} `) ? named : `${symbol}: ${named}`;
}

/** The sentence without what stands beside it already: `at or above 200.00 USD, once`; of a rule for several symbols `any of 5: …`. */
export function ruleText({ symbol, symbols, sentence }: Alert): string {
  const subject = symbols.length === 0 ? `${symbol} ` : `Any of ${symbols.join(", ")} `;
  if (!sentence.startsWith(subject)) return sentence;
  const rule = sentence.slice(subject.length);
  return symbols.length > 1 ? `any of ${symbols.length}: ${rule}` : rule;
}

/** How its owner wants to be told of it, behind its sentence: `; urgent, reminds every 4h, tells when back`; empty: as usual. */
export function tellingText({ isUrgent, remindEvery, tellsWhenBack }: Alert): string {
  const remindMs = durationFromProto(remindEvery);
  const parts = [
    ...(isUrgent ? ["urgent"] : []),
    ...(remindMs === 0 ? [] : [`reminds every ${formatDuration(remindMs)}`]),
    ...(tellsWhenBack ? ["tells when back"] : []),
  ];
  return parts.length === 0 ? "" : `; ${parts.join(", ")}`;
}

/** Where an alert stands, in a row: `PAUSED until 14:05 UTC`. */
export function rowState(alert: Alert, now: TimeMs): string {
  const { state, pauseUntilTime, symbolStates } = alert;
  if (state !== AlertState.PAUSED || pauseUntilTime === undefined)
    return `${shortState(alert)}${doubtWord(symbolStates)}`;
  return `${shortState(alert)} until ${renderShortTime(pauseUntilTime, now)}`;
}

/** Where an alert, or it for one of its symbols, stands: `ARMED, no price yet`. */
export function shortState({ state, awaitsBaseline }: Pick<AlertSymbolState, "state" | "awaitsBaseline">): string {
  return `${enumName(AlertState, state)}${awaitsBaseline ? ", no price yet" : ""}`;
}

/** `3 times`. */
export function timesText(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
