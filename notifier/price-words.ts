// Prices in a mail's words.
import { addDecimals, decimalFromNumber, renderDecimal } from "../domain/decimal.ts";
import { formatPrice, isPrice } from "../domain/price.ts";

/** Beyond it a figure says nothing more. */
const MOST_PERCENT = 1_000_000;
/** What rounds to nothing. */
const LEAST_PERCENT = 0.005;

/** `201.12 USD`; empty for what is no price. */
export function priceText(price: number, currency: string): string {
  return isPrice(price) ? `${formatPrice(price)} ${currency}`.trim() : "";
}

/** On which side of a level a price is. */
export function sideOf(price: number, level: number): "above" | "below" | "at" {
  if (price === level) return "at";
  return price > level ? "above" : "below";
}

/** `1.12 USD (0.56%) above 200.00`; empty if either is no price. */
export function distanceText(price: number, level: number, currency: string): string {
  if (!isPrice(price) || !isPrice(level)) return "";
  if (price === level) return `${formatPrice(level)} exactly`;
  const [from, to] = [decimalFromNumber(Math.min(price, level)), decimalFromNumber(Math.max(price, level))];
  const gap = renderDecimal(addDecimals(to, { ...from, units: -from.units }), 2);
  return `${`${gap} ${currency}`.trim()} (${percentText(distance(price, level))}) ${sideOf(price, level)} ${formatPrice(level)}`;
}

/** How far a price is past a level, as a part of the level. */
export function distance(price: number, level: number): number {
  return Math.abs(price - level) / level;
}

/** `+1.16%`; empty if either is no price. */
export function changeText(price: number, base: number): string {
  if (!isPrice(price) || !isPrice(base)) return "";
  if (price === base) return "0.00%";
  const size = Math.min(distance(price, base) * 100, MOST_PERCENT).toFixed(2);
  return `${price > base ? "+" : "-"}${size}%`;
}

function percentText(part: number): string {
  const percent = part * 100;
  if (percent < LEAST_PERCENT) return "less than 0.01%";
  return percent > MOST_PERCENT ? `more than ${MOST_PERCENT}%` : `${percent.toFixed(2)}%`;
}
