// Where an alert's next change can happen. The index keeps these and asks an alert only when a quote reaches one of them;
// they may be too many and never too few, which judge.properties.test.ts tries on random histories.
import type { Alert, AlertState } from "./alert.ts";
import { rearmLevels } from "./firing.ts";
import type { Bounds } from "./walk.ts";

/** A reason to be asked: the price goes to `level` or beyond on that side, or any next quote. */
export type Wake =
  { readonly gauge: "price"; readonly side: "up" | "down"; readonly level: number } | { readonly gauge: "every" };

/** Any next quote. */
export const EVERY_WAKES: readonly Wake[] = [{ gauge: "every" }];
/** No quote at all. */
export const NO_WAKES: readonly Wake[] = [];

/** The wakes of an alert whose last heard close is `close`. */
export function wakesOf(alert: Alert, state: AlertState, close: number): readonly Wake[] {
  if (state.name === "DISARMED") return rearmWakes(alert);
  if (state.name !== "ARMED") return NO_WAKES;
  if (state.awaitsBaseline || state.firesIfTrue) return EVERY_WAKES;
  return [firingWake(alert, close)];
}

/** Whether a quote with these bounds (already widened, if they are to be) reaches the wake. */
export function isReached(wake: Wake, bounds: Bounds): boolean {
  if (wake.gauge === "every") return true;
  return wake.side === "up" ? bounds.upper >= wake.level : bounds.lower <= wake.level;
}

/**
 * One wake, at the level, on the side where the price is not: that it comes there either fires the alert, or must be seen
 * because from then on it can. At the very level either side is right: to fire, the price has to leave it and come back.
 */
function firingWake(alert: Alert, close: number): Wake {
  const { level } = alert.condition;
  return { gauge: "price", side: close <= level ? "up" : "down", level };
}

function rearmWakes({ condition, bandPercent }: Alert): readonly Wake[] {
  const { lower, upper } = rearmLevels(condition, bandPercent);
  const wakes: Wake[] = [];
  if (lower !== null) wakes.push({ gauge: "price", side: "down", level: lower });
  if (upper !== null) wakes.push({ gauge: "price", side: "up", level: upper });
  return wakes;
}
