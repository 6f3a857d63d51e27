// What each kind of condition means, for the oracle: where it holds, what the walk meets, where it is back.
import type { Alert } from "../../domain/alert.ts";
import type { Condition } from "../../domain/condition.ts";
import { isNearerBelow, percentAway } from "./exact.ts";
import type { Way } from "./heard.ts";

/** By the walk, or by the close. */
export function firesByWalk({ condition, confirm }: Alert): boolean {
  if (condition.kind === "crosses") return true;
  return (condition.kind === "above" || condition.kind === "below") && condition.forMs === 0 && confirm === 1;
}

/** Whether it is true at a price. */
export function holds(condition: Condition, price: number): boolean {
  switch (condition.kind) {
    case "above":
      return price >= condition.level;
    case "below":
      return price <= condition.level;
    case "crosses":
      return false;
    case "inside":
      return condition.lower <= price && price <= condition.upper;
    case "outside":
      return price <= condition.lower || price >= condition.upper;
  }
}

/** The level that is told where it fires by the close. */
export function levelAt(condition: Condition, close: number): number {
  if ("level" in condition) return condition.level;
  if (condition.kind === "outside") return close <= condition.lower ? condition.lower : condition.upper;
  return isNearerBelow(condition.lower, close, condition.upper) ? condition.lower : condition.upper;
}

/** The price with which the way meets the level of the condition; null: it does not. */
export function meetingPrice(condition: Condition & { level: number }, way: Way): number | null {
  const { level } = condition;
  const { from, open, high, low, close } = way;
  const up = hearsUp(condition) && isMetUp(level, way);
  const down = hearsDown(condition) && isMetDown(level, way);
  if ((up && close >= level) || (down && close <= level)) return close;
  if (up) return from < level && open >= level ? open : high;
  if (down) return from > level && open <= level ? open : low;
  return null;
}

function isMetUp(level: number, { from, open, high, low, close }: Way): boolean {
  return (Math.min(from, open) < level && level <= high) || (low < level && level <= close);
}

function isMetDown(level: number, { from, open, high, low, close }: Way): boolean {
  return (Math.max(from, open) > level && level >= low) || (high > level && level >= close);
}

function hearsUp(condition: Condition): boolean {
  return condition.kind === "above" || (condition.kind === "crosses" && condition.direction !== "down");
}

function hearsDown(condition: Condition): boolean {
  return condition.kind === "below" || (condition.kind === "crosses" && condition.direction !== "up");
}

/** Whether what fired at that edge is back at this close. */
export function isBack(alert: Alert, edge: "upper" | "lower" | null, close: number): boolean {
  const { condition, bandPercent: band } = alert;
  // Without a band, a close at the very level would arm and fire for ever what fires by the close.
  const isBarred = (level: number, limit: number): boolean => limit === level && close === level && !firesByWalk(alert);
  const isUnder = (level: number): boolean => {
    const limit = percentAway(level, "-", band);
    return close <= limit && !isBarred(level, limit);
  };
  const isOver = (level: number): boolean => {
    const limit = percentAway(level, "+", band);
    return close >= limit && !isBarred(level, limit);
  };
  switch (condition.kind) {
    case "above":
      return isUnder(condition.level);
    case "below":
      return isOver(condition.level);
    case "crosses":
      return (
        (condition.direction !== "down" && isUnder(condition.level)) ||
        (condition.direction !== "up" && isOver(condition.level))
      );
    case "inside":
      return isUnder(condition.lower) || isOver(condition.upper);
    case "outside":
      return edge === "upper"
        ? close > condition.lower && isUnder(condition.upper)
        : isOver(condition.lower) && close < condition.upper;
  }
}
