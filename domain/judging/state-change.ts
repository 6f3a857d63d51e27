import type { AlertState } from "../alert.ts";

/** What an alert that does not watch remembers. */
export const AT_REST = {
  awaitsBaseline: false,
  firesIfTrue: false,
  armedAsOfMs: 0,
  edge: null,
  sinceSeenMs: null,
  confirmCount: 0,
  pausedUntilMs: null,
  owesBack: false,
  remindSinceSeenMs: null,
  reminderCount: 0,
} as const;

/** The state of an alert that has not been armed yet; creation arms it. */
export const INITIAL_STATE: AlertState = { ...AT_REST, name: "PAUSED", version: 0, fireCount: 0, recentFiresMs: [] };

/** The state with these fields changed and the version one higher; the very same object if they say nothing new. */
export function changedState(state: AlertState, fields: Partial<Omit<AlertState, "version">>): AlertState {
  const keys = Object.keys(fields) as (keyof typeof fields)[];
  const isSame = keys.every((key) => key === "recentFiresMs" || fields[key] === state[key]);
  if (isSame && isSameList(fields.recentFiresMs ?? state.recentFiresMs, state.recentFiresMs)) return state;
  return { ...state, ...fields, version: state.version + 1 };
}

/** Whether it neither watches nor will watch again by itself; it may have something to tell all the same (telling.ts). */
export function isOver({ name }: AlertState): boolean {
  return name !== "ARMED" && name !== "PENDING" && name !== "DISARMED" && name !== "PAUSED";
}

/** Whether it is about whatever comes after a fire: arming again, or what its owner is still to be told. */
export function hasFired({ name }: AlertState): boolean {
  return name === "DISARMED" || name === "TRIGGERED";
}

function isSameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
