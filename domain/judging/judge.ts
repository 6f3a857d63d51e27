// Judging: the one place that decides whether an alert fires, and what its owner is told after that. Live judging, catch-up, preview and explanation all call it.
// It returns the wakes together with the state, so that judge and index cannot drift apart. The rules: docs/conditions.md.
import type { Alert, AlertNotice, AlertState, Trigger } from "../alert.ts";
import { armOn } from "./arm.ts";
import { forMsOf } from "../condition.ts";
import { backOf, edgeOf, firesByWalk, firingPrice, holdsAt, levelMet } from "./firing.ts";
import type { JudgeReason } from "./judge-reason.ts";
import { contains } from "./region.ts";
import { firesTooOften, recentFires } from "./runaway.ts";
import { AT_REST, changedState, hasFired, isOver } from "./state-change.ts";
import type { Sight } from "./sight.ts";
import { fireMemory, hasMoreToTell, isToTellBack, looksForBack, remembered } from "./telling.ts";
import type { TimeMs } from "../time.ts";
import { wakesOf, type Wake } from "./wakes.ts";
import { closeWalk } from "./walk.ts";

/** What became of an alert. `state` is the very same object if nothing changed. */
export interface Judgement {
  readonly state: AlertState;
  /** Set if it fired. */
  readonly trigger?: Trigger;
  /** Set if its owner is to be told of something else. */
  readonly notice?: AlertNotice;
  readonly reason: JudgeReason;
  /** The levels at which its next change can happen; they replace all earlier ones. */
  readonly wakes: readonly Wake[];
}

/**
 * Judges an alert on one quote that it hears. The sights of a series come in order, none left out except those that reach none
 * of the alert's wakes. Fires first, else re-arms by the close; one quote never does both.
 */
export function judgeAlert(alert: Alert, state: AlertState, sight: Sight): Judgement {
  if (isOver(state) && !hasMoreToTell(alert, state)) return judgement(alert, state, sight, "NOT_WATCHING");
  if (alert.expireTimeMs !== null && sight.asOfMs >= alert.expireTimeMs) return expire(alert, state, sight);
  const { state: now, reason } = roused(alert, state, sight);
  const judged = judgeWatching(alert, now, sight);
  return judged.state === now && reason !== null ? { ...judged, reason } : judged;
}

/** What fired for good stays so, and only has nothing more to tell. */
function expire(alert: Alert, state: AlertState, sight: Sight): Judgement {
  const name = isOver(state) ? state.name : "EXPIRED";
  const judged = judgement(alert, changedState(state, { ...AT_REST, name }), sight, "EXPIRED");
  return isOver(state) ? judged : { ...judged, notice: "EXPIRED" };
}

/** The alert as it is when the quote comes: one whose pause is over, or whose series began anew, has been armed just before. */
function roused(alert: Alert, state: AlertState, sight: Sight): { state: AlertState; reason: JudgeReason | null } {
  if (state.name === "PAUSED") {
    const { pausedUntilMs } = state;
    if (pausedUntilMs === null || sight.asOfMs < pausedUntilMs) return { state, reason: null };
    return armOn(alert, state, sight.previous, pausedUntilMs);
  }
  const isOfOtherPrices = sight.previous === null || state.armedAsOfMs < sight.previous.stretchAsOfMs;
  if (hasFired(state) || !isOfOtherPrices) return { state, reason: null };
  return armOn(alert, state, sight.previous, state.armedAsOfMs);
}

function judgeWatching(alert: Alert, state: AlertState, sight: Sight): Judgement {
  if (state.name === "PAUSED") return judgement(alert, state, sight, "NOT_WATCHING");
  if (hasFired(state)) return judgeFired(alert, state, sight);
  if (state.awaitsBaseline) return takeBaseline(alert, state, sight);
  return firesByWalk(alert) ? judgeWalk(alert, state, sight) : judgeClose(alert, state, sight);
}

/** The first quote after arming without a baseline: it is the baseline and never fires; too late to reject, so that waits. */
function takeBaseline(alert: Alert, state: AlertState, sight: Sight): Judgement {
  const armedAsOfMs = Math.max(state.armedAsOfMs, sight.asOfMs);
  const { close } = sight.quote;
  if (!holdsAt(alert.condition, close)) {
    return judgement(alert, changedState(state, { awaitsBaseline: false, armedAsOfMs }), sight, "BASELINE_TAKEN");
  }
  const next =
    alert.alreadyTrue === "fire"
      ? changedState(state, { awaitsBaseline: false, firesIfTrue: firesByWalk(alert), armedAsOfMs })
      : changedState(state, { ...AT_REST, name: "DISARMED", edge: edgeOf(alert.condition, close) });
  return judgement(alert, next, sight, "BASELINE_ALREADY_TRUE");
}

