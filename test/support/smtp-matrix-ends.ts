// What must stand in the store after an attempt, in each mode: the End table of the rules of delivery, written by hand.
import type { Verdict } from "./smtp-matrix-table.ts";

/** `doubt`: `resend`, and an earlier attempt at the same mail ended without an answer to its content. */
export type Column = "resend" | "hold" | "doubt";
export const COLUMNS: readonly Column[] = ["resend", "hold", "doubt"];

export interface End {
  readonly state: "SENT" | "WAITING" | "UNSURE" | "DEAD" | "UNKNOWN";
  /** Written down with the attempt. */
  readonly reason: string;
  /** Attempts charged so far, which lengthen the back-off. */
  readonly charged: number;
  readonly strikes: number;
  /**
   * `free`: as before, none. `hour`: from now on. `lease`: an hour from the end of the lease, since the mail may have been taken; `least`:
   * one or the other, for an earlier copy may be on its way.
   */
  readonly cooldown: "free" | "hour" | "lease" | "least";
  /** When it goes again at the earliest and at the latest, in milliseconds; null: never. */
  readonly again: readonly [least: number, most: number] | null;
}

const AT_ONCE = [0, 0] as const;
const MINUTE = [60_000, 60_000] as const;
/** With a jitter of a fifth. */
const ABOUT_A_MINUTE = [48_000, 72_000] as const;
const ABOUT_FIVE_MINUTES = [240_000, 360_000] as const;

const RESEND: Readonly<Record<Verdict, End>> = {
  T: { state: "SENT", reason: "TAKEN", charged: 0, strikes: 0, cooldown: "hour", again: null },
  W: { state: "WAITING", reason: "NOT_TAKEN", charged: 1, strikes: 0, cooldown: "free", again: ABOUT_A_MINUTE },
  A: { state: "DEAD", reason: "REFUSED_ADDRESS", charged: 1, strikes: 1, cooldown: "free", again: null },
  C: { state: "DEAD", reason: "REFUSED_CONTENT", charged: 1, strikes: 0, cooldown: "free", again: null },
  // It is repeated at once, and the repeat is taken.
  U: { state: "SENT", reason: "CONNECTION_BROKE", charged: 1, strikes: 0, cooldown: "least", again: null },
  S: { state: "WAITING", reason: "SERVER_TROUBLE", charged: 0, strikes: 0, cooldown: "free", again: AT_ONCE },
};

/** After one verdict on one attempt. */
export const ENDS: Readonly<Record<Column, Readonly<Record<Verdict, End>>>> = {
  resend: RESEND,
  hold: {
    ...RESEND,
    U: { state: "UNKNOWN", reason: "HOLDING", charged: 1, strikes: 0, cooldown: "lease", again: null },
  },
  doubt: {
    T: { state: "SENT", reason: "TAKEN", charged: 1, strikes: 0, cooldown: "least", again: null },
    W: { state: "UNSURE", reason: "NOT_TAKEN", charged: 2, strikes: 0, cooldown: "lease", again: ABOUT_FIVE_MINUTES },
    A: { state: "DEAD", reason: "REFUSED_ADDRESS", charged: 2, strikes: 1, cooldown: "lease", again: null },
    C: { state: "DEAD", reason: "REFUSED_CONTENT", charged: 2, strikes: 0, cooldown: "lease", again: null },
    U: { state: "UNSURE", reason: "CONNECTION_BROKE", charged: 2, strikes: 0, cooldown: "lease", again: MINUTE },
    S: { state: "UNSURE", reason: "SERVER_TROUBLE", charged: 1, strikes: 0, cooldown: "lease", again: AT_ONCE },
  },
};
