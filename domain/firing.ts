// The rules of each kind of condition, in one place: when it holds, when it fires, where it re-arms.
// Above is a condition that fires upwards and re-arms below; below is its mirror; crosses may do either or both.
import type { Condition } from "./condition.ts";
import { levelFrom } from "./price.ts";
import { meetsDown, meetsUp, type Walk } from "./walk.ts";

/** Where an alert that has fired arms again; a side without a level (null) never arms it. */
export interface RearmLevels {
  /** At this close or lower. */
  readonly lower: number | null;
  /** At this close or higher. */
  readonly upper: number | null;
}

/** Whether the condition is true at a price; crossing is an event, and never already true. */
export function holdsAt(condition: Condition, price: number): boolean {
  if (condition.kind === "above") return price >= condition.level;
  return condition.kind === "below" && price <= condition.level;
}

/** Whether touching the level from below fires the condition. */
function firesUp(condition: Condition): boolean {
  return condition.kind === "above" || (condition.kind === "crosses" && condition.direction !== "down");
}

/** Whether touching the level from above fires the condition. */
function firesDown(condition: Condition): boolean {
  return condition.kind === "below" || (condition.kind === "crosses" && condition.direction !== "up");
}

/** The price with which the walk fires the condition: the close if that met the level, else the open or extreme that did; null if none. */
export function firingPrice(condition: Condition, walk: Walk): number | null {
  const { level } = condition;
  const up = firesUp(condition) && meetsUp(walk, level);
  const down = firesDown(condition) && meetsDown(walk, level);
  if ((up && walk.close >= level) || (down && walk.close <= level)) return walk.close;
  if (up) return walk.previous < level && level <= walk.open ? walk.open : walk.high;
  if (down) return walk.previous > level && level >= walk.open ? walk.open : walk.low;
  return null;
}

/** The closes that arm the condition again, `bandPercent` of the level away on the side (or sides) it fires from. */
export function rearmLevels(condition: Condition, bandPercent: string): RearmLevels {
  return {
    lower: firesUp(condition) ? levelFrom(condition.level, { percent: `-${bandPercent}` }) : null,
    upper: firesDown(condition) ? levelFrom(condition.level, { percent: bandPercent }) : null,
  };
}

/** Whether a close arms again; equality arms. */
export function rearmsAt(levels: RearmLevels, close: number): boolean {
  return (levels.lower !== null && close <= levels.lower) || (levels.upper !== null && close >= levels.upper);
}
