// The acts on an alert that are not judging: arming it, pausing it, setting it aside.
import type { Alert, AlertState } from "../alert.ts";
import { sentenceOf } from "../language/condition-sentence.ts";
import { AppError } from "../error.ts";
import { edgeOf, firesByWalk, holdsAt } from "./firing.ts";
import type { JudgeReason } from "./judge-reason.ts";
import { isStale, type Previous } from "./previous.ts";
import { formatPrice } from "../price.ts";
import { AT_REST, changedState } from "./state-change.ts";
import { currencyOf } from "../symbol.ts";
import type { TimeMs } from "../time.ts";
import { NO_WAKES, wakesOf, type Wake } from "./wakes.ts";

/** What an act made of an alert; the wakes replace all earlier ones. */
export interface AlertChange {
  readonly state: AlertState;
  readonly reason: JudgeReason;
  readonly wakes: readonly Wake[];
}

/**
 * Arms an alert: at creation (from INITIAL_STATE), resume, changed condition. `baseline` is what its series remembers; without
 * one, or with a stale one, the next judged quote becomes it. Its count of fires begins anew, unless a pause ends. Throws
 * FAILED_PRECONDITION ALREADY_TRUE if the condition holds on the baseline and the caller chose `reject`.
 */
export function armAlert(alert: Alert, state: AlertState, baseline: Previous | null, eventNowMs: TimeMs): AlertChange {
  const isKnown = baseline !== null && !isStale(baseline, eventNowMs);
  if (isKnown && alert.alreadyTrue === "reject" && holdsAt(alert.condition, baseline.close)) {
    throw alreadyTrue(alert, baseline);
  }
  const counted = state.name === "PAUSED" ? state : changedState(state, { fireCount: 0, recentFiresMs: [] });
  return armOn(alert, counted, baseline, eventNowMs);
}

/** The same where nobody can be refused any more: `reject` then waits. Counts of fires go on. */
export function armOn(alert: Alert, state: AlertState, baseline: Previous | null, eventNowMs: TimeMs): AlertChange {
  const armedAsOfMs = Math.max(eventNowMs, baseline?.stretchAsOfMs ?? 0);
  const armed = { ...AT_REST, name: "ARMED", armedAsOfMs } as const;
  if (baseline === null || isStale(baseline, eventNowMs)) {
    return change(alert, changedState(state, { ...armed, awaitsBaseline: true }), null, "ARMED_AWAITING_BASELINE");
  }
  const { close } = baseline;
  if (!holdsAt(alert.condition, close)) return change(alert, changedState(state, armed), close, "ARMED");
  if (alert.alreadyTrue === "fire") {
    const firesIfTrue = firesByWalk(alert); // by the close it fires at the next one that holds anyway
    return change(alert, changedState(state, { ...armed, firesIfTrue }), close, "ARMED_TO_FIRE_IF_TRUE");
  }
  const disarmed = { ...AT_REST, name: "DISARMED", edge: edgeOf(alert.condition, close) } as const;
  return change(alert, changedState(state, disarmed), close, "ARMED_ALREADY_TRUE");
}

/**
 * Pauses an alert that watches, for good or until a moment of event time; one that is paused may get another end. Throws
 * FAILED_PRECONDITION STATE_CONFLICT for any other.
 */
export function pauseAlert(alert: Alert, state: AlertState, untilMs: TimeMs | null): AlertChange {
  if (!["ARMED", "DISARMED", "PENDING", "PAUSED"].includes(state.name)) {
    throw new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", `an alert that is ${state.name} cannot be paused`, {
      hint: "Only an alert that watches can be paused; resume it first to make it watch again.",
    });
  }
  const paused = changedState(state, { ...AT_REST, name: "PAUSED", pausedUntilMs: untilMs });
  return change(alert, paused, null, "PAUSED");
}

/** Sets an alert aside for good: deleted by its user, or because judging it threw. */
export function endAlert(state: AlertState, name: "DELETED" | "ERROR"): AlertChange {
  const reason = name === "DELETED" ? "DELETED" : "JUDGING_FAILED";
  return { state: changedState(state, { ...AT_REST, name }), reason, wakes: NO_WAKES };
}

function change(alert: Alert, state: AlertState, close: number | null, reason: JudgeReason): AlertChange {
  return { state, reason, wakes: wakesOf(alert, state, close) };
}

function alreadyTrue(alert: Alert, baseline: Previous): AppError {
  const currency = currencyOf(alert.symbol);
  const message = `"${sentenceOf(alert)}" is already true: the last price of ${alert.symbol} is ${formatPrice(baseline.close)} ${currency}`;
  return new AppError("FAILED_PRECONDITION", "ALREADY_TRUE", message, {
    hint: "With --already-true wait you are told the next time it becomes true, with --already-true fire at the next price.",
  });
}
