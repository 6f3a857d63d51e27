// The way a price took through one quote, as far as it is certain: previous → open → high and low in unknown order → close.
import { isSameBar, type Previous } from "./previous.ts";
import type { Quote } from "../quote.ts";

/** One quote's way. Where a point is not known it repeats a neighbour, which adds nothing. */
export interface Walk {
  readonly previous: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** The lowest and the highest price that a walk touches. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The walk of a quote that comes after `previous` (null: the first of its series; the walk begins at its open). A newer version
 * of the bar that was judged last goes from the last close over only those extremes that lie outside the earlier ones.
 */
export function walkOf(quote: Quote, previous: Previous | null): Walk {
  if (previous === null) return pathOf(quote, quote.open);
  if (!isSameBar(quote, previous)) return pathOf(quote, previous.close);
  const start = previous.close;
  return {
    previous: start,
    open: start,
    high: quote.high > previous.high ? quote.high : Math.max(start, quote.close),
    low: quote.low < previous.low ? quote.low : Math.min(start, quote.close),
    close: quote.close,
  };
}

/** The same walk without open and extremes, for whoever cannot know when within the bar they were: previous → close. */
export function closeWalk(walk: Walk): Walk {
  const { previous, close } = walk;
  return { previous, open: previous, high: Math.max(previous, close), low: Math.min(previous, close), close };
}

/** Whether the price certainly came from below the level to it or beyond. */
export function meetsUp(walk: Walk, level: number): boolean {
  return (
    (Math.min(walk.previous, walk.open) < level && level <= walk.high) || (walk.low < level && level <= walk.close)
  );
}

/** Whether the price certainly came from above the level to it or beyond. */
export function meetsDown(walk: Walk, level: number): boolean {
  return (
    (Math.max(walk.previous, walk.open) > level && level >= walk.low) || (walk.high > level && level >= walk.close)
  );
}

/** The bounds of a walk; every point of it lies within, the previous close too. */
export function walkBounds(walk: Walk): Bounds {
  const { previous, open, high, low, close } = walk;
  return { lower: Math.min(previous, open, high, low, close), upper: Math.max(previous, open, high, low, close) };
}

function pathOf(quote: Quote, previous: number): Walk {
  return { previous, open: quote.open, high: quote.high, low: quote.low, close: quote.close };
}
