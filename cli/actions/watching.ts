import { AlertState, type Alert } from "../../proto/gen/tickerbell/v1/alert.ts";

const WATCHING: readonly AlertState[] = [AlertState.ARMED, AlertState.PENDING, AlertState.DISARMED];

/** Whether the next price may change where an alert stands. */
export function isWatching(state: AlertState): boolean {
  return WATCHING.includes(state);
}

/** The symbols whose prices an alert waits for now. */
export function watchedSymbols({ symbolStates }: Alert): string[] {
  return symbolStates.filter(({ state }) => isWatching(state)).map(({ symbol }) => symbol);
}
