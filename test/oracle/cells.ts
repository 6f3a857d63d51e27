// What can become of an alert at one price: every transition with its reason, and the kinds that can take it. The trial counts them, so that
// nothing is held to agree that was never tried.
import type { Condition } from "../../domain/condition.ts";
import type { Outcome } from "./symbol-oracle.ts";

const ALL = ["above", "below", "crosses", "inside", "outside"];
/** What can be true already, and must be so for a while: not `crosses`, which is an event. */
const STATES = ["above", "below", "inside", "outside"];
/** What fires by the walk and can be true already: the only ones that wait to fire for that alone. */
const LEVELS = ["above", "below"];

/** Before and after, then the reasons. What is not here cannot be: another transition, or another reason for it, is a violation. */
const TRANSITIONS: readonly (readonly [kinds: readonly string[], transition: string, reasons: string])[] = [
  [ALL, "ARMED ARMED", "NOT_MET BASELINE_TAKEN ARMED"],
  [STATES, "ARMED ARMED", "BASELINE_ALREADY_TRUE ARMED_TO_FIRE_IF_TRUE REARMED"],
  [LEVELS, "ARMED ARMED", "NO_LONGER_TRUE"],
  [STATES, "ARMED PENDING", "PENDING_BEGUN"],
  [ALL, "ARMED DISARMED", "FIRED"],
  [STATES, "ARMED DISARMED", "BASELINE_ALREADY_TRUE ARMED_ALREADY_TRUE NOT_BACK_FOR_LONG"],
  [LEVELS, "ARMED DISARMED", "FIRED_ALREADY_TRUE"],
  [ALL, "ARMED TRIGGERED", "FIRED"],
  [LEVELS, "ARMED TRIGGERED", "FIRED_ALREADY_TRUE"],
  [ALL, "ARMED STOPPED", "FIRED_TOO_OFTEN"],
  [ALL, "ARMED EXPIRED", "EXPIRED"],
  [STATES, "PENDING PENDING", "STILL_PENDING PENDING_BEGUN"],
  [STATES, "PENDING ARMED", "NO_LONGER_TRUE BASELINE_TAKEN BASELINE_ALREADY_TRUE ARMED ARMED_TO_FIRE_IF_TRUE REARMED"],
  [STATES, "PENDING DISARMED", "FIRED BASELINE_ALREADY_TRUE ARMED_ALREADY_TRUE NOT_BACK_FOR_LONG"],
  [STATES, "PENDING TRIGGERED", "FIRED"],
  [STATES, "PENDING EXPIRED", "EXPIRED"],
  [ALL, "DISARMED ARMED", "REARMED REARMED+BACK_TO_NORMAL"],
  [ALL, "DISARMED DISARMED", "WITHIN_BAND NOT_BACK_FOR_LONG"],
  [STATES, "DISARMED DISARMED", "REMINDED NO_LONGER_TRUE"],
  [ALL, "DISARMED EXPIRED", "EXPIRED"],
  [ALL, "PAUSED PAUSED", "NOT_WATCHING"],
  [ALL, "PAUSED ARMED", "ARMED BASELINE_TAKEN"],
  [STATES, "PAUSED ARMED", "ARMED_TO_FIRE_IF_TRUE BASELINE_ALREADY_TRUE REARMED"],
  [LEVELS, "PAUSED ARMED", "NO_LONGER_TRUE"],
  [STATES, "PAUSED PENDING", "PENDING_BEGUN"],
  [ALL, "PAUSED DISARMED", "FIRED"],
  [STATES, "PAUSED DISARMED", "ARMED_ALREADY_TRUE BASELINE_ALREADY_TRUE NOT_BACK_FOR_LONG"],
  [LEVELS, "PAUSED DISARMED", "FIRED_ALREADY_TRUE"],
  [ALL, "PAUSED TRIGGERED", "FIRED"],
  [LEVELS, "PAUSED TRIGGERED", "FIRED_ALREADY_TRUE"],
  [ALL, "PAUSED STOPPED", "FIRED_TOO_OFTEN"],
  [ALL, "PAUSED EXPIRED", "EXPIRED"],
  [ALL, "TRIGGERED TRIGGERED", "NOT_WATCHING WITHIN_BAND NOT_BACK_FOR_LONG TOLD_BACK EXPIRED"],
  [STATES, "TRIGGERED TRIGGERED", "REMINDED NO_LONGER_TRUE"],
  [ALL, "STOPPED STOPPED", "NOT_WATCHING"],
  [ALL, "EXPIRED EXPIRED", "NOT_WATCHING"],
];

const CELLS = TRANSITIONS.flatMap(([kinds, transition, reasons]) =>
  kinds.flatMap((kind) => reasons.split(" ").map((reason) => `${kind} ${transition} ${reason}`)),
);

/** How often each cell was seen. */
export class CellCounts {
  readonly #counts = new Map(CELLS.map((cell) => [cell, 0]));
  readonly #impossible = new Set<string>();

  add({ kind }: Condition, { before, after, reason, notice }: Outcome): void {
    const told = reason === "REARMED" && notice !== null ? `+${notice}` : ""; // the other reasons say by themselves what is told
    const cell = `${kind} ${before} ${after.name} ${reason}${told}`;
    const count = this.#counts.get(cell);
    if (count === undefined) this.#impossible.add(cell);
    else this.#counts.set(cell, count + 1);
  }

  get size(): number {
    return this.#counts.size;
  }

  get least(): number {
    return Math.min(...this.#counts.values());
  }

  /** Cells that were seen less often than that, with how often. */
  rarerThan(least: number): string[] {
    return [...this.#counts].filter(([, count]) => count < least).map(([cell, count]) => `${cell}: ${count}`);
  }

  /** What was seen and should not be possible. */
  impossible(): readonly string[] {
    return [...this.#impossible];
  }
}
