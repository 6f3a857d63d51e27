import { backOffMs, repeatDelayMs } from "../back-off.ts";
import type { Instant } from "./cooldown.ts";
import type { AmbiguityPolicy, DeliveryReason, NotificationRecord } from "../notification.ts";
import { MAX_REPEATS } from "./delivery-limits.ts";
import type { Pair, PairChange } from "./pair.ts";
import { endAs } from "./pair.ts";

// What becomes of a notification whose attempt ended without a word, or with the word that nobody knows.

/** The attempt may have been taken. `resend`: UNSURE, to be repeated, until the repeats are used up; `hold`: UNKNOWN. The cooldown stays. */
export function becomeUnsure(
  pair: Pair,
  record: NotificationRecord,
  now: Instant,
  policy: AmbiguityPolicy,
  reason: DeliveryReason,
): PairChange {
  const attempts = record.attempts + 1;
  const repeats = record.wasUnsure ? record.repeats + 1 : record.repeats;
  const charged: NotificationRecord = { ...record, attempts, repeats, wasUnsure: true };
  if (policy === "hold") return endUnknown(pair, endAs(charged, "UNKNOWN", "HOLDING", now));
  if (repeats >= MAX_REPEATS) return endUnknown(pair, endAs(charged, "UNKNOWN", "REPEATS_USED_UP", now));
  const nextAttemptMono = now.monoMs + repeatDelayMs(repeats);
  const unsure: NotificationRecord = { ...charged, state: "UNSURE", reason, lease: null, nextAttemptMono };
  return { pair: { ...pair, sealed: unsure }, ended: [], goneId: null };
}

/**
 * The lease was lost without a word. Under `hold`, DATA that was not announced was not given, and can no longer be (announcing is
 * refused from now on): the attempt was certainly not taken. It is tried again at once, then with the usual back-off, so that a mail
 * that kills its notifier does not go round and round. Otherwise it may have been taken.
 */
export function loseLease(
  pair: Pair,
  record: NotificationRecord,
  now: Instant,
  policy: AmbiguityPolicy,
  reason: DeliveryReason,
): PairChange {
  if (policy === "resend" || record.lease?.announced !== false || record.wasUnsure)
    return becomeUnsure(pair, record, now, policy, reason);
  const attempts = record.attempts + 1;
  const delayMs = attempts === 1 ? 0 : backOffMs(attempts - 1, 0.5); // no jitter: notifiers do not die in step
  return waitAgain(pair, { ...record, attempts, nextAttemptMono: now.monoMs + delayMs }, reason);
}

/**
 * Certainly not taken, and never UNSURE: open again. The triggers of a WAITING one that started meanwhile move into it and that one
 * goes; the cooldown gets its old value back.
 */
export function waitAgain(pair: Pair, record: NotificationRecord, reason: DeliveryReason): PairChange {
  const gone = pair.waiting;
  const triggerIds = [...record.triggerIds, ...(gone?.triggerIds ?? [])];
  const open = { lease: null, seal: null, cooldownBefore: null } as const;
  const waiting: NotificationRecord = { ...record, ...open, state: "WAITING", reason, triggerIds };
  return {
    pair: { ...pair, waiting, sealed: null, cooldown: record.cooldownBefore },
    ended: [],
    goneId: gone?.id ?? null,
  };
}

function endUnknown(pair: Pair, unknown: NotificationRecord): PairChange {
  return { pair: { ...pair, sealed: null }, ended: [unknown], goneId: null };
}
