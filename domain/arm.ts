// The acts on an alert that are not judging: arming it, pausing it, setting it aside.
import type { Alert, AlertState } from "./alert.ts";
import { sentenceOf } from "./condition-sentence.ts";
import { AppError } from "./error.ts";
import { holdsAt } from "./firing.ts";
import type { JudgeReason } from "./judge-reason.ts";
import { isStale, type Previous } from "./previous.ts";
import { formatPrice } from "./price.ts";
import { changedState } from "./state-change.ts";
import { currencyOf } from "./symbol.ts";
import type { TimeMs } from "./time.ts";
import { EVERY_WAKES, NO_WAKES, wakesOf, type Wake } from "./wakes.ts";

/** What an act made of an alert; the wakes replace all earlier ones. */
export interface AlertChange {
  readonly state: AlertState;
  readonly reason: JudgeReason;
  readonly wakes: readonly Wake[];
}

const UNARMED = { awaitsBaseline: false, firesIfTrue: false, armedAsOfMs: 0, edge: null } as const;

/**
 * Arms an alert: at creation (from INITIAL_STATE), resume, changed condition. `baseline` is what its series remembers; without
 * one, or with a stale one, the next judged quote becomes it. Throws FAILED_PRECONDITION ALREADY_TRUE if the condition
 * holds on the baseline and the caller chose `reject`.
 */
export function armAlert(alert: Alert, state: AlertState, baseline: Previous | null, eventNowMs: TimeMs): AlertChange {
  const armed = { ...UNARMED, name: "ARMED", armedAsOfMs: eventNowMs } as const;
  if (baseline === null || isStale(baseline, eventNowMs)) {
    const next = changedState(state, { ...armed, awaitsBaseline: true });
    return { state: next, reason: "ARMED_AWAITING_BASELINE", wakes: EVERY_WAKES };
  }
  if (!holdsAt(alert.condition, baseline.close)) return change(alert, changedState(state, armed), baseline, "ARMED");
  if (alert.alreadyTrue === "reject") throw alreadyTrue(alert, baseline);
  if (alert.alreadyTrue === "fire") {
    return change(alert, changedState(state, { ...armed, firesIfTrue: true }), baseline, "ARMED_TO_FIRE_IF_TRUE");
  }
  return change(alert, changedState(state, { ...UNARMED, name: "DISARMED" }), baseline, "ARMED_ALREADY_TRUE");
}

/** Pauses an alert that watches; one that is paused stays as it is. Throws FAILED_PRECONDITION STATE_CONFLICT for any other. */
export function pauseAlert(state: AlertState): AlertChange {
  if (!["ARMED", "DISARMED", "PENDING", "PAUSED"].includes(state.name)) {
    throw new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", `an alert that is ${state.name} cannot be paused`, {
      hint: "Only an alert that watches can be paused; resume it first to make it watch again.",
    });
  }
  return { state: changedState(state, { ...UNARMED, name: "PAUSED" }), reason: "PAUSED", wakes: NO_WAKES };
}

/** Sets an alert aside for good: deleted by its user, or because judging it threw. */
export function endAlert(state: AlertState, name: "DELETED" | "ERROR"): AlertChange {
  const reason = name === "DELETED" ? "DELETED" : "JUDGING_FAILED";
  return { state: changedState(state, { ...UNARMED, name }), reason, wakes: NO_WAKES };
}

function change(alert: Alert, state: AlertState, baseline: Previous, reason: JudgeReason): AlertChange {
  return { state, reason, wakes: wakesOf(alert, state, baseline.close) };
}

function alreadyTrue(alert: Alert, baseline: Previous): AppError {
  const currency = currencyOf(alert.symbol);
  const sentence = sentenceOf(alert.symbol, alert.condition, alert.repeat, currency);
  const message = `"${sentence}" is already true: the last price is ${formatPrice(baseline.close)} ${currency}`;
  return new AppError("FAILED_PRECONDITION", "ALREADY_TRUE", message, {
    hint: 'Choose "wait" for already-true to be told the next time it becomes true, or "fire" to be told at the next price.',
  });
}
