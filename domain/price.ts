// Prices are doubles, parsed once from decimal text. Everything derived from one goes through levelFrom, so that
// judging only ever compares a price with a level.
import {
  addDecimals,
  decimalFromNumber,
  multiplyDecimals,
  numberFromDecimal,
  parseDecimal,
  renderDecimal,
  type Decimal,
} from "./decimal.ts";
import { AppError } from "./error.ts";

/** Every decimal of so many significant digits is told apart by a double; beyond that two texts may become one number. */
const EXACT_DIGITS = 15;
/** A longer text is no price that anybody quotes. */
const MAX_TEXT_LENGTH = 40;
/** Far below anything traded. */
const LOWEST_PRICE = 1e-12;
/** Prices are below this: no listed one was ever higher, and up to here a double tells apart texts of four decimals. */
const PRICE_LIMIT = 1e12;
/** Levels that were derived lately: judging asks for the same few at every price. */
const derivedLevels = new Map<string, number>();
const DERIVED_LEVELS_MAX = 1_000;
/** A band of more would put the re-arm level of a small price out of reach. */
const MAX_BAND_PERCENT = 50;
/** The band of an alert whose owner told none. */
export const USUAL_BAND_PERCENT = "0.5";

/** A price read from text; `rounded` if the text had more than 15 significant digits (its source printed a float). */
export interface ParsedPrice {
  readonly price: number;
  readonly rounded: boolean;
}

/** How a level differs from its base: decimal text, with a minus to go down. */
export type LevelChange = { readonly percent: string } | { readonly amount: string };

/** Whether a number can be a price at all: finite, positive, and of a size that something trades at. */
export function isPrice(value: number): boolean {
  return value >= LOWEST_PRICE && value < PRICE_LIMIT;
}

/** Reads a source's decimal text. Throws INVALID_ARGUMENT PRICE_RANGE for whatever is not a price. */
export function parsePrice(text: string): ParsedPrice {
  const decimal = text.length > MAX_TEXT_LENGTH ? null : parseDecimal(text);
  if (decimal === null || decimal.units <= 0n) throw notAPrice(text);
  const kept = roundToExactDigits(decimal);
  const price = numberFromDecimal(kept);
  if (!isPrice(price)) throw notAPrice(text);
  return { price, rounded: kept !== decimal };
}

/**
 * The level that lies `change` away from `base`, in exact decimal arithmetic on the two texts, rounded once to the nearest
 * double. Throws INVALID_ARGUMENT: FIELD_INVALID if the change is no decimal number, PRICE_RANGE if no price is left.
 */
export function levelFrom(base: number, change: LevelChange): number {
  const text = "percent" in change ? change.percent : change.amount;
  const key = `${base} ${text}${"percent" in change ? "%" : ""}`;
  const known = derivedLevels.get(key);
  if (known !== undefined) return known;
  const level = deriveLevel(base, text, "percent" in change);
  if (derivedLevels.size >= DERIVED_LEVELS_MAX) derivedLevels.clear();
  derivedLevels.set(key, level);
  return level;
}

function deriveLevel(base: number, text: string, isPercent: boolean): number {
  const decimal = parseDecimal(text);
  if (decimal === null) {
    throw AppError.invalidField(
      "change",
      "FIELD_INVALID",
      `"${text.slice(0, MAX_TEXT_LENGTH)}" is not a decimal number`,
    );
  }
  const level = numberFromDecimal(changed(decimalFromNumber(base), decimal, isPercent));
  if (!isPrice(level)) throw notAPrice(String(level));
  return level;
}

/** The price half-way between two, exact in decimal and rounded once. */
export function middleOf(a: number, b: number): number {
  const sum = addDecimals(decimalFromNumber(a), decimalFromNumber(b));
  return numberFromDecimal(multiplyDecimals(sum, { units: 5n, scale: 1 }));
}

/** Checks the band of an alert, in percent from 0 to 50, and returns its plain text. Throws INVALID_ARGUMENT FIELD_INVALID. */
export function parseBandPercent(text: string): string {
  const decimal = text.length > MAX_TEXT_LENGTH ? null : parseDecimal(text);
  if (decimal === null || decimal.units < 0n || numberFromDecimal(decimal) > MAX_BAND_PERCENT) {
    throw AppError.invalidField(
      "band_percent",
      "FIELD_INVALID",
      `"${text.slice(0, MAX_TEXT_LENGTH)}" is not a percentage from 0 to ${MAX_BAND_PERCENT}`,
      "Give plain digits such as 0.5.",
    );
  }
  return renderDecimal(decimal);
}

/** The shortest text of a price, without an exponent and with at least two decimals: "200.00", "190.1234". */
export function formatPrice(price: number): string {
  return renderDecimal(decimalFromNumber(price), 2);
}

function changed(base: Decimal, change: Decimal, isPercent: boolean): Decimal {
  if (!isPercent) return addDecimals(base, change);
  const factor = addDecimals({ units: 1n, scale: 0 }, { units: change.units, scale: change.scale + 2 });
  return multiplyDecimals(base, factor);
}

/** Returns the very same decimal if it needs no rounding; halves go up, as people round. */
function roundToExactDigits(decimal: Decimal): Decimal {
  const surplus = decimal.units.toString().replace(/0+$/, "").length - EXACT_DIGITS;
  if (surplus <= 0) return decimal;
  const digits = decimal.units.toString();
  const step = 10n ** BigInt(digits.length - EXACT_DIGITS);
  return { units: ((decimal.units + step / 2n) / step) * step, scale: decimal.scale };
}

function notAPrice(text: string): AppError {
  const shown = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
  return new AppError("INVALID_ARGUMENT", "PRICE_RANGE", `"${shown}" is not a price`, {
    hint: "A price is a positive decimal number such as 190.25, without sign, separator or currency.",
  });
}
