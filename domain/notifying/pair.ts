import type { Cooldown, Instant } from "./cooldown.ts";
import { remainingMs } from "./cooldown.ts";
import type { DeliveryReason, NotificationRecord, NotificationState } from "../notification.ts";
import { NOTIFICATION_LIFE_MS } from "./delivery-limits.ts";
import type { TimeMs } from "../time.ts";

/**
 * What the notifying machine sees of one user and one symbol: the rows that a store loads, hands to one of the machine's functions,
 * and writes back from its answer, in one transaction. An account mail names no symbol: it is a pair of its own, with
 * `takesCooldown: false` and no cooldown, and goes through the same functions.
 */
export interface Pair {
  /** At most one: open, triggers join. */
  readonly waiting: NotificationRecord | null;
  /** At most one: SENDING or UNSURE. */
  readonly sealed: NotificationRecord | null;
  readonly cooldown: Cooldown | null;
  /** False for account mails. */
  readonly takesCooldown: boolean;
}

/**
 * What a function of the machine changed. The store writes, in this order because of its unique indexes: the triggers of `goneId` to
 * the record that now lists them, that row's deletion, the rows in `ended`, then `sealed`, `waiting` and the cooldown of `pair`.
 */
export interface PairChange {
  readonly pair: Pair;
  /** Records that ended in this step, and so are no longer in the pair. */
  readonly ended: readonly NotificationRecord[];
  /** The WAITING notification whose triggers moved into another one; its row goes. */
  readonly goneId: string | null;
}

/** A lease as its holder names it. Each notification counts its own tokens: the number alone may be another one's. */
export interface HeldLease {
  readonly notificationId: string;
  readonly token: number;
}

/** A pair about which nothing has been mailed yet. */
export const EMPTY_PAIR: Pair = { waiting: null, sealed: null, cooldown: null, takesCooldown: true };

/** An account mail's pair. */
export const EMPTY_ACCOUNT_PAIR: Pair = { ...EMPTY_PAIR, takesCooldown: false };

/**
 * A trigger (or notice) joins the WAITING notification, or starts one under `newId`; it never joins a sealed one. The caller has
 * swept with expireNotification() first, so that no trigger joins a notification whose day is over.
 */
export function joinTrigger(
  pair: Pair,
  triggerId: string,
  now: Instant,
  newId: () => string,
): { readonly pair: Pair; readonly notification: NotificationRecord; readonly started: boolean } {
  const started = pair.waiting === null;
  const notification =
    pair.waiting === null ? start(pair, triggerId, now, newId()) : withTrigger(pair.waiting, triggerId);
  return { pair: { ...pair, waiting: notification }, notification, started };
}

/**
 * Until when the WAITING notification is held by the cooldown or by its back-off, by the wall clock; null when nothing holds it.
 * For showing only: deciding is beginDelivery()'s.
 */
export function heldUntil(pair: Pair, now: Instant): TimeMs | null {
  if (pair.waiting === null) return null;
  const ms = Math.max(remainingMs(pair.cooldown, now), pair.waiting.nextAttemptMono - now.monoMs);
  return ms > 0 ? now.wallMs + ms : null;
}

/**
 * Ends what is still not sent a day after it was due: a WAITING one as EXPIRED; an UNSURE one as UNKNOWN, for it may have been
 * taken. One that is SENDING is left to its lease. Returns the pair itself when nothing is due to end.
 */
export function expireNotification(pair: Pair, now: Instant): PairChange {
  const ended: NotificationRecord[] = [];
  let { waiting, sealed } = pair;
  if (waiting !== null && isTooLate(waiting, now)) {
    ended.push(endAs(waiting, "EXPIRED", "TOO_LATE", now));
    waiting = null;
  }
  if (sealed?.state === "UNSURE" && isTooLate(sealed, now)) {
    ended.push(endAs(sealed, "UNKNOWN", "TOO_LATE", now));
    sealed = null;
  }
  return { pair: ended.length === 0 ? pair : { ...pair, waiting, sealed }, ended, goneId: null };
}

/** The record as it ends now. Its seal and token stay, for a 250 that comes late. */
export function endAs(
  record: NotificationRecord,
  state: NotificationState,
  reason: DeliveryReason,
  now: Instant,
): NotificationRecord {
  return { ...record, state, reason, lease: null, cooldownBefore: null, endedMs: now.wallMs };
}

/** Whether a record is in the hands of this holder. */
export function isHeldAs({ id, lease }: NotificationRecord, { notificationId, token }: HeldLease): boolean {
  return id === notificationId && lease?.token === token;
}

/** Whether a day has gone by since it was due. */
function isTooLate(record: NotificationRecord, now: Instant): boolean {
  return now.wallMs >= record.dueMs + NOTIFICATION_LIFE_MS;
}

function withTrigger(record: NotificationRecord, triggerId: string): NotificationRecord {
  return { ...record, triggerIds: [...record.triggerIds, triggerId] };
}

function start(pair: Pair, triggerId: string, now: Instant, id: string): NotificationRecord {
  return {
    id,
    state: "WAITING",
    reason: "TRIGGERED",
    triggerIds: [triggerId],
    dueMs: now.wallMs + remainingMs(pair.cooldown, now),
    nextAttemptMono: now.monoMs,
    attempts: 0,
    repeats: 0,
    wasUnsure: false,
    token: 0,
    lease: null,
    seal: null,
    cooldownBefore: null,
    endedMs: null,
  };
}
