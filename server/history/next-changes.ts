import type { Alert, AlertState } from "../../domain/alert.ts";
import { forMsOf, isBand } from "../../domain/condition.ts";
import { hasFired, isOver } from "../../domain/judging/state-change.ts";
import { firesByWalk } from "../../domain/judging/firing.ts";
import { formatMoment } from "../../domain/moment-text.ts";
import { formatPrice } from "../../domain/price.ts";
import { wakesOf, type Wake } from "../../domain/judging/wakes.ts";
import type { NextChange } from "./history.ts";
import { nextPriceAfterFire, priceAfterFire, seenAfterFire } from "./next-after-fire.ts";
import { heldText, spanText } from "./standing.ts";

type Change = Pick<NextChange, "effect" | "detail">;

/** The last price that the alert heard. */
export interface LastHeard {
  readonly close: number;
  /** Of the alert's session, in the same count as its state. */
  readonly seenMs: number;
}

/** At what the alert can change next: what the index wakes it for, in words. Empty when it does not watch. */
export function nextChangesOf(alert: Alert, state: AlertState, last: LastHeard | null): readonly NextChange[] {
  return wakesOf(alert, state, last?.close ?? null).map((wake) => changeAt(wake, alert, state, last));
}

function changeAt(wake: Wake, alert: Alert, state: AlertState, last: LastHeard | null): NextChange {
  switch (wake.gauge) {
    case "time":
      return timeChange(wake.level, alert, state);
    case "seen":
      return { ...seenChange(wake.level, alert, state, last), level: null, timeMs: null };
    case "every":
      return { ...nextPriceChange(alert, state, last), level: null, timeMs: null };
    case "price":
      return { ...priceChange(wake, alert, state), level: wake.level, timeMs: null };
  }
}

function timeChange(timeMs: number, { expireTimeMs }: Alert, state: AlertState): NextChange {
  const isEnd = timeMs === expireTimeMs;
  const deed = isOver(state) ? "has nothing more to tell" : isEnd ? "expires" : "is armed anew";
  const detail = `${deed} at the first price from ${formatMoment(timeMs)} on`;
  return { effect: isEnd ? "expire" : "resume", level: null, timeMs, detail };
}

function seenChange(level: number, alert: Alert, state: AlertState, last: LastHeard | null): Change {
  const leftMs = level - (last?.seenMs ?? level);
  if (state.name !== "PENDING") return seenAfterFire(level, leftMs, alert, state);
  return { effect: "fire", detail: `fires after ${spanText(Math.max(0, leftMs))} more of market time, if it stays so` };
}

/** What any next price can do. */
function nextPriceChange(alert: Alert, state: AlertState, last: LastHeard | null): Change {
  if (hasFired(state)) return nextPriceAfterFire(alert, state, last?.close ?? null);
  if (state.awaitsBaseline)
    return { effect: "count", detail: "the next price is where it starts from; it does not fire it" };
  if (state.name === "PENDING") {
    const left = alert.confirm - state.confirmCount;
    return {
      effect: "fire",
      detail: `fires when it holds at ${left} more ${left === 1 ? "price" : "prices"} in a row${restText(alert)}`,
    };
  }
  return heldText(alert) === ""
    ? { effect: "fire", detail: "fires at the next price if it still holds" }
    : {
        effect: "count",
        detail: `begins to count at the next price if it still holds; it must hold${heldText(alert)}`,
      };
}

function priceChange(wake: Wake & { gauge: "price" }, alert: Alert, state: AlertState): Change {
  if (hasFired(state)) return priceAfterFire(wake, alert, state);
  const there = `${wake.side === "up" ? "at or above" : "at or below"} ${formatPrice(wake.level)}`;
  if (state.name === "PENDING") return { effect: "reset", detail: `stops counting beyond ${formatPrice(wake.level)}` };
  if (!firesByWalk(alert)) {
    return heldText(alert) === ""
      ? { effect: "fire", detail: `fires at a close ${there}` }
      : { effect: "count", detail: `must hold${heldText(alert)} from a close ${there} on` };
  }
  if (firesGoing(wake.side, alert)) return { effect: "fire", detail: `fires ${there}` };
  return { effect: "count", detail: `fires at ${formatPrice(wake.level)} once the price has been on its other side` };
}

/** Whether a price that comes to the level on that side fires the alert there and then. */
function firesGoing(side: "up" | "down", { condition }: Alert): boolean {
  if (isBand(condition)) return false;
  if (condition.kind === "crosses") return condition.direction === "either" || condition.direction === side;
  return condition.kind === (side === "up" ? "above" : "below");
}

function restText({ condition }: Alert): string {
  return forMsOf(condition) === 0 ? "" : ` and for ${spanText(forMsOf(condition))}`;
}
