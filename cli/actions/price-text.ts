import { formatPrice, isPrice } from "../../domain/price.ts";

/** A price for people; a number that is none (only a broken server sends it) is shown as it is. */
export function priceText(price: number): string {
  return isPrice(price) ? formatPrice(price) : String(price);
}
