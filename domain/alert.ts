import type { Condition } from "./condition.ts";
import type { TimeMs } from "./time.ts";

/** `once` ends as TRIGGERED; `every` re-arms when the price has moved back by the band. */
export type Repeat = "once" | "every";

/** What arming does when the condition already holds: as if just fired, fire at the next quote that still holds, or refuse. */
export type AlreadyTrue = "wait" | "fire" | "reject";

/** Which quotes an alert hears: regular hours; before and after them as well; all. */
export type AlertSession = "regular" | "extended" | "any";

/** What a user wrote, and whose it is. `etag` covers just these fields. A rule for several symbols is one of these for each of them. */
export interface Alert {
  /** The same for every symbol of a rule. */
  readonly id: string;
  readonly userId: string;
  /** The one that this is judged on. */
  readonly symbol: string;
  /** All symbols of the rule as they were written, this one among them. */
  readonly symbols: readonly string[];
  readonly condition: Condition;
  readonly repeat: Repeat;
  /** With `every`: after so many fires it is TRIGGERED; 0: no limit. */
  readonly maxFires: number;
  readonly alreadyTrue: AlreadyTrue;
  /** How far, in percent of the level, the close must move back before the alert arms again; decimal text such as "0.5". */
  readonly bandPercent: string;
  /** For how long, in time seen, it must have been back before it arms again; 0: at once. */
  readonly rearmForMs: number;
  /** At so many judged closes in a row it must hold before it fires; 1 to 10. */
  readonly confirm: number;
  readonly session: AlertSession;
  /** From this moment of event time on it is EXPIRED; null: never. */
  readonly expireTimeMs: TimeMs | null;
  /** Its mails pass quiet hours, a snooze and a digest. */
  readonly isUrgent: boolean;
  /** After a fire, as long as it holds, its owner is told again each time so much of the time seen has gone by; 0: never. */
  readonly remindEveryMs: number;
  /** After a fire its owner is told when the price is back by the band. */
  readonly tellsWhenBack: boolean;
  /** May hold placeholders (note.ts). */
  readonly note: string;
  readonly tags: readonly string[];
  readonly createTimeMs: TimeMs;
  readonly updateTimeMs: TimeMs;
  /** Counts the user's edits; the etag is made from it. */
  readonly revision: number;
}

/** Where an alert stands. */
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
  /** Which edge of an `outside` the last firing (or the truth found at arming) stood on; decides where it is back. */
  readonly edge: "upper" | "lower" | null;
  /** The series' time seen at which PENDING began, or at which an alert that fired was first back; null while neither runs. */
  readonly sinceSeenMs: number | null;
  /** PENDING: at so many closes in a row it held; counts no further than the alert's `confirm`. */
  readonly confirmCount: number;
  /** Since it was last armed by its owner. */
  readonly fireCount: number;
  /** When it fired within the last minutes, oldest first: what the runaway guard counts. */
  readonly recentFiresMs: readonly TimeMs[];
  /** PAUSED until then; null: until it is resumed. */
  readonly pausedUntilMs: TimeMs | null;
  /** It fired, and the price was not back since, as far as it was looked at. Not so for what was true already when armed. */
  readonly owesBack: boolean;
  /** The series' time seen at its fire, or at the last reminder of it; null: there is no reminder to come. */
  readonly remindSinceSeenMs: number | null;
  /** How often its owner was reminded of its last fire. */
  readonly reminderCount: number;
}

/** An alert that fired on a quote. */
export interface Trigger {
  readonly alertId: string;
  /** The level that was met; of a band the edge. */
  readonly level: number;
  /** The price that met it: the close if it did, else the extreme or open that did. */
  readonly price: number;
  readonly asOfMs: TimeMs;
}

/**
 * What an owner is told beside what fires: the alert's time is over; it fired too often and was stopped; it fired, and still holds; it fired,
 * and the price is back.
 */
export type AlertNotice = "EXPIRED" | "STOPPED" | "STILL_TRUE" | "BACK_TO_NORMAL";

/**
 * Whatever an owner is told of an alert; HELD: the price of its symbol is doubted, and nothing is judged until that is settled; HOLD_ENDED:
 * it is.
 */
export type TriggerKind = "FIRED" | AlertNotice | "HELD" | "HOLD_ENDED";
