import type { Alert, AlertState, AlertStateName } from "../alert.ts";
import { isOver } from "./state-change.ts";
import type { TimeMs } from "../time.ts";

/** Where an alert stands for whoever looks: one whose time is over is EXPIRED from that moment on, though judging says so only at the next quote. */
export function shownStateName(
  { expireTimeMs }: Pick<Alert, "expireTimeMs">,
  state: AlertState,
  eventNowMs: TimeMs,
): AlertStateName {
  return expireTimeMs !== null && eventNowMs >= expireTimeMs && !isOver(state) ? "EXPIRED" : state.name;
}
