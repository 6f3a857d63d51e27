// The symbols at the beginning of a condition: one, or a list behind "any of".
import type { AppError } from "../error.ts";
import { isLevel } from "./condition-levels.ts";
import { meantKind } from "./condition-offers.ts";
import {
  FILLERS,
  isOneOf,
  KIND_LIST,
  KINDS,
  pointAt,
  shown,
  wordError,
  type Word,
  type Words,
} from "./condition-words.ts";
import { findSymbolListProblem } from "../symbol-list.ts";
import { parseSymbol, symbolForm } from "../symbol.ts";

const LIST_HINT = "Write it like any of AAPL, MSFT below 100.";
/** What may come after a symbol. */
const AFTER_SYMBOL = [...KINDS, ...FILLERS, ","];

/** In upper case. Throws INVALID_ARGUMENT: SYMBOL_FORMAT, or CONDITION_SYNTAX for a list that does not go together. */
export function readSymbols(words: Words): readonly string[] {
  if (!words.takeIf("any", "of")) {
    const { symbol } = readSymbol(words);
    refuseMissingAnyOf(words);
    return [symbol];
  }
  const entries = [readSymbol(words, LIST_HINT)];
  while (words.takeIf(",")) entries.push(readSymbol(words, LIST_HINT));
  refuseMissingComma(words);
  const symbols = entries.map(({ symbol }) => symbol);
  const problem = findSymbolListProblem(symbols);
  if (problem === null) return symbols;
  throw wordError(entries[problem.index]?.word.place ?? 1, problem.message, { hint: problem.hint });
}

/** The symbols in front of a rule of an alert for `symbols`; null if there are none. Throws as readSymbols does. */
export function readSymbolsIfAny(words: Words, symbols: readonly string[]): readonly string[] | null {
  return words.peek() !== null && areSymbolsNext(words, symbols) ? readSymbols(words) : null;
}

/** CONDITION_SYNTAX for a change that names other symbols than the alert's; `wanted` is the condition that would be another alert's. */
export function otherSymbols(place: number, symbols: readonly string[], wanted: string): AppError {
  const message = `the alert is for ${symbols.join(", ")}, and for no other symbols: its state and its fires are theirs`;
  const hint = `Leave the symbols out; or make another alert and delete this one: ./bell alerts create ${wanted}, then ./bell alerts delete ID.`;
  return wordError(place, message, { hint });
}

function areSymbolsNext(words: Words, symbols: readonly string[]): boolean {
  const [first, second] = [words.peek(), words.peek(1)];
  if (isOneOf(first, FILLERS)) return false;
  if (isOneOf(first, KINDS)) return isOneOf(second, KINDS);
  const isOwn = symbols.length === 1 && first !== null && symbolForm(first.text) === symbols[0];
  return isOwn || isOneOf(second, [...AFTER_SYMBOL, "of"]);
}

/** Leaves a comma right behind it as the next word. */
function readSymbol(words: Words, hint?: string): { symbol: string; word: Word } {
  words.breakNext(",");
  const word = words.take("a symbol", hint);
  words.breakNext(",");
  if (word.text === ",") throw wordError(word.place, `a symbol is missing before ","`, { hint: LIST_HINT });
  // A symbol may have the name of a kind, where it cannot be one.
  if (isOneOf(word, KINDS) && !isOneOf(words.peek(), AFTER_SYMBOL)) {
    throw wordError(word.place, `${shown(word)} stands where the symbol should be`, { hint });
  }
  return { symbol: pointAt(word, () => parseSymbol(word.text)), word };
}

function refuseMissingComma(words: Words): void {
  const word = words.peek();
  if (word === null || isOneOf(word, AFTER_SYMBOL) || isLevel(word) || meantKind(word.text) !== null) return;
  const message = `${shown(word)} stands where a comma or ${KIND_LIST} should be`;
  throw wordError(word.place, message, { offer: ",", hint: LIST_HINT });
}

/** For what comes after one symbol and looks as if several were meant: "AAPL, MSFT below 100". */
function refuseMissingAnyOf(words: Words): void {
  const word = words.peek();
  if (word === null || isOneOf(word, FILLERS) || meantKind(word.text) !== null) return;
  if (!isOneOf(word, ["of", ","]) && !/,(?!\d)/.test(words.rest())) return;
  const message = `${shown(word)} stands where ${KIND_LIST} should be`;
  throw wordError(word.place, message, { offer: "any of", hint: LIST_HINT });
}
