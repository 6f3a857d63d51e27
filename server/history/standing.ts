// How a price stands to what an alert waits for, in words.
import type { Alert, AlertState } from "../../domain/alert.ts";
import { forMsOf, isBand, type Condition } from "../../domain/condition.ts";
import { formatDuration } from "../../domain/duration.ts";
import { backOf } from "../../domain/judging/firing.ts";
import { formatPrice } from "../../domain/price.ts";
import type { Stretch } from "../../domain/judging/region.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";

/** Where it goes on for so long, seconds say nothing. */
const SECONDS_BELOW_MS = 10 * MINUTE_MS;

/** "close 199.10 is below 200.00" */
export function standingOf(condition: Condition, close: number): string {
  return `close ${formatPrice(close)} is ${placeOf(condition, close)}`;
}

/** Where the alert is back and arms again: "at or below 199.00", "from 181.00 to 199.00". */
export function backText(alert: Alert, edge: AlertState["edge"]): string {
  return backOf(alert, edge).map(stretchText).join(", or ");
}

/** What must go on: " for 10m and at 2 prices in a row"; empty when it fires at once. */
export function heldText({ condition, confirm }: Alert): string {
  const forMs = forMsOf(condition);
  const parts = [
    ...(forMs === 0 ? [] : [`for ${formatDuration(forMs)}`]),
    ...(confirm === 1 ? [] : [`at ${confirm} prices in a row`]),
  ];
  return parts.length === 0 ? "" : ` ${parts.join(" and ")}`;
}

/** For how long it must be back: " for 10m"; empty when once is enough. */
export function rearmText({ rearmForMs }: Alert): string {
  return rearmForMs === 0 ? "" : ` for ${spanText(rearmForMs)}`;
}

/** A length of market time, rounded down: in whole minutes, under ten of them with seconds. */
export function spanText(ms: number): string {
  const step = ms < SECONDS_BELOW_MS ? SECOND_MS : MINUTE_MS;
  return formatDuration(Math.floor(ms / step) * step);
}

function placeOf(condition: Condition, close: number): string {
  if (!isBand(condition)) return sideOf(close, condition.level);
  const { lower, upper } = condition;
  if (close === lower || close === upper) return `at ${formatPrice(close)}`;
  if (close > lower && close < upper) return `between ${formatPrice(lower)} and ${formatPrice(upper)}`;
  return close < lower ? sideOf(close, lower) : sideOf(close, upper);
}

function sideOf(close: number, level: number): string {
  const side = close < level ? "below" : close > level ? "above" : "at";
  return `${side} ${formatPrice(level)}`;
}

function stretchText({ from, to, isFromOut, isToOut }: Stretch): string {
  if (from === undefined) return `${isToOut === true ? "below" : "at or below"} ${formatPrice(to ?? 0)}`;
  if (to === undefined) return `${isFromOut === true ? "above" : "at or above"} ${formatPrice(from)}`;
  return `between ${formatPrice(from)} and ${formatPrice(to)}`;
}
