// An alert in words, for people (sentenceOf) and for the parser (conditionText). Two alerts that wait for unlike things never have
// the same sentence.
import type { Alert } from "../alert.ts";
import { forMsOf, type Condition } from "../condition.ts";
import { formatDuration } from "../duration.ts";
import { formatExactMoment } from "../moment-text.ts";
import { formatPrice, USUAL_BAND_PERCENT } from "../price.ts";
import { currencyOf } from "../symbol.ts";

/** The part of an alert that its sentence tells. */
export type Told = Pick<
  Alert,
  | "symbol"
  | "symbols"
  | "condition"
  | "repeat"
  | "maxFires"
  | "bandPercent"
  | "rearmForMs"
  | "confirm"
  | "session"
  | "expireTimeMs"
>;

/**
 * What an alert waits for, as one English sentence: "AAPL at or above 200.00 USD for 10m, once". How often begins with the first
 * ", once" or ", every time". Options are told where they are not as usual; what matters only while it is being armed is not.
 */
export function sentenceOf(alert: Told): string {
  const { symbol, symbols, condition } = alert;
  const subject = symbols.length > 1 ? `Any of ${symbols.join(", ")}` : symbol;
  const rule = `${subject} ${phraseOf(condition, currencyOf(symbol))}${heldText(alert)}`;
  return [rule, repeatText(alert), sessionText(alert), expiryText(alert)].filter((part) => part !== "").join(", ");
}

/** The text that parseCondition reads back as the same symbols and condition: "AAPL above 200.00 for 10m". */
export function conditionText(symbols: readonly string[], condition: Condition): string {
  const subject = symbols.length > 1 ? `any of ${symbols.join(", ")}` : (symbols[0] ?? "");
  return `${subject} ${ruleText(condition)}`;
}

/** The same without the symbols: "above 200.00 for 10m". */
export function ruleText(condition: Condition): string {
  return `${kindText(condition)}${forText(condition)}`;
}

function kindText(condition: Condition): string {
  switch (condition.kind) {
    case "above":
    case "below":
      return `${condition.kind} ${formatPrice(condition.level)}`;
    case "crosses":
      return `crosses ${condition.direction} ${formatPrice(condition.level)}`;
    case "inside":
    case "outside":
      return `${condition.kind} ${formatPrice(condition.lower)}..${formatPrice(condition.upper)}`;
  }
}

function phraseOf(condition: Condition, currency: string): string {
  const price = (level: number): string => `${formatPrice(level)} ${currency}`;
  switch (condition.kind) {
    case "above":
    case "below":
      return `at or ${condition.kind} ${price(condition.level)}`;
    case "inside":
      return `from ${formatPrice(condition.lower)} to ${price(condition.upper)}`;
    case "outside":
      return `at or outside ${formatPrice(condition.lower)} and ${price(condition.upper)}`;
    case "crosses":
      if (condition.direction === "either") return `crosses ${price(condition.level)} in either direction`;
      return `crosses ${price(condition.level)} ${condition.direction === "up" ? "upwards" : "downwards"}`;
  }
}

/** For how long, and at how many prices. */
function heldText({ condition, confirm }: Told): string {
  const duration = forText(condition);
  if (confirm === 1) return duration;
  return `${duration}${duration === "" ? "" : " and"} at ${confirm} prices in a row`;
}

function forText(condition: Condition): string {
  const ms = forMsOf(condition);
  return ms === 0 ? "" : ` for ${formatDuration(ms)}`;
}

function repeatText(alert: Told): string {
  const each = alert.symbols.length > 1 ? " each" : "";
  if (alert.repeat === "once") return `once${each}`;
  const times = alert.maxFires === 1 ? "time" : "times";
  const most = alert.maxFires === 0 ? "" : `, at most ${alert.maxFires} ${times}${each}`;
  return `every time${backText(alert)}${most}`;
}

function backText({ bandPercent, rearmForMs }: Told): string {
  if (bandPercent === USUAL_BAND_PERCENT && rearmForMs === 0) return "";
  const long = rearmForMs === 0 ? "" : ` for ${formatDuration(rearmForMs)}`;
  return ` it has been back by ${bandPercent} %${long}`;
}

function sessionText({ session }: Told): string {
  if (session === "extended") return "extended hours included";
  return session === "any" ? "at any hour" : "";
}

function expiryText({ expireTimeMs }: Told): string {
  return expireTimeMs === null ? "" : `until ${formatExactMoment(expireTimeMs)}`;
}
