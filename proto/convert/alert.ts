import type { Alert, AlertSession, AlertState, AlertStateName, AlreadyTrue, Repeat } from "../../domain/alert.ts";
import type { PriceDoubt } from "../../domain/judging/price-check.ts";
import { sentenceOf } from "../../domain/language/condition-sentence.ts";
import { shownStateName } from "../../domain/judging/shown-state.ts";
import type { TimeMs } from "../../domain/time.ts";
import * as messages from "../gen/tickerbell/v1/alert.ts";
import { choiceFromProto, choiceToProto, type Choices } from "./choice.ts";
import { conditionToProto } from "./condition.ts";
import { minutesToProto } from "./duration.ts";
import { doubtToProto } from "./price-doubt.ts";

const REPEATS: Choices<Repeat, messages.Repeat> = { once: messages.Repeat.ONCE, every: messages.Repeat.EVERY };
const ALREADY_TRUE: Choices<AlreadyTrue, messages.AlreadyTrue> = {
  wait: messages.AlreadyTrue.WAIT,
  fire: messages.AlreadyTrue.FIRE,
  reject: messages.AlreadyTrue.REJECT,
};
const SESSIONS: Choices<AlertSession, messages.AlertSession> = {
  regular: messages.AlertSession.REGULAR,
  extended: messages.AlertSession.EXTENDED,
  any: messages.AlertSession.ANY,
};

/** What a rule for several symbols is told as, where they stand apart: the first of these that one of them is. */
const LIVELIEST_FIRST: readonly AlertStateName[] = [
  "PENDING",
  "ARMED",
  "DISARMED",
  "PAUSED",
  "ERROR",
  "STOPPED",
  "TRIGGERED",
  "EXPIRED",
  "DELETED",
];

/** Where an alert stands for one of its symbols. */
export interface SymbolState {
  readonly symbol: string;
  readonly state: AlertState;
  readonly lastFireTimeMs: TimeMs | null;
}

/** An alert as it was written, and where it stands for each of its symbols. */
export interface StandingAlert {
  readonly alert: Alert;
  /** In the order of the alert's symbols. */
  readonly states: readonly SymbolState[];
}

/** An alert for the wire, with the sentence that every client shows, as it stands at a moment of event time under these doubts by symbol. */
export function alertToProto(
  { alert, states }: StandingAlert,
  eventNowMs: TimeMs,
  doubts: ReadonlyMap<string, PriceDoubt> = new Map(),
): messages.Alert {
  const standing = { nowMs: eventNowMs, doubts };
  const symbolStates = states.map((one) => symbolStateToProto(alert, one, standing));
  const state = liveliestOf(symbolStates);
  return {
    id: alert.id,
    symbol: alert.symbols[0] ?? alert.symbol,
    symbols: alert.symbols.length > 1 ? [...alert.symbols] : [],
    condition: conditionToProto(alert.condition),
    repeat: choiceToProto(REPEATS, alert.repeat),
    maxFires: alert.maxFires,
    alreadyTrue: choiceToProto(ALREADY_TRUE, alert.alreadyTrue),
    bandPercent: alert.bandPercent,
    rearmFor: minutesToProto(alert.rearmForMs),
    confirm: alert.confirm,
    session: choiceToProto(SESSIONS, alert.session),
    expireTime: timeToProto(alert.expireTimeMs),
    isUrgent: alert.isUrgent,
    remindEvery: minutesToProto(alert.remindEveryMs),
    tellsWhenBack: alert.tellsWhenBack,
    note: alert.note,
    tags: [...alert.tags],
    sentence: sentenceOf(alert),
    state,
    awaitsBaseline: awaitsBaseline(symbolStates),
    lastFireTime: timeToProto(latest(states)),
    pauseUntilTime: state === messages.AlertState.PAUSED ? timeToProto(pauseEnd(states)) : undefined,
    symbolStates,
    createTime: new Date(alert.createTimeMs),
    updateTime: new Date(alert.updateTimeMs),
    etag: etagOf(alert),
  };
}

/** Covers what the owner wrote: it changes with every edit and never with the state. */
export function etagOf(alert: Alert): string {
  return `"${alert.revision}"`;
}

/** Absent is `once`. */
export function repeatFromProto(repeat: messages.Repeat, field: string): Repeat {
  return choiceFromProto(REPEATS, "once", repeat, field);
}

/** Absent is `wait`. */
export function alreadyTrueFromProto(alreadyTrue: messages.AlreadyTrue, field: string): AlreadyTrue {
  return choiceFromProto(ALREADY_TRUE, "wait", alreadyTrue, field);
}

/** Absent is `regular`. */
export function sessionFromProto(session: messages.AlertSession, field: string): AlertSession {
  return choiceFromProto(SESSIONS, "regular", session, field);
}

function symbolStateToProto(
  alert: Alert,
  one: SymbolState,
  { nowMs, doubts }: { readonly nowMs: TimeMs; readonly doubts: ReadonlyMap<string, PriceDoubt> },
): messages.AlertSymbolState {
  const { symbol, state, lastFireTimeMs } = one;
  return {
    symbol,
    state: messages.AlertState[shownStateName(alert, state, nowMs)],
    awaitsBaseline: state.awaitsBaseline,
    lastFireTime: timeToProto(lastFireTimeMs),
    fireCount: state.fireCount,
    doubt: doubtToProto(doubts.get(symbol)),
  };
}

function liveliestOf(symbols: readonly messages.AlertSymbolState[]): messages.AlertState {
  const there = new Set(symbols.map(({ state }) => state));
  const name = LIVELIEST_FIRST.find((one) => there.has(messages.AlertState[one]));
  return name === undefined ? messages.AlertState.UNSPECIFIED : messages.AlertState[name];
}

/** Only if every symbol that is armed does: else it may fire at the next price. */
function awaitsBaseline(symbols: readonly messages.AlertSymbolState[]): boolean {
  const armed = symbols.filter(({ state }) => state === messages.AlertState.ARMED);
  return armed.length > 0 && armed.every((one) => one.awaitsBaseline);
}

function latest(states: readonly SymbolState[]): TimeMs | null {
  const times = states.flatMap(({ lastFireTimeMs }) => lastFireTimeMs ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

function pauseEnd(states: readonly SymbolState[]): TimeMs | null {
  return states.find(({ state }) => state.name === "PAUSED")?.state.pausedUntilMs ?? null;
}

function timeToProto(timeMs: TimeMs | null): Date | undefined {
  return timeMs === null ? undefined : new Date(timeMs);
}
