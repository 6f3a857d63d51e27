// The numbers of a condition: a level, a band of two, and for how long.
import { BETWEEN_SYNONYMS, FOR_SYNONYMS, meantBand, meantDurationMs, meantPrice } from "./condition-offers.ts";
import { isOneOf, pointAt, shown, wordError, type Mend, type Word, type Words } from "./condition-words.ts";
import { formatDuration, parseDuration } from "../duration.ts";
import type { AppError } from "../error.ts";
import { nearestWord } from "../nearest-word.ts";
import { parsePrice } from "../price.ts";

/** Also what only looks like one: with a sign, or a point in front. */
const LEVEL = /^[-+]?\.?\d/;
const BETWEEN = "..";
const BAND_HINT = "Write it like AAPL inside 180..200.";
const FOR_HINT = "Write it in days, hours and minutes, such as for 10m, for 1h30m or for 2d.";
const PLAIN_HINT = "Write the price in plain digits, such as 1000 or 190.25: no exponent, sign, separator or currency.";

/** Whether a word is meant as a level. */
export function isLevel(word: Word | null): boolean {
  return word !== null && LEVEL.test(word.text);
}

/** Throws INVALID_ARGUMENT: CONDITION_SYNTAX, or PRICE_RANGE for what is no price. */
export function readLevel(words: Words): number {
  return takeLevel(words, "inside ").price;
}

/** The levels of a band, the lower first. Throws as readLevel does. */
export function readBand(words: Words): { lower: number; upper: number } {
  const lower = takeBandLevel(words);
  words.breakNext(BETWEEN);
  words.takeOneOf([BETWEEN], BETWEEN_SYNONYMS, BAND_HINT);
  const upper = takeBandLevel(words);
  if (lower.price < upper.price) return { lower: lower.price, upper: upper.price };
  const [low, high] = [lower.word.text, upper.word.text];
  throw wordError(upper.word.place, `the upper level, ${high}, must be greater than the lower, ${low}`, {
    offer: lower.price === upper.price ? "" : `${high}..${low}`,
    hint: BAND_HINT,
  });
}

/**
 * The `for` at the end of a condition, in milliseconds; 0 if there is none. Throws INVALID_ARGUMENT: FIELD_INVALID for what is no
 * duration, CONDITION_SYNTAX for whatever else is left.
 */
export function readFor(words: Words): number {
  if (!words.takeIf("for")) {
    refuseMore(words);
    return 0;
  }
  const word = words.take("a duration such as 10m", FOR_HINT);
  const meant = meantDurationMs(word.text + words.rest());
  const offer = meant === null ? "" : `for ${formatDuration(meant)}`;
  const forMs = pointAt(word, () => parseDuration(word.text, "condition"), { offer, hint: FOR_HINT });
  refuseMore(words, offer);
  return forMs;
}

/** Nothing may follow. Throws INVALID_ARGUMENT CONDITION_SYNTAX. */
export function refuseMore(words: Words, offer?: string): void {
  const word = words.peek();
  if (word === null) return;
  const lower = word.text.toLowerCase();
  const meant = FOR_SYNONYMS.get(lower) ?? nearestWord(lower, ["for"], 1) ?? "";
  throw wordError(word.place, `${shown(word)} is more than a condition needs`, { offer: offer ?? meant });
}

function takeBandLevel(words: Words): { price: number; word: Word } {
  words.skipFillers();
  if (words.peek()?.text.includes("...") !== true) words.breakNext(BETWEEN);
  return takeLevel(words, "");
}

/** `band` is what would have to stand before a band in the place of this level. */
function takeLevel(words: Words, band: string): { price: number; word: Word } {
  words.skipFillers();
  const word = words.take("a level such as 200");
  if (meantBand(word.text) !== "") {
    throw notALevel(word, { offer: `${band}${meantBand(word.text)}`, hint: BAND_HINT });
  }
  const mend = { offer: meantPrice(word.text), hint: PLAIN_HINT };
  if (!isLevel(word)) throw notALevel(word, isOneOf(word, ["for"]) ? {} : mend);
  // A source may print an exponent; a person who types one has more likely slipped.
  if (/[eE]/.test(word.text)) {
    throw wordError(word.place, `${shown(word)} is not a price`, { reason: "PRICE_RANGE", hint: PLAIN_HINT });
  }
  const price = pointAt(word, () => parsePrice(word.text).price, mend);
  return { price, word };
}

function notALevel(word: Word, mend: Mend): AppError {
  return wordError(word.place, `${shown(word)} stands where the level should be`, mend);
}
