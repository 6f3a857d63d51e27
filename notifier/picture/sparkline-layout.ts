import type { PriceLine } from "./price-line.ts";
import type { Place } from "./raster.ts";
import { thinPoints } from "../../domain/thin-points.ts";

/** A canvas and the free space at its edges, in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly margin: number;
}

/** Where everything of a picture lies, all within the frame's margins. */
export interface SparklineLayout {
  readonly path: readonly Place[];
  /** How far down each level lies. */
  readonly levels: readonly number[];
  readonly mark: Place;
}

/**
 * Lays a line out. Prices go from point to point and not along the time: a night takes no room. The frame goes from the
 * lowest to the highest of what is shown, levels included. Of more than `mostPoints` points the extremes are drawn.
 */
export function layOutSparkline(line: PriceLine, frame: Frame, mostPoints: number): SparklineLayout {
  const prices = line.points.map(({ price }) => price);
  const down = heights([...prices, ...line.levels, line.mark.price], frame);
  const across = (index: number): number =>
    frame.margin + (index / (prices.length - 1)) * (frame.width - 2 * frame.margin);
  return {
    path: thinPoints(prices, mostPoints, line.markIndex).map((index) => ({
      x: across(index),
      y: down(prices[index] ?? 0),
    })),
    levels: line.levels.map(down),
    mark: { x: across(line.markIndex), y: down(line.mark.price) },
  };
}

/** How far down a price lies; all of them half-way if they are one price. */
function heights(shown: readonly number[], { height, margin }: Frame): (price: number) => number {
  let low = Infinity;
  let high = 0;
  for (const price of shown) {
    low = Math.min(low, price);
    high = Math.max(high, price);
  }
  const room = height - 2 * margin;
  return (price) => margin + (high === low ? 0.5 : (high - price) / (high - low)) * room;
}
