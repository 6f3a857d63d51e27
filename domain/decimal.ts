/** An exact decimal: units × 10^-scale. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const DECIMAL_TEXT = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Reads "-12.50" or "1.5e-7" exactly; null if the text is no plain decimal number. */
export function parseDecimal(text: string): Decimal | null {
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const units = BigInt(sign + whole + fraction);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { units, scale } : { units: units * powerOfTen(-scale), scale: 0 };
}

/** The decimal that a finite double prints as: its shortest text, which is what people and sources mean by it. */
export function decimalFromNumber(value: number): Decimal {
  const decimal = parseDecimal(String(value));
  if (decimal === null) throw new RangeError(`not a finite number: ${value}`);
  return decimal;
}

/** Exact sum. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: a.units * powerOfTen(scale - a.scale) + b.units * powerOfTen(scale - b.scale), scale };
}

/** Exact product. */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

/** The nearest double; the only place where an exact decimal is rounded to one. */
export function numberFromDecimal(decimal: Decimal): number {
  return Number(`${decimal.units}e-${decimal.scale}`);
}

/** Plain digits without an exponent and without trailing zeros, with at least `leastDecimals` places after the point. */
export function renderDecimal(decimal: Decimal, leastDecimals = 0): string {
  const digits = (decimal.units < 0n ? -decimal.units : decimal.units).toString().padStart(decimal.scale + 1, "0");
  const whole = digits.slice(0, digits.length - decimal.scale);
  const fraction = digits
    .slice(digits.length - decimal.scale)
    .replace(/0+$/, "")
    .padEnd(leastDecimals, "0");
  return `${decimal.units < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}
