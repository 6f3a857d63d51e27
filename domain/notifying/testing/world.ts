import type { Instant } from "../cooldown.ts";
import type { DeliveryOutcome, NotificationRecord } from "../../notification.ts";
import { COOLDOWN_MS } from "../delivery-limits.ts";
import type { Pair } from "../pair.ts";
import { EMPTY_PAIR } from "../pair.ts";

// Everything there is in the explored world: the rows of one user and symbol, two notifiers, and what the mail server took.

/** A notifier at work on one mail. */
export interface Attempt {
  readonly notificationId: string;
  readonly token: number;
  readonly messageId: string;
  /** The mail as it was handed out. */
  readonly content: string;
  readonly lineIds: readonly string[];
  /** True time by which the notifier has given up (its lease's end). */
  readonly deadlineMs: number;
  /** It may give DATA: always under `resend`, after a granted announcement under `hold`. */
  readonly mayGiveData: boolean;
  /** What it knows, once it knows it; on its way to the server from then on. */
  readonly outcome: DeliveryOutcome | null;
}

/** A mail that the mail server took. */
export interface Taken {
  readonly notificationId: string;
  readonly messageId: string;
  readonly content: string;
  readonly lineIds: readonly string[];
  /** True time of the last copy. */
  readonly atMs: number;
}

/** One state of the world. True time is the wall clock's; nobody sets it here (cooldown.test.ts does). */
export interface World {
  readonly nowMs: number;
  /** When the machine booted: its monotonic clock counts from there. */
  readonly bootMs: number;
  readonly pair: Pair;
  readonly ended: readonly NotificationRecord[];
  readonly notifiers: readonly (Attempt | null)[];
  readonly taken: readonly Taken[];
  /** How many triggers have fired: "t1", "t2" and so on. */
  readonly fired: number;
  /** The triggers that stood in any mail taken so far. */
  readonly mailed: readonly string[];
}

export const START: World = {
  nowMs: 0,
  bootMs: 0,
  pair: EMPTY_PAIR,
  ended: [],
  notifiers: [null, null],
  taken: [],
  fired: 0,
  mailed: [],
};

/** The server's two clocks. */
export function instantOf(world: World): Instant {
  return { wallMs: world.nowMs, monoMs: world.nowMs - world.bootMs };
}

/** The rows that are still alive. */
export function liveRecords(world: World): readonly NotificationRecord[] {
  return [world.pair.waiting, world.pair.sealed].filter((record) => record !== null);
}

/** Everything has ended: no row waits and no notifier is at work. */
export function isQuiet(world: World): boolean {
  return world.pair.waiting === null && world.pair.sealed === null && world.notifiers.every((a) => a === null);
}

/** Forgets mails that can no longer matter: older than the hour, and no longer in anybody's hands. */
export function forgetOldMails(world: World): World {
  const inHand = new Set([
    ...liveRecords(world).map((record) => record.seal?.messageId),
    ...world.notifiers.map((attempt) => attempt?.messageId),
  ]);
  const isOld = (mail: Taken) => world.nowMs - mail.atMs >= COOLDOWN_MS && !inHand.has(mail.messageId);
  return world.taken.some(isOld) ? { ...world, taken: world.taken.filter((mail) => !isOld(mail)) } : world;
}
