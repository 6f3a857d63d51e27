// Judging: the one place that decides whether an alert fires. Live judging, catch-up, preview and explanation all call it.
// It returns the wakes together with the state, so that judge and index cannot drift apart.
import type { Alert, AlertState, Trigger } from "./alert.ts";
import { firingPrice, holdsAt, rearmLevels, rearmsAt } from "./firing.ts";
import type { JudgeReason } from "./judge-reason.ts";
import { changedState } from "./state-change.ts";
import type { Sight } from "./sight.ts";
import { wakesOf, type Wake } from "./wakes.ts";
import { closeWalk } from "./walk.ts";

/** What became of an alert. `state` is the very same object if nothing changed; then the wakes are those it had, too. */
export interface Judgement {
  readonly state: AlertState;
  /** Set if it fired. */
  readonly trigger?: Trigger;
  readonly reason: JudgeReason;
  /** The levels at which its next change can happen; they replace all earlier ones. */
  readonly wakes: readonly Wake[];
}

/**
 * Judges an alert on one quote that it hears. The sights of a series come in order, none left out except those that reach none
 * of the alert's wakes. Fires first, else re-arms by the close; one quote never does both.
 */
export function judgeAlert(alert: Alert, state: AlertState, sight: Sight): Judgement {
  if (state.name === "DISARMED") return judgeDisarmed(alert, state, sight);
  if (state.name !== "ARMED") return judgement(alert, state, sight, "NOT_WATCHING");
  return state.awaitsBaseline ? takeBaseline(alert, state, sight) : judgeArmed(alert, state, sight);
}

/** The first quote after arming without a baseline: it is the baseline and never fires; too late to reject, so that waits. */
function takeBaseline(alert: Alert, state: AlertState, sight: Sight): Judgement {
  const armedAsOfMs = Math.max(state.armedAsOfMs, sight.asOfMs);
  if (!holdsAt(alert.condition, sight.quote.close)) {
    return judgement(alert, changedState(state, { awaitsBaseline: false, armedAsOfMs }), sight, "BASELINE_TAKEN");
  }
  const next =
    alert.alreadyTrue === "fire"
      ? changedState(state, { awaitsBaseline: false, firesIfTrue: true, armedAsOfMs })
      : changedState(state, { name: "DISARMED", awaitsBaseline: false, armedAsOfMs: 0 });
  return judgement(alert, next, sight, "BASELINE_ALREADY_TRUE");
}

function judgeArmed(alert: Alert, state: AlertState, sight: Sight): Judgement {
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

function judgeDisarmed(alert: Alert, state: AlertState, sight: Sight): Judgement {
  if (!rearmsAt(rearmLevels(alert.condition, alert.bandPercent), sight.quote.close)) {
    return judgement(alert, state, sight, "WITHIN_BAND");
  }
  const next = changedState(state, { name: "ARMED", armedAsOfMs: sight.asOfMs, edge: null });
  return judgement(alert, next, sight, "REARMED");
}

function fire(alert: Alert, state: AlertState, sight: Sight, price: number, reason: JudgeReason): Judgement {
  const name = alert.repeat === "once" ? "TRIGGERED" : "DISARMED";
  const next = changedState(state, { name, firesIfTrue: false, armedAsOfMs: 0 });
  const trigger = { alertId: alert.id, level: alert.condition.level, price, asOfMs: sight.asOfMs };
  return { ...judgement(alert, next, sight, reason), trigger };
}

function judgement(alert: Alert, state: AlertState, sight: Sight, reason: JudgeReason): Judgement {
  return { state, reason, wakes: wakesOf(alert, state, sight.quote.close) };
}
