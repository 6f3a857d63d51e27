// The quiet interval: between the nearest level above and the nearest level below, no quote can touch an alert of a series,
// so that most quotes ask the index nothing.
import type { Wake } from "./wakes.ts";
import type { Bounds } from "./walk.ts";

/** One part in 10^9: far more than any rounding on the way to the index, far less than any price step. */
const WIDENING = 1e-9;

/** The bounds to look up with: a little wider, since the index may ask too many and never too few. */
export function widen(bounds: Bounds): Bounds {
  return { lower: bounds.lower * (1 - WIDENING), upper: bounds.upper * (1 + WIDENING) };
}

/** The interval that holds no price level of one series and session class; ends are levels themselves, or infinite. */
export class QuietInterval {
  /** The lowest level that wakes upwards; Infinity if there is none. */
  readonly upper: number;
  /** The highest level that wakes downwards; -Infinity if there is none. */
  readonly lower: number;

  constructor(upper: number | null, lower: number | null) {
    this.upper = upper ?? Infinity;
    this.lower = lower ?? -Infinity;
  }

  /** The interval that these wakes leave; wakes of other gauges do not count. */
  static between(wakes: Iterable<Wake>): QuietInterval {
    let upper = Infinity;
    let lower = -Infinity;
    for (const wake of wakes) {
      if (wake.gauge !== "price") continue;
      if (wake.side === "up") upper = Math.min(upper, wake.level);
      else lower = Math.max(lower, wake.level);
    }
    return new QuietInterval(upper, lower);
  }

  /** Whether a walk with these bounds reaches a level, so that the index must be asked; widens them itself. */
  isLeftBy(bounds: Bounds): boolean {
    const wide = widen(bounds);
    return wide.upper >= this.upper || wide.lower <= this.lower;
  }
}
