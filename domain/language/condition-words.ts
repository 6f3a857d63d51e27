// The words of a condition, read once from left to right; every complaint about one says which it is and offers what was meant.
import { nearestWord } from "../nearest-word.ts";
import { AppError, type ErrorReason } from "../error.ts";

/** A word as it was typed, or a part of one (`180..200` has three); `place` counts what white space parts, from 1. */
export interface Word {
  readonly text: string;
  readonly place: number;
}

/** Fifty symbols of the greatest length and the longest rule fit. */
const MAX_TEXT_LENGTH = 2000;
const MAX_SHOWN_LENGTH = 40;
/** The words that say what is waited for. */
export const KINDS = ["above", "below", "crosses", "inside", "outside"] as const;
export const KIND_LIST = `one of ${KINDS.join(", ")}`;
/** Control characters, characters without width, halves of characters: what nobody sees and nobody means. */
const INVISIBLE = /(?!\s)\p{C}/u;
/** Words that change nothing before a kind or a level: "AAPL is above 200", "AAPL crosses at 200". */
export const FILLERS: readonly string[] = ["is", "at"];
const EXAMPLE = "Write it like AAPL above 200, AAPL crosses up 200, AAPL inside 180..200 or AAPL below 180 for 10m.";

/** How a word is mended. */
export interface Mend {
  /** What was probably meant. */
  readonly offer?: string;
  /** How it is written; how conditions look unless told. */
  readonly hint?: string | undefined;
}

/** INVALID_ARGUMENT for a word of a condition. */
export function wordError(place: number, message: string, mend: Mend & { reason?: ErrorReason } = {}): AppError {
  const { offer = "", hint = EXAMPLE, reason = "CONDITION_SYNTAX" } = mend;
  const hints = [offer === "" ? "" : `Did you mean "${offer}"?`, hint].filter((part) => part !== "");
  return AppError.invalidField("condition", reason, `word ${place}: ${message}`, hints.join(" "));
}

/** What `read` makes of a word; if it refuses the word, its complaint points at it. */
export function pointAt<Value>({ place }: Word, read: () => Value, mend?: Mend): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const message = error.fields[0]?.message ?? error.message;
    throw wordError(place, message, { reason: error.reason, hint: error.hint, ...mend });
  }
}

/** A word in quotes, not longer than a message bears. */
export function shown({ text }: Word): string {
  const characters = Array.from(text);
  return `"${characters.length > MAX_SHOWN_LENGTH ? `${characters.slice(0, MAX_SHOWN_LENGTH).join("")}…` : text}"`;
}

/** Whether a word is one of these, in any case. */
export function isOneOf(word: Word | null, choices: readonly string[]): boolean {
  return word !== null && choices.some((choice) => choice === word.text.toLowerCase());
}

/** Throws INVALID_ARGUMENT CONDITION_SYNTAX whenever what is asked for does not come. */
export class Words {
  readonly #words: Word[];
  #next = 0;

  /** Throws for a text that no condition can be: too long, or with characters that cannot be seen. */
  constructor(text: string) {
    if (text.length > MAX_TEXT_LENGTH) {
      throw wordError(1, `a condition has at most ${MAX_TEXT_LENGTH} characters, and this is longer`);
    }
    const texts = text.split(/\s+/).filter((word) => word !== "");
    this.#words = texts.map((word, index) => ({ text: word, place: index + 1 }));
    this.#words.forEach(refuseInvisible);
  }

  /** The next word, or one after it, which stays; null at the end. */
  peek(ahead = 0): Word | null {
    return this.#words[this.#next + ahead] ?? null;
  }

  /** The next word; `what` names it if there is none. */
  take(what: string, hint = EXAMPLE): Word {
    const word = this.peek();
    if (word === null) throw this.#missing(what, hint);
    this.#next++;
    return word;
  }

  /** Takes the next words if they are these, in any case; else none. */
  takeIf(...texts: readonly string[]): boolean {
    const isThere = texts.every((text, index) => isOneOf(this.peek(index), [text]));
    if (isThere) this.#next += texts.length;
    return isThere;
  }

  /** The next word, which must be one of these, in any case; `synonyms` says what is meant by words that are none. */
  takeOneOf<W extends string>(choices: readonly W[], synonyms: ReadonlyMap<string, string>, hint = EXAMPLE): W {
    const what = choices.length > 1 ? `one of ${choices.join(", ")}` : `"${choices.join("")}"`;
    const word = this.take(what, hint);
    const lower = word.text.toLowerCase();
    const choice = choices.find((candidate) => candidate === lower);
    if (choice !== undefined) return choice;
    const offer = synonyms.get(lower) ?? nearestWord(lower, choices) ?? "";
    throw wordError(word.place, `${shown(word)} is not ${what}`, { offer, hint });
  }

  /** Leaves out words that change nothing. */
  skipFillers(): void {
    while (isOneOf(this.peek(), FILLERS)) this.#next++;
  }

  /** Breaks the next word at the first `separator` in it, which becomes a word of its own. */
  breakNext(separator: string): void {
    const word = this.peek();
    const at = word?.text.indexOf(separator) ?? -1;
    if (word === null || at === -1) return;
    const texts = [word.text.slice(0, at), separator, word.text.slice(at + separator.length)];
    const parts = texts.filter((text) => text !== "").map((text) => ({ text, place: word.place }));
    this.#words.splice(this.#next, 1, ...parts);
  }

  /** What has not been taken, without the white space. */
  rest(): string {
    const words = this.#words.slice(this.#next);
    return words.map(({ text }) => text).join("");
  }

  #missing(what: string, hint: string): AppError {
    const last = this.#words[this.#next - 1];
    if (last === undefined) return wordError(1, `${what} is missing at the beginning`, { hint });
    return wordError(last.place + 1, `${what} is missing after ${shown(last)}`, { hint });
  }
}

function refuseInvisible({ text, place }: Word): void {
  const [found] = INVISIBLE.exec(text) ?? [];
  if (found === undefined) return;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  throw wordError(place, `it holds U+${code}, which cannot be seen`, { hint: "Type the word anew." });
}
