import { isBand, type Condition } from "../../domain/condition.ts";

/** Further digits say nothing. */
const DECIMALS = 4;

/** The level of the condition that is nearest to a price; of two as near the lower. */
export function nearestLevel(condition: Condition, price: number): number {
  if (!isBand(condition)) return condition.level;
  const { lower, upper } = condition;
  return Math.abs(price - lower) <= Math.abs(upper - price) ? lower : upper;
}

/** How far a price has to go to a level, in percent of the price; negative: down. To be shown; nothing is decided by it. */
export function distancePercent(price: number, level: number): number {
  return Number(((100 * (level - price)) / price).toFixed(DECIMALS));
}
