import type { AlertState } from "./alert.ts";

/** The state of an alert that has not been armed yet; creation arms it. */
export const INITIAL_STATE: AlertState = {
  name: "PAUSED",
  version: 0,
  awaitsBaseline: false,
  firesIfTrue: false,
  armedAsOfMs: 0,
  edge: null,
};

/** The state with these fields changed and the version one higher; the very same object if they say nothing new. */
export function changedState(state: AlertState, fields: Partial<Omit<AlertState, "version">>): AlertState {
  const next: AlertState = { ...state, ...fields };
  const isSame =
    next.name === state.name &&
    next.awaitsBaseline === state.awaitsBaseline &&
    next.firesIfTrue === state.firesIfTrue &&
    next.armedAsOfMs === state.armedAsOfMs &&
    next.edge === state.edge;
  return isSame ? state : { ...next, version: state.version + 1 };
}
