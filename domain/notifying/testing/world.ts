import type { Instant } from "../cooldown.ts";
import type { DeliveryOutcome, NotificationRecord } from "../../notification.ts";
import { COOLDOWN_MS } from "../delivery-limits.ts";
import type { Pair } from "../pair.ts";
import { EMPTY_PAIR } from "../pair.ts";

// Everything there is in the explored world: a user's rows for one or two symbols, two notifiers, and what the mail server took. What is
// about a symbol has its letter: the trigger "tA1" starts the notification "nA1".

const SYMBOLS = "AB";

/** A notifier at work on one mail. */
export interface Attempt {
  /** The notification under whose name the mail was handed out: of a joint mail, the first. */
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
  /** One for each symbol. */
  readonly pairs: readonly Pair[];
  readonly ended: readonly NotificationRecord[];
  readonly notifiers: readonly (Attempt | null)[];
  readonly taken: readonly Taken[];
  /** How many triggers have fired for each symbol: "tA1", "tA2" and so on. */
  readonly fired: readonly number[];
  /** The triggers of every mail taken so far, each as often as it was taken (`hold` only, which promises something of that). */
  readonly mailed: readonly string[];
  /** The triggers of every notification that its user has had sent again, each as often (`hold` only). */
  readonly resent: readonly string[];
  /** So often may the user still have something sent again. */
  readonly resendsLeft: number;
  /** So many mails may still be handed out; null: any number. */
  readonly beginsLeft: number | null;
}

/** Nothing has happened yet. */
export function startingWorld(symbols: number, resendsLeft: number, beginsLeft: number | null): World {
  return {
    nowMs: 0,
    bootMs: 0,
    pairs: Array.from({ length: symbols }, () => EMPTY_PAIR),
    ended: [],
    notifiers: [null, null],
    taken: [],
    fired: Array.from({ length: symbols }, () => 0),
    mailed: [],
    resent: [],
    resendsLeft,
    beginsLeft,
  };
}

/** The letter of a symbol. */
export function symbolAt(place: number): string {
  return SYMBOLS.charAt(place);
}

/** Which pair a trigger or a notification belongs to. */
export function placeOf(id: string): number {
  return SYMBOLS.indexOf(id.charAt(1));
}

/** The pair of a trigger or a notification. */
export function pairOf(world: World, id: string): Pair {
  return world.pairs[placeOf(id)] ?? EMPTY_PAIR;
}

/** The server's two clocks. */
export function instantOf(world: World): Instant {
  return { wallMs: world.nowMs, monoMs: world.nowMs - world.bootMs };
}

/** The rows that are still alive. */
export function liveRecords(world: World): readonly NotificationRecord[] {
  return world.pairs.flatMap(({ waiting, sealed }) => [waiting, sealed]).filter((record) => record !== null);
}

/** Every row. */
export function recordsOf(world: World): readonly NotificationRecord[] {
  return [...liveRecords(world), ...world.ended];
}

/** Everything has ended: no row waits and no notifier is at work. */
export function isQuiet(world: World): boolean {
  return liveRecords(world).length === 0 && world.notifiers.every((attempt) => attempt === null);
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
