// The symbols at the beginning of a condition: one, or a list behind "any of".
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
import { parseSymbol } from "../symbol.ts";

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

/**
 * Takes the symbols in front of a rule if there are any; they must be these. Throws INVALID_ARGUMENT as readSymbols does, or
 * CONDITION_SYNTAX if they are others.
 */
export function skipSymbols(words: Words, symbols: readonly string[]): void {
  const word = words.peek();
  if (word === null || !areSymbolsNext(words, symbols)) return;
  if (readSymbols(words).join() === symbols.join()) return;
  throw wordError(word.place, `the alert is for ${symbols.join(", ")}, and for no other symbols`, {
    hint: "Leave the symbols out, or make another alert.",
  });
}

function areSymbolsNext(words: Words, symbols: readonly string[]): boolean {
  const [first, second] = [words.peek(), words.peek(1)];
  if (isOneOf(first, FILLERS)) return false;
  if (isOneOf(first, KINDS)) return isOneOf(second, KINDS);
  const isOwn = symbols.length === 1 && first?.text.toUpperCase() === symbols[0];
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
