// What an owner is still to be told of a fire: that the condition still holds, and that the price is back. The state remembers the fire whether
// that is wished for or not, so that an owner may wish for it after the fire; what is not wished for is not looked at, and stays as it was.
import type { Alert, AlertState } from "../alert.ts";
import { holdsAt } from "./firing.ts";
import type { Sight } from "./sight.ts";

/** So often an owner is reminded of one fire. */
const REMINDERS_MAX = 100;

type Wishes = Pick<Alert, "remindEveryMs" | "tellsWhenBack">;
type Memory = Pick<AlertState, "owesBack" | "remindSinceSeenMs" | "reminderCount">;

/** What is remembered of a fire. What does not hold at the close (a spike, a crossing) is nothing to remind of. */
export function fireMemory(alert: Alert, { quote, seenMs }: Sight): Memory {
  const holds = holdsAt(alert.condition, quote.close);
  return { owesBack: true, remindSinceSeenMs: holds ? seenMs : null, reminderCount: 0 };
}

/** Whether reminders of the fire are to come. */
export function isReminding({ remindEveryMs }: Wishes, { remindSinceSeenMs }: AlertState): boolean {
  return remindEveryMs > 0 && remindSinceSeenMs !== null;
}

/** Whether a price that is back is to be told. */
export function isToTellBack({ tellsWhenBack }: Wishes, { owesBack }: AlertState): boolean {
  return tellsWhenBack && owesBack;
}

/** Whether it matters that a price is back: to arm the alert again, or only to tell its owner. */
export function looksForBack(alert: Wishes, state: AlertState): boolean {
  return state.name === "DISARMED" || isToTellBack(alert, state);
}

/** Whether an alert that fired for good has something to tell, so that it hears prices. */
export function hasMoreToTell(alert: Wishes, state: AlertState): boolean {
  return state.name === "TRIGGERED" && (isReminding(alert, state) || isToTellBack(alert, state));
}

/**
 * What a close makes of the reminders. The first at which the condition is false ends them, though the price is not yet back by the band: "still
 * true" is not said of what was false in between, and what comes true again is for a new fire to tell.
 */
export function remembered(alert: Alert, state: AlertState, { quote, seenMs }: Sight): Partial<Memory> {
  const { remindSinceSeenMs: sinceMs } = state;
  if (sinceMs === null || alert.remindEveryMs === 0) return {};
  if (!holdsAt(alert.condition, quote.close)) return { remindSinceSeenMs: null };
  if (seenMs - sinceMs < alert.remindEveryMs) return {};
  const reminderCount = state.reminderCount + 1;
  return { reminderCount, remindSinceSeenMs: reminderCount < REMINDERS_MAX ? seenMs : null };
}
