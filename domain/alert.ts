import type { Condition } from "./condition.ts";
import type { TimeMs } from "./time.ts";

/** `once` ends as TRIGGERED; `every` re-arms when the price has moved back by the band. */
export type Repeat = "once" | "every";

/** What arming does when the condition already holds: as if just fired, fire at the next quote that still holds, or refuse. */
export type AlreadyTrue = "wait" | "fire" | "reject";

/** What a user wrote, and whose it is. `etag` covers just these fields. */
export interface Alert {
  readonly id: string;
  readonly userId: string;
  readonly symbol: string;
  readonly condition: Condition;
  readonly repeat: Repeat;
  readonly alreadyTrue: AlreadyTrue;
  /** How far, in percent of the level, the close must move back before the alert arms again; decimal text such as "0.5". */
  readonly bandPercent: string;
  readonly note: string;
  readonly createTimeMs: TimeMs;
  readonly updateTimeMs: TimeMs;
  /** Counts the user's edits; the etag is made from it. */
  readonly revision: number;
}

/** Where an alert stands. PENDING, EXPIRED and STOPPED belong to `for`, expiry and the runaway guard. */
export type AlertStateName =
  "ARMED" | "PENDING" | "TRIGGERED" | "DISARMED" | "PAUSED" | "EXPIRED" | "STOPPED" | "ERROR" | "DELETED";

/** What judging remembers of an alert between two quotes. */
export interface AlertState {
  readonly name: AlertStateName;
  /** Counts changes of state; 0 before the first. */
  readonly version: number;
  /** ARMED without a baseline: the next judged quote becomes it and never fires the alert. */
  readonly awaitsBaseline: boolean;
  /** ARMED though already true (`alreadyTrue: fire`): fires at the next judged quote at whose close it still holds. */
  readonly firesIfTrue: boolean;
  /** The event time of arming: a bar that began before it counts by its close alone. 0 while not armed. */
  readonly armedAsOfMs: TimeMs;
  /** Which edge the last firing (or the truth found at arming) stood on, where the condition has two; decides the re-arm level. */
  readonly edge: "upper" | "lower" | null;
}

/** An alert that fired on a quote. */
export interface Trigger {
  readonly alertId: string;
  /** The level that was met. */
  readonly level: number;
  /** The price that met it: the close if it did, else the extreme or open that did. */
  readonly price: number;
  readonly asOfMs: TimeMs;
}