function judgeWalk(alert: Alert, state: AlertState, sight: Sight): Judgement {
  const { close } = sight.quote;
  if (state.firesIfTrue && holdsAt(alert.condition, close)) {
    return fire(alert, state, sight, close, "FIRED_ALREADY_TRUE");
  }
  // Open and extremes of a bar that began before the alert was armed may have come before that moment.
  const walk = sight.quote.quoteTimeMs >= state.armedAsOfMs ? sight.walk : closeWalk(sight.walk);
  const price = firingPrice(alert.condition, walk);
  if (price !== null) return fire(alert, state, sight, price, "FIRED");
  if (!state.firesIfTrue) return judgement(alert, state, sight, "NOT_MET");
  return judgement(alert, changedState(state, { firesIfTrue: false }), sight, "NO_LONGER_TRUE");
}

/** Looks at the close alone: `inside`, `outside`, and whatever must hold for a while or several times. */
function judgeClose(alert: Alert, state: AlertState, sight: Sight): Judgement {
  const { close } = sight.quote;
  if (!holdsAt(alert.condition, close)) {
    if (state.name === "ARMED") return judgement(alert, state, sight, "NOT_MET");
    const armed = changedState(state, { name: "ARMED", sinceSeenMs: null, confirmCount: 0 });
    return judgement(alert, armed, sight, "NO_LONGER_TRUE");
  }
  const sinceSeenMs = state.sinceSeenMs ?? sight.seenMs;
  const confirmCount = Math.min(state.confirmCount + 1, alert.confirm);
  if (confirmCount === alert.confirm && sight.seenMs - sinceSeenMs >= forMsOf(alert.condition)) {
    return fire(alert, state, sight, close, "FIRED");
  }
  const pending = changedState(state, { name: "PENDING", sinceSeenMs, confirmCount });
  return judgement(alert, pending, sight, state.name === "PENDING" ? "STILL_PENDING" : "PENDING_BEGUN");
}

/** Looks whether the price is back, and else whether there is to be a reminder; never at the very quote that fired it. */
function judgeFired(alert: Alert, state: AlertState, sight: Sight): Judgement {
  const isBack = looksForBack(alert, state) && contains(backOf(alert, state.edge), sight.quote.close);
  const sinceSeenMs = backSince(alert, state, isBack ? sight.seenMs : null);
  if (isBack && sight.seenMs - (sinceSeenMs ?? sight.seenMs) >= alert.rearmForMs) return endFired(alert, state, sight);
  const memory = remembered(alert, state, sight);
  const judged = judgement(alert, changedState(state, { sinceSeenMs, ...memory }), sight, "WITHIN_BAND");
  if (memory.reminderCount !== undefined) return { ...judged, reason: "REMINDED", notice: "STILL_TRUE" };
  if (isBack) return { ...judged, reason: "NOT_BACK_FOR_LONG" };
  return memory.remindSinceSeenMs === null ? { ...judged, reason: "NO_LONGER_TRUE" } : judged;
}

/** Since when it is back; what is not looked for stays as it was. */
function backSince(alert: Alert, state: AlertState, backSeenMs: number | null): number | null {
  if (!looksForBack(alert, state)) return state.sinceSeenMs;
  return backSeenMs === null ? null : (state.sinceSeenMs ?? backSeenMs);
}

/** The price is back: a DISARMED alert arms again, and one that fired for good has nothing more to tell. */
function endFired(alert: Alert, state: AlertState, sight: Sight): Judgement {
  const isDisarmed = state.name === "DISARMED";
  const armedAsOfMs = isDisarmed ? Math.max(sight.asOfMs, stretchBefore(sight)) : 0;
  const next = changedState(state, { ...AT_REST, name: isDisarmed ? "ARMED" : "TRIGGERED", armedAsOfMs });
  const judged = judgement(alert, next, sight, isDisarmed ? "REARMED" : "TOLD_BACK");
  return isToTellBack(alert, state) ? { ...judged, notice: "BACK_TO_NORMAL" } : judged;
}

function fire(alert: Alert, state: AlertState, sight: Sight, price: number, reason: JudgeReason): Judgement {
  const { id, condition } = alert;
  const { asOfMs } = sight;
  const trigger = { alertId: id, level: levelMet(condition, price), price, asOfMs };
  const recentFiresMs = recentFires(state.recentFiresMs, asOfMs);
  const fireCount = state.fireCount + 1;
  const isLast = alert.repeat === "once" || (alert.maxFires > 0 && fireCount >= alert.maxFires);
  const isStopped = !isLast && firesTooOften(recentFiresMs);
  const name = isLast ? "TRIGGERED" : isStopped ? "STOPPED" : "DISARMED";
  const memory = isStopped ? {} : { edge: edgeOf(condition, price), ...fireMemory(alert, sight) };
  const next = changedState(state, { ...AT_REST, name, ...memory, fireCount, recentFiresMs });
  const judged = { ...judgement(alert, next, sight, isStopped ? "FIRED_TOO_OFTEN" : reason), trigger };
  return isStopped ? { ...judged, notice: "STOPPED" } : judged;
}

/** When the stretch of prices began that the quote goes on with; whatever is armed on it was armed then at the earliest. */
function stretchBefore({ previous }: Sight): TimeMs {
  return previous?.stretchAsOfMs ?? 0;
}

function judgement(alert: Alert, state: AlertState, sight: Sight, reason: JudgeReason): Judgement {
  return { state, reason, wakes: wakesOf(alert, state, sight.quote.close) };
}
