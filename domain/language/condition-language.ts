// The language of conditions, whose grammar and meaning are told in docs/conditions.md. It is read on the server only, so that every
// client understands the same.
import type { Condition, CrossesCondition } from "../condition.ts";
import { isLevel, readBand, readFor, readLevel, refuseMore } from "./condition-levels.ts";
import { DIRECTION_SYNONYMS, meantDurationMs, meantKind } from "./condition-offers.ts";
import { conditionText } from "./condition-sentence.ts";
import { readSymbols, skipSymbols } from "./condition-symbols.ts";
import { isOneOf, KIND_LIST, KINDS, shown, wordError, Words } from "./condition-words.ts";
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
 * Reads what a user typed to change the condition of an alert for these symbols: a rule ("below 180"), or all of it. Throws as
 * parseCondition does, and INVALID_ARGUMENT CONDITION_SYNTAX for other symbols.
 */
export function parseRule(text: string, symbols: readonly string[]): Condition {
  const words = new Words(text);
  skipSymbols(words, symbols);
  return readRule(words, symbols);
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
function refuseFor(words: Words, symbols: readonly string[], { direction, level }: CrossesCondition): void {
  const word = words.peek();
  if (word === null || !words.takeIf("for")) return;
  const forMs = meantDurationMs(words.rest()) ?? USUAL_FOR_MS;
  const states = [direction === "down" ? "below" : "above", direction === "up" ? "above" : "below"] as const;
  const offers = [...new Set(states)].map((kind) => conditionText(symbols, { kind, level, forMs }));
  throw wordError(word.place, `"for" does not go with crosses, which is over at once`, {
    offer: offers.join('" or "'),
    hint: "",
  });
}
