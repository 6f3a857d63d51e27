// The rules of each kind of condition, in one place: where it holds, when it fires, where it is back.
// Above is a condition that fires upwards and is back below; below is its mirror; crosses may do either or both.
import type { Alert, AlertState } from "../alert.ts";
import { forMsOf, isBand, type BandCondition, type Condition } from "../condition.ts";
import { AppError } from "../error.ts";
import { levelFrom, middleOf } from "../price.ts";
import { contains, type Region, type Stretch } from "./region.ts";
import { meetsDown, meetsUp, type Walk } from "./walk.ts";

/** What decides how an alert fires, and where it is back. */
type Firing = Pick<Alert, "condition" | "confirm">;
type Banded = Firing & Pick<Alert, "bandPercent">;

const NOWHERE: Region = [];

/** Where the condition is true; crossing is an event, and true nowhere. */
export function truthOf(condition: Condition): Region {
  switch (condition.kind) {
    case "above":
      return [{ from: condition.level }];
    case "below":
      return [{ to: condition.level }];
    case "inside":
      return [{ from: condition.lower, to: condition.upper }];
    case "outside":
      return [{ to: condition.lower }, { from: condition.upper }];
    case "crosses":
      return NOWHERE;
  }
}

/** Whether the condition is true at a price. */
export function holdsAt(condition: Condition, price: number): boolean {
  return contains(truthOf(condition), price);
}

/** Whether the alert fires by what the walk touched, and not only by the close. */
export function firesByWalk({ condition, confirm }: Firing): boolean {
  if (condition.kind === "crosses") return true;
  return (condition.kind === "above" || condition.kind === "below") && forMsOf(condition) === 0 && confirm === 1;
}

/** The price with which the walk fires the condition: the close if that met the level, else the open or extreme that did; null if none. */
export function firingPrice(condition: Condition, walk: Walk): number | null {
  if (isBand(condition)) return null;
  const { level } = condition;
  const up = firesUp(condition) && meetsUp(walk, level);
  const down = firesDown(condition) && meetsDown(walk, level);
  if ((up && walk.close >= level) || (down && walk.close <= level)) return walk.close;
  if (up) return walk.previous < level && level <= walk.open ? walk.open : walk.high;
  if (down) return walk.previous > level && level >= walk.open ? walk.open : walk.low;
  return null;
}

/** The level that a close at which the condition holds is told with: of a band the edge it is beyond, or the nearer one. */
export function levelMet(condition: Condition, close: number): number {
  if (!isBand(condition)) return condition.level;
  return isNearUpper(condition, close) ? condition.upper : condition.lower;
}

/** The edge of an `outside` that a price at which it holds is beyond; null for every other kind. */
export function edgeOf(condition: Condition, price: number): AlertState["edge"] {
  if (condition.kind !== "outside") return null;
  return price >= condition.upper ? "upper" : "lower";
}

/**
 * Where an alert that has fired is back and may arm again, its band away from what it fired at. Without a band a close at the very level
 * is back only for what fires by passing it: whatever fires by the close would arm and fire there for ever. Throws PRICE_RANGE if no price
 * is so far away.
 */
export function backOf(alert: Banded, edge: AlertState["edge"]): Region {
  const { condition, bandPercent } = alert;
  const isOut = (level: number, end: number): boolean => end === level && !firesByWalk(alert);
  const under = (level: number): Stretch => {
    const to = levelFrom(level, { percent: `-${bandPercent}` });
    return { to, isToOut: isOut(level, to) };
  };
  const over = (level: number): Stretch => {
    const from = levelFrom(level, { percent: bandPercent });
    return { from, isFromOut: isOut(level, from) };
  };
  switch (condition.kind) {
    case "inside":
      return [under(condition.lower), over(condition.upper)];
    case "outside":
      return edge === "lower"
        ? [{ ...over(condition.lower), to: condition.upper, isToOut: true }]
        : [{ ...under(condition.upper), from: condition.lower, isFromOut: true }];
    case "above":
    case "below":
    case "crosses": {
      const below = firesUp(condition) ? [under(condition.level)] : NOWHERE;
      const above = firesDown(condition) ? [over(condition.level)] : NOWHERE;
      return [...below, ...above];
    }
  }
}

/** Whether there are prices at which the alert is back, whichever edge it fires at; if not, it could never arm again. */
export function hasRoomToBeBack(alert: Banded): boolean {
  try {
    const stretches = (["lower", "upper"] as const).flatMap((edge) => backOf(alert, edge));
    return stretches.every(({ from = 0, to = Infinity }) => from < to);
  } catch (error) {
    if (error instanceof AppError && error.reason === "PRICE_RANGE") return false;
    throw error;
  }
}

/** Whether touching the level from below fires the condition. */
function firesUp(condition: Condition): boolean {
  return condition.kind === "above" || (condition.kind === "crosses" && condition.direction !== "down");
}

/** Whether touching the level from above fires the condition. */
function firesDown(condition: Condition): boolean {
  return condition.kind === "below" || (condition.kind === "crosses" && condition.direction !== "up");
}

function isNearUpper({ kind, lower, upper }: BandCondition, close: number): boolean {
  return close >= upper || (kind === "inside" && close > middleOf(lower, upper));
}
