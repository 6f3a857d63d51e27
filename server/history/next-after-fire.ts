// What can become next of an alert that has fired: it arms again, its owner is told that the price is back, or that it still holds.
import type { Alert, AlertState } from "../../domain/alert.ts";
import { backOf } from "../../domain/judging/firing.ts";
import { contains } from "../../domain/judging/region.ts";
import { isReminding, isToTellBack, looksForBack } from "../../domain/judging/telling.ts";
import type { Wake } from "../../domain/judging/wakes.ts";
import { formatPrice } from "../../domain/price.ts";
import type { NextChange } from "./history.ts";
import { rearmText, spanText } from "./standing.ts";

type Change = Pick<NextChange, "effect" | "detail">;

/** After so much more market time. */
export function seenAfterFire(level: number, leftMs: number, alert: Alert, state: AlertState): Change {
  const isReminder = isReminding(alert, state) && level === (state.remindSinceSeenMs ?? 0) + alert.remindEveryMs;
  const { effect, deed } = isReminder ? REMINDER : returnOf(alert, state);
  return { effect, detail: `${deed} after ${spanText(Math.max(0, leftMs))} more of market time, if it stays so` };
}

/** At any next price, the last one being `close`. */
export function nextPriceAfterFire(alert: Alert, state: AlertState, close: number | null): Change {
  const isBack = looksForBack(alert, state) && (close === null || contains(backOf(alert, state.edge), close));
  if (!isBack)
    return { effect: "reset", detail: "the next price shows whether it still holds; if not, no reminder comes" };
  const { effect, deed } = returnOf(alert, state);
  return { effect, detail: `${deed} at the next price that is still back${rearmText(alert)}` };
}

/** At a level of the price; what is back and what is no longer true may be the same place. */
export function priceAfterFire({ side, level }: Wake & { gauge: "price" }, alert: Alert, state: AlertState): Change {
  const isBackLevel = backOf(alert, state.edge).some(({ from, to }) => from === level || to === level);
  if (!isBackLevel || !looksForBack(alert, state)) {
    return { effect: "reset", detail: `no more reminders beyond ${formatPrice(level)}` };
  }
  if (state.sinceSeenMs !== null) return { effect: "reset", detail: `begins anew beyond ${formatPrice(level)}` };
  const there = `${side === "up" ? "at or above" : "at or below"} ${formatPrice(level)}`;
  const { effect, deed, aim } = returnOf(alert, state);
  return alert.rearmForMs === 0
    ? { effect, detail: `${deed} at a close ${there}` }
    : { effect: "count", detail: `must be back ${there}${rearmText(alert)} to ${aim}` };
}

const REMINDER = { effect: "remind", deed: "reminds" } as const;

function returnOf(alert: Alert, state: AlertState) {
  if (state.name === "TRIGGERED") return { effect: "tell", deed: "tells that it is back", aim: "be told" } as const;
  const told = isToTellBack(alert, state) ? " and tells so" : "";
  return { effect: "arm", deed: `arms${told}`, aim: `arm${told}` } as const;
}
