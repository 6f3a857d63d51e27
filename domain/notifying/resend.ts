import type { NotificationRecord, NotificationState } from "../notification.ts";
import { remainingMs, type Instant } from "./cooldown.ts";
import type { Pair, PairChange } from "./pair.ts";

/** Where a notification has ended without being SENT, and its user may want another attempt. */
const RESENDABLE: ReadonlySet<NotificationState> = new Set(["DEAD", "UNKNOWN", "EXPIRED"]);

/** Whether an ended notification can be sent again. */
export function isResendable(state: NotificationState): boolean {
  return RESENDABLE.has(state);
}

/**
 * An ended notification waits again, as if its triggers had only just come; what waits for its symbol joins it. It is sealed anew when its
 * cooldown is over: another content under another Message-ID, so that the hour between different mails holds for it as for any other. A 250
 * for the old content is believed no more.
 */
export function resend(pair: Pair, ended: NotificationRecord, now: Instant): PairChange {
  const gone = pair.waiting;
  const waiting: NotificationRecord = {
    ...ended,
    state: "WAITING",
    reason: "RESENT",
    triggerIds: [...ended.triggerIds, ...(gone?.triggerIds ?? [])],
    dueMs: now.wallMs + remainingMs(pair.cooldown, now),
    nextAttemptMono: now.monoMs,
    attempts: 0,
    repeats: 0,
    wasUnsure: false,
    lease: null,
    seal: null,
    cooldownBefore: null,
    endedMs: null,
  };
  return { pair: { ...pair, waiting }, ended: [], goneId: gone?.id ?? null };
}
