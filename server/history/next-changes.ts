import type { Alert, AlertState } from "../../domain/alert.ts";
import { forMsOf, isBand } from "../../domain/condition.ts";
import { firesByWalk } from "../../domain/judging/firing.ts";
import { formatMoment } from "../../domain/moment-text.ts";
import { formatPrice } from "../../domain/price.ts";
import { wakesOf, type Wake } from "../../domain/judging/wakes.ts";
import type { NextChange } from "./history.ts";
import { heldText, spanText } from "./standing.ts";

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
      return timeChange(wake.level, alert);
    case "seen":
      return seenChange(wake.level - (last?.seenMs ?? wake.level), state);
    case "every":
      return { ...nextPriceChange(alert, state), level: null, timeMs: null };
    case "price":
      return { ...priceChange(wake, alert, state), level: wake.level, timeMs: null };
  }
}

function timeChange(timeMs: number, { expireTimeMs }: Alert): NextChange {
  const isEnd = timeMs === expireTimeMs;
  const detail = `${isEnd ? "expires" : "is armed anew"} at the first price from ${formatMoment(timeMs)} on`;
  return { effect: isEnd ? "expire" : "resume", level: null, timeMs, detail };
}

function seenChange(leftMs: number, { name }: AlertState): NextChange {
  const effect = name === "PENDING" ? "fire" : "arm";
  const detail = `${effect}s after ${spanText(Math.max(0, leftMs))} more of market time, if it stays so`;
  return { effect, level: null, timeMs: null, detail };
}

/** What any next price can do. */
function nextPriceChange(alert: Alert, state: AlertState): Pick<NextChange, "effect" | "detail"> {
  if (state.name === "DISARMED") {
    return { effect: "arm", detail: `arms at the next price that is still back${rearmText(alert)}` };
  }
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

function priceChange(
  wake: Wake & { gauge: "price" },
  alert: Alert,
  state: AlertState,
): Pick<NextChange, "effect" | "detail"> {
  const there = `${wake.side === "up" ? "at or above" : "at or below"} ${formatPrice(wake.level)}`;
  if (state.name === "PENDING") return { effect: "reset", detail: `stops counting beyond ${formatPrice(wake.level)}` };
  if (state.name === "DISARMED") {
    if (state.sinceSeenMs !== null) return { effect: "reset", detail: `begins anew beyond ${formatPrice(wake.level)}` };
    return alert.rearmForMs === 0
      ? { effect: "arm", detail: `arms at a close ${there}` }
      : { effect: "count", detail: `must be back ${there}${rearmText(alert)} to arm` };
  }
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

function rearmText({ rearmForMs }: Alert): string {
  return rearmForMs === 0 ? "" : ` for ${spanText(rearmForMs)}`;
}

function restText({ condition }: Alert): string {
  return forMsOf(condition) === 0 ? "" : ` and for ${spanText(forMsOf(condition))}`;
}
