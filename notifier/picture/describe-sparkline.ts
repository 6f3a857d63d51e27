import { formatPrice } from "../../domain/price.ts";
import { priceLineFrom, type PriceHistory, type PriceLine } from "./price-line.ts";

/**
 * What the picture of a history shows, for those who do not see it: "AAPL from 198.10 to 201.12; lowest 197.80, highest 201.30;
 * level 200.00". Null when there is no picture.
 */
export function describeSparkline(symbol: string, history: PriceHistory): string | null {
  const line = priceLineFrom(history);
  if (line === null) return null;
  return [wayOf(symbol, line), extremesOf(line), levelsOf(line), markOf(line)].filter((part) => part !== "").join("; ");
}

function wayOf(symbol: string, { points }: PriceLine): string {
  return `${symbol} from ${priceOf(points.at(0))} to ${priceOf(points.at(-1))}`;
}

function extremesOf({ points, mark }: PriceLine): string {
  let lowest = mark;
  let highest = mark;
  for (const point of points) {
    if (point.price < lowest.price) lowest = point;
    if (point.price > highest.price) highest = point;
  }
  return `lowest ${priceOf(lowest)}, highest ${priceOf(highest)}`;
}

function levelsOf({ levels }: PriceLine): string {
  if (levels.length === 0) return "";
  return `${levels.length === 1 ? "level" : "levels"} ${levels.map(formatPrice).join(", ")}`;
}

/** Nothing if it stands at the line's end, which was told. */
function markOf({ points, mark }: PriceLine): string {
  const last = points.at(-1);
  return mark.timeMs === last?.timeMs && mark.price === last.price ? "" : `fired at ${priceOf(mark)}`;
}

function priceOf(point: { readonly price: number } | undefined): string {
  return point === undefined ? "" : formatPrice(point.price);
}
