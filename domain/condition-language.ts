// The language of conditions: SYMBOL above|below LEVEL, SYMBOL crosses [up|down|either] LEVEL. Case does not matter. It is read
// on the server only, so that every client understands the same.
import type { Condition } from "./condition.ts";
import { nearestWord } from "./nearest-word.ts";
import { AppError } from "./error.ts";
import { parsePrice } from "./price.ts";
import { parseSymbol } from "./symbol.ts";

/** A condition and what it is about. */
export interface ParsedCondition {
  readonly symbol: string;
  readonly condition: Condition;
}

const KINDS = ["above", "below", "crosses"] as const;
const DIRECTIONS = ["up", "down", "either"] as const;
/** What people say instead; offered, not accepted, so that there is one word for each thing. */
const KIND_SYNONYMS: Readonly<Record<string, (typeof KINDS)[number]>> = {
  over: "above",
  exceeds: "above",
  ">": "above",
  ">=": "above",
  under: "below",
  "<": "below",
  "<=": "below",
  hits: "crosses",
  reaches: "crosses",
  through: "crosses",
};
/** Words that change nothing before a level or a kind: "AAPL is above 200", "AAPL crosses at 200". */
const FILLERS: ReadonlySet<string> = new Set(["is", "at"]);
/** The longest condition is a symbol, a few words and a level. */
const MAX_TEXT_LENGTH = 200;
const PLAIN_HINT = "Write the price in plain digits, such as 1000 or 190.25: no exponent, sign, separator or currency.";
const EXAMPLE = "Write it like AAPL above 200, AAPL below 180.5 or AAPL crosses up 200.";

/**
 * Reads what a user typed. Throws INVALID_ARGUMENT: CONDITION_SYNTAX naming the word that is not understood and the nearest
 * that would be, SYMBOL_FORMAT, or PRICE_RANGE for a level that is no price.
 */
export function parseCondition(text: string): ParsedCondition {
  if (text.length > MAX_TEXT_LENGTH) throw syntaxError(`it is longer than ${MAX_TEXT_LENGTH} characters`);
  const words = new Words(text);
  const first = words.take("a symbol");
  if (isKind(first.toLowerCase())) throw syntaxError(`"${first}" stands where the symbol should be`);
  const symbol = parseSymbol(first);
  const condition = readCondition(words);
  words.end();
  return { symbol, condition };
}

function readCondition(words: Words): Condition {
  const kind = words.takeOneOf(KINDS, KIND_SYNONYMS);
  if (kind !== "crosses") return { kind, level: readLevel(words) };
  const direction = words.nextLooksLikeLevel() ? "either" : words.takeOneOf(DIRECTIONS, {});
  return { kind, direction, level: readLevel(words) };
}

function readLevel(words: Words): number {
  const word = words.take("a level such as 200");
  if (!/^[-+]?[\d.]/.test(word)) throw syntaxError(`"${word}" stands where the level should be`);
  // A source may print an exponent; a person who types one has more likely slipped.
  if (/[eE]/.test(word))
    throw AppError.invalidField("condition", "PRICE_RANGE", `"${word}" is not a price`, PLAIN_HINT);
  return parsePrice(word).price;
}

function isKind(word: string): boolean {
  return KINDS.some((kind) => kind === word);
}

function syntaxError(message: string, hint = EXAMPLE): AppError {
  return AppError.invalidField("condition", "CONDITION_SYNTAX", message, hint);
}

/** The words of a condition, read once from left to right. */
class Words {
  #rest: string[];
  #last = "";

  constructor(text: string) {
    this.#rest = text.split(/\s+/).filter((word) => word !== "");
  }

  /** The next word that says something; `what` names it if there is none. */
  take(what: string): string {
    this.#skipFillers();
    const word = this.#rest.shift();
    if (word === undefined) throw syntaxError(`${what} is missing ${this.#place()}`);
    this.#last = word;
    return word;
  }

  /** The next word, which must be one of these, in any case. */
  takeOneOf<W extends string>(choices: readonly W[], synonyms: Readonly<Record<string, W>>): W {
    const word = this.take(`one of ${choices.join(", ")}`);
    const lower = word.toLowerCase();
    const choice = choices.find((candidate) => candidate === lower);
    if (choice !== undefined) return choice;
    const offer = Object.hasOwn(synonyms, lower) ? synonyms[lower] : nearestWord(lower, choices);
    throw syntaxError(
      `"${word}" is not one of ${choices.join(", ")}`,
      `Did you mean "${offer ?? choices[0] ?? ""}"? ${EXAMPLE}`,
    );
  }

  /** Whether a number comes next. */
  nextLooksLikeLevel(): boolean {
    this.#skipFillers();
    return /^[-+]?[\d.]/.test(this.#rest[0] ?? "");
  }

  /** Nothing may follow. */
  end(): void {
    const word = this.#rest[0];
    if (word !== undefined) throw syntaxError(`"${word}" is more than a condition needs`);
  }

  #skipFillers(): void {
    while (this.#last !== "" && FILLERS.has((this.#rest[0] ?? "").toLowerCase())) this.#rest.shift();
  }

  #place(): string {
    return this.#last === "" ? "at the beginning" : `after "${this.#last}"`;
  }
}
