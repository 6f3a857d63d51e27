import { isPrice } from "../../domain/price.ts";
import type { TimeMs } from "../../domain/time.ts";

/** A price at its time. */
export interface PricePoint {
  readonly timeMs: TimeMs;
  readonly price: number;
}

/** What a picture is to show. What is no price or has no time is left out. */
export interface PriceHistory {
  /** Closes, in any order; of two at the same time the later one counts. */
  readonly points: readonly PricePoint[];
  /** The levels that the alerts wait at, the most telling first. */
  readonly levels: readonly number[];
  /** Where the alert fired. Without it the last price is marked. */
  readonly mark?: PricePoint | undefined;
}

/** A history of which everything can be drawn. */
export interface PriceLine {
  /** In the order of time, at least two. A mark between two closes is one of them. */
  readonly points: readonly PricePoint[];
  /** Distinct. */
  readonly levels: readonly number[];
  readonly mark: PricePoint;
  /** The index of the point that has the mark's time. */
  readonly markIndex: number;
}

/** More would hide the line that they are drawn for. */
const MOST_LEVELS = 5;

/** The history as a line; null if it has fewer than two points. */
export function priceLineFrom({ points, levels, mark }: PriceHistory): PriceLine | null {
  const fired = mark !== undefined && isPricePoint(mark) ? mark : null;
  const byTime = new Map<TimeMs, PricePoint>();
  if (fired !== null) byTime.set(fired.timeMs, fired);
  for (const point of points) if (isPricePoint(point)) byTime.set(point.timeMs, point);
  const inOrder = [...byTime.values()].sort((a, b) => a.timeMs - b.timeMs);
  const last = inOrder.at(-1);
  if (last === undefined || inOrder.length < 2) return null;
  const marked = fired ?? last;
  return {
    points: inOrder,
    levels: [...new Set(levels.filter(isPrice))].slice(0, MOST_LEVELS),
    mark: marked,
    markIndex: inOrder.findIndex(({ timeMs }) => timeMs === marked.timeMs),
  };
}

function isPricePoint({ timeMs, price }: PricePoint): boolean {
  return Number.isFinite(timeMs) && isPrice(price);
}
