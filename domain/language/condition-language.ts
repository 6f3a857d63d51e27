// The language of conditions, whose grammar and meaning are told in docs/conditions.md. It is read on the server only, so that every
// client understands the same.
import { isBand, type Condition, type CrossesCondition, type LevelCondition } from "../condition.ts";
import { isLevel, readBand, readFor, readLevel, refuseMore } from "./condition-levels.ts";
import { DIRECTION_SYNONYMS, meantDurationMs, meantKind } from "./condition-offers.ts";
import { conditionText, ruleText } from "./condition-sentence.ts";
import { otherSymbols, readSymbols, readSymbolsIfAny } from "./condition-symbols.ts";
import { isOneOf, KIND_LIST, KINDS, shown, wordError, Words, type Word } from "./condition-words.ts";
import type { AppError } from "../error.ts";
import { nearestWord } from "../nearest-word.ts";
import { MINUTE_MS } from "../time.ts";

/** A condition and what it is about. */
export interface ParsedCondition {
  /** As they were written, in upper case; one, or several of an "any of". */
  readonly symbols: readonly string[];
  readonly condition: Condition;
}

const DIRECTIONS = ["up", "down", "either"] as const;
const USUAL_FOR_MS = 10 * MINUTE_MS;
const WHOLE_HINT = "Write the whole condition, such as above 210 for 10m; the symbols may be left out.";

/**
 * Reads what a user typed. Throws INVALID_ARGUMENT, naming the word, its place and the nearest that would be understood:
 * CONDITION_SYNTAX, SYMBOL_FORMAT, PRICE_RANGE for a level that is no price, FIELD_INVALID for a duration that is none.
 */
export function parseCondition(text: string): ParsedCondition {
  const words = new Words(text);
  const symbols = readSymbols(words);
  return { symbols, condition: readRule(words, symbols) };
}

/**
 * Reads what a user typed to change the condition of an alert: a rule ("below 180"), or all of it. Throws as parseCondition does,
 * CONDITION_SYNTAX also for other symbols, and for a part of a rule, with an offer that completes it from the present one.
 */
export function parseRule(text: string, { symbols, condition }: ParsedCondition): Condition {
  const words = new Words(text);
  const first = words.peek();
  const named = readSymbolsIfAny(words, symbols);
  const isOwn = named === null || named.join() === symbols.join();
  if (isOwn) refusePart(words, condition);
  const rule = readRule(words, named ?? symbols);
  if (isOwn) return rule;
  throw otherSymbols(first?.place ?? 1, symbols, conditionText(named, rule));
}

/** "for 5m" or "210" by itself: what was meant is the present rule with that in it. */
function refusePart(words: Words, condition: Condition): void {
  words.skipFillers();
  const word = words.peek();
  if (word === null) return;
  if (isOneOf(word, ["for"])) throw partError(word, withFor(condition, readFor(words)));
  if (isLevel(word) && !isBand(condition)) throw partError(word, withLevel(words, condition));
}

function partError(word: Word, meant: readonly Condition[]): AppError {
  const offer = meant.map(ruleText).join('" or "');
  return wordError(word.place, `${shown(word)} begins only a part of a condition`, { offer, hint: WHOLE_HINT });
}

function withLevel(words: Words, condition: LevelCondition | CrossesCondition): readonly Condition[] {
  const changed = { ...condition, level: readLevel(words) };
  const forMs = readFor(words);
  return forMs === 0 ? [changed] : withFor(changed, forMs);
}

/** Of an event the states behind it, as an event has no length. */
function withFor(condition: Condition, forMs: number): readonly Condition[] {
  if (condition.kind !== "crosses") return [{ ...condition, forMs }];
  const { direction, level } = condition;
  const kinds = [direction === "down" ? "below" : "above", direction === "up" ? "above" : "below"] as const;
  return [...new Set(kinds)].map((kind) => ({ kind, level, forMs }));
}

function readRule(words: Words, symbols: readonly string[]): Condition {
  const kind = readKind(words);
  switch (kind) {
    case "above":
    case "below":
      return { kind, level: readLevel(words), forMs: readFor(words) };
    case "inside":
    case "outside":
      return { kind, ...readBand(words), forMs: readFor(words) };
    case "crosses":
      return readCrosses(words, symbols);
  }
}

function readKind(words: Words): Condition["kind"] {
  words.skipFillers();
  const word = words.take(KIND_LIST);
  const kind = KINDS.find((one) => isOneOf(word, [one]));
  if (kind !== undefined) return kind;
  if (isLevel(word)) throw wordError(word.place, `${KIND_LIST} is missing before ${shown(word)}`);
  const offer = meantKind(word.text) ?? nearestWord(word.text.toLowerCase(), KINDS) ?? "";
  throw wordError(word.place, `${shown(word)} is not ${KIND_LIST}`, { offer });
}

function readCrosses(words: Words, symbols: readonly string[]): CrossesCondition {
  const word = words.peek();
  const isDirected = word !== null && !isLevel(word) && !isOneOf(word, ["at", "is"]);
  const direction = isDirected ? words.takeOneOf(DIRECTIONS, DIRECTION_SYNONYMS) : "either";
  const condition = { kind: "crosses", direction, level: readLevel(words) } as const;
  refuseFor(words, symbols, condition);
  refuseMore(words);
  return condition;
}

/** An event has no length: what was meant is the state behind it. */
function refuseFor(words: Words, symbols: readonly string[], condition: CrossesCondition): void {
  const word = words.peek();
  if (word === null || !words.takeIf("for")) return;
  const forMs = meantDurationMs(words.rest()) ?? USUAL_FOR_MS;
  const offers = withFor(condition, forMs).map((state) => conditionText(symbols, state));
  throw wordError(word.place, `"for" does not go with crosses, which is over at once`, {
    offer: offers.join('" or "'),
    hint: "",
  });
}
