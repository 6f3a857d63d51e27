// Where an alert's next change can happen. The index keeps these and asks an alert only when a quote reaches one of them. They may be too
// many and never too few: judged on a quote that reaches none, an alert comes out as the very same state, with no trigger, no notice and
// equal wakes. wakes.properties.test.ts tries that on random histories.
import type { Alert, AlertState } from "../alert.ts";
import { forMsOf, isBand } from "../condition.ts";
import { backOf, firesByWalk, holdsAt, truthOf } from "./firing.ts";
import { contains, stretchAt, type Region } from "./region.ts";
import type { Sight } from "./sight.ts";
import { hasFired, isOver } from "./state-change.ts";
import { hasMoreToTell, isReminding, looksForBack } from "./telling.ts";
import type { TimeMs } from "../time.ts";
import { walkBounds, type Bounds } from "./walk.ts";

/** A reason to be asked: the price goes to `level` or beyond on that side; any next quote; the time seen, or the event time, gets so far. */
export type Wake =
  | { readonly gauge: "price"; readonly side: "up" | "down"; readonly level: number }
  | { readonly gauge: "every" }
  | { readonly gauge: "seen"; readonly level: number }
  | { readonly gauge: "time"; readonly level: TimeMs };

/** How far a quote's gauges go. */
export interface Reach {
  /** Already widened, if they are to be. */
  readonly bounds: Bounds;
  readonly seenMs: number;
  readonly asOfMs: TimeMs;
}

/** Reaches every wake there is. */
const REACH_OF_ALL: Reach = { bounds: { lower: 0, upper: Infinity }, seenMs: Infinity, asOfMs: Infinity };

/** Any next quote. */
const EVERY_WAKES: readonly Wake[] = [{ gauge: "every" }];
/** No quote at all. */
export const NO_WAKES: readonly Wake[] = [];

/** The wakes of an alert whose last heard close is `close`; null: there was none yet. */
export function wakesOf(alert: Alert, state: AlertState, close: number | null): readonly Wake[] {
  if (isOver(state) && !hasMoreToTell(alert, state)) return NO_WAKES;
  const wakes = state.name === "PAUSED" ? pausedWakes(state) : watchingWakes(alert, state, close);
  return alert.expireTimeMs === null ? wakes : [...wakes, { gauge: "time", level: alert.expireTimeMs }];
}

/**
 * How far a sight reaches, its bounds not widened. The first of a series and of a new stretch of prices reaches everything, for what was
 * armed on other prices is armed anew, wherever its levels are. From the second on all that its session has is armed on the stretch.
 */
export function reachOf({ walk, previous, seenMs, asOfMs }: Sight): Reach {
  if (previous === null || previous.beginsStretch) return REACH_OF_ALL;
  return { bounds: walkBounds(walk), seenMs, asOfMs };
}

/** Whether a quote that reaches so far reaches the wake. */
export function isReached(wake: Wake, { bounds, seenMs, asOfMs }: Reach): boolean {
  switch (wake.gauge) {
    case "every":
      return true;
    case "price":
      return wake.side === "up" ? bounds.upper >= wake.level : bounds.lower <= wake.level;
    case "seen":
      return seenMs >= wake.level;
    case "time":
      return asOfMs >= wake.level;
  }
}

function pausedWakes({ pausedUntilMs }: AlertState): readonly Wake[] {
  return pausedUntilMs === null ? NO_WAKES : [{ gauge: "time", level: pausedUntilMs }];
}

function watchingWakes(alert: Alert, state: AlertState, close: number | null): readonly Wake[] {
  if (close === null || state.awaitsBaseline || state.firesIfTrue) return EVERY_WAKES;
  if (hasFired(state)) return firedWakes(alert, state, close);
  return state.name === "PENDING" ? pendingWakes(alert, state, close) : armedWakes(alert, close);
}

function armedWakes(alert: Alert, close: number): readonly Wake[] {
  const { condition } = alert;
  if (firesByWalk(alert) && !isBand(condition)) return [firingWake(condition.level, close)];
  return holdsAt(condition, close) ? EVERY_WAKES : wakesToEnter(truthOf(condition), close);
}

/**
 * One wake, at the level, on the side where the price is not: that it comes there either fires the alert, or must be seen
 * because from then on it can. At the very level either side is right: to fire, the price has to leave it and come back.
 */
function firingWake(level: number, close: number): Wake {
  return { gauge: "price", side: close <= level ? "up" : "down", level };
}

function pendingWakes(alert: Alert, state: AlertState, close: number): readonly Wake[] {
  if (state.confirmCount < alert.confirm) return EVERY_WAKES;
  return [
    ...runningWakes(state.sinceSeenMs, forMsOf(alert.condition)),
    ...wakesToLeave(truthOf(alert.condition), close),
  ];
}

function firedWakes(alert: Alert, state: AlertState, close: number): readonly Wake[] {
  const back = looksForBack(alert, state) ? backWakes(alert, state, close) : NO_WAKES;
  const reminders = reminderWakes(alert, state, close).filter((wake) => !back.some((other) => isSame(wake, other)));
  return reminders.length === 0 ? back : [...back, ...reminders];
}

function backWakes(alert: Alert, state: AlertState, close: number): readonly Wake[] {
  const back = backOf(alert, state.edge);
  const isBack = contains(back, close);
  // Back by the very quote that fired it, or not looked at when that changed: any next quote makes the state agree.
  if (isBack !== (state.sinceSeenMs !== null)) return EVERY_WAKES;
  if (!isBack) return wakesToEnter(back, close);
  return [...runningWakes(state.sinceSeenMs, alert.rearmForMs), ...wakesToLeave(back, close)];
}

function reminderWakes(alert: Alert, state: AlertState, close: number): readonly Wake[] {
  if (!isReminding(alert, state)) return NO_WAKES;
  if (!holdsAt(alert.condition, close)) return EVERY_WAKES; // it was not looked at when that changed
  const leave = wakesToLeave(truthOf(alert.condition), close);
  return [...runningWakes(state.remindSinceSeenMs, alert.remindEveryMs), ...leave];
}

function runningWakes(sinceSeenMs: number | null, spanMs: number): readonly Wake[] {
  return sinceSeenMs === null ? NO_WAKES : [{ gauge: "seen", level: sinceSeenMs + spanMs }];
}

/** Where a price that is not in the region may get into it; perhaps a little before. */
function wakesToEnter(region: Region, price: number): readonly Wake[] {
  const wakes: Wake[] = [];
  for (const { from, to } of region) {
    if (from !== undefined && price <= from) wakes.push({ gauge: "price", side: "up", level: from });
    if (to !== undefined && price >= to) wakes.push({ gauge: "price", side: "down", level: to });
  }
  return wakes;
}

/** Where a price in the region may get out of its stretch; perhaps a little before. */
function wakesToLeave(region: Region, price: number): readonly Wake[] {
  const { from, to } = stretchAt(region, price) ?? {};
  const wakes: Wake[] = [];
  if (from !== undefined) wakes.push({ gauge: "price", side: "down", level: from });
  if (to !== undefined) wakes.push({ gauge: "price", side: "up", level: to });
  return wakes;
}

function isSame(a: Wake, b: Wake): boolean {
  if (a.gauge === "every" || b.gauge === "every") return a.gauge === b.gauge;
  return (
    a.gauge === b.gauge && a.level === b.level && (a.gauge !== "price" || b.gauge !== "price" || a.side === b.side)
  );
}
