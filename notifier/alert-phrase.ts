// An alert's sentence cut to what a subject has room for.
import { formatPrice, isPrice } from "../domain/price.ts";
import { TriggerKind, type Trigger } from "../proto/gen/tickerbell/v1/alert.ts";
import { sideOf } from "./price-words.ts";

/** How the sentence of a rule for several symbols begins. */
const ANY_OF = /^Any of [^ ,]+(?:, [^ ,]+)* /;
/** How often it fires, and further options. */
const OPTIONS = /, (?:once|every time).*$/;
/** For how long the condition had to hold. */
const HELD = / (?:for \S+(?: and at \d+ prices in a row)?|at \d+ prices in a row)$/;
/** The level, where there is but one. */
const ONE_LEVEL = /^(?:at or above|at or below|crosses) (\d+(?:\.\d+)?)/;
const ONCE = /, once(?:,|$)/;

/** The sentence; of a rule for many symbols not all their names. */
export function headlineOf({ symbol, sentence }: Trigger): string {
  return sentence.replace(ANY_OF, (list) => `${symbol} (any of ${list.split(",").length}) `);
}

/** The sentence without what the subject says already: the symbol, and how often the alert fires. */
export function phraseOf({ symbol, sentence }: Trigger): string {
  const rest = sentence.startsWith(`${symbol} `) ? sentence.slice(symbol.length + 1) : sentence.replace(ANY_OF, "");
  return rest.replace(OPTIONS, "");
}

/** The level that it is about; NaN if there is none, or several. */
export function levelOf(trigger: Trigger): number {
  if (isPrice(trigger.level)) return trigger.level;
  return Number(ONE_LEVEL.exec(phraseOf(trigger))?.[1] ?? NaN);
}

/** It fired once and for all: it can be armed anew, and not paused. */
export function isOver({ sentence }: Trigger): boolean {
  return ONCE.test(sentence);
}

/** How the price stands to the alert: `above 200.00`, `still below 3.00 for 10m`, `back above 3.00`. */
export function clauseOf(trigger: Trigger): string {
  const phrase = phraseOf(trigger);
  const isBack = trigger.kind === TriggerKind.BACK_TO_NORMAL;
  const word = isBack ? "back " : trigger.kind === TriggerKind.STILL_TRUE ? "still " : "";
  if (!isOneSided(trigger)) return isBack ? `no longer ${phrase}` : `${word}${phrase}`;
  const held = isBack ? "" : (HELD.exec(phrase)?.[0] ?? "");
  return `${word}${standing(trigger.price, levelOf(trigger))}${held}`;
}

/** How a later price stands to an alert that fired and is not true any more: `back below 200.00`. */
export function revertedClause(trigger: Trigger, price: number): string {
  const isTold = isOneSided(trigger) && isPrice(price);
  return isTold ? `back ${standing(price, levelOf(trigger))}` : `no longer ${phraseOf(trigger)}`;
}

/** What is true between two levels is not told by one of them. */
function isOneSided(trigger: Trigger): boolean {
  return isPrice(levelOf(trigger)) && isPrice(trigger.price) && !phraseOf(trigger).startsWith("from ");
}

function standing(price: number, level: number): string {
  return `${sideOf(price, level)} ${formatPrice(level)}`;
}
