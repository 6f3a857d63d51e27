import type { Cooldown } from "../../domain/notifying/cooldown.ts";
import type { AccountMail } from "../mail-content.ts";
import type { HoldReason } from "../../domain/notifying/mail-hold.ts";
import type { DeliveryReason, NotificationRecord, NotificationState } from "../../domain/notification.ts";

/** A row of `notifications`. */
export interface NotificationRow {
  readonly row: number;
  readonly id: string;
  readonly user_id: string | null;
  readonly symbol: string | null;
  readonly to_address: string | null;
  readonly code: string | null;
  readonly code_expire_time: number | null;
  /** Which account mail; null for a symbol's mail, for a verification of before there were others, and for what is left of a removed user's. */
  readonly account_mail: AccountMail | null;
  readonly account_mail_zone: string | null;
  readonly state: NotificationState;
  readonly reason: DeliveryReason;
  readonly reply: string;
  readonly is_urgent: number;
  readonly hold_reason: HoldReason | null;
  readonly due_time: number;
  readonly next_attempt_mono: number;
  readonly ready_mono: number | null;
  readonly attempts: number;
  readonly repeats: number;
  readonly was_unsure: number;
  readonly token: number;
  readonly lease_end_mono: number | null;
  readonly lease_announced: number | null;
  readonly message_id: string | null;
  readonly mail_date: number | null;
  readonly boundary: string | null;
  readonly first_token: number | null;
  readonly cooldown_before_mono: number | null;
  readonly cooldown_before_wall: number | null;
  readonly create_time: number;
  readonly end_time: number | null;
}

/** The machine's view of a row; the ids of its triggers, and of those whose lines stand in the mail, come from their table. */
export function notificationFromRow(
  row: NotificationRow,
  triggerIds: readonly string[],
  lineIds: readonly string[],
): NotificationRecord {
  const { message_id, mail_date, boundary, first_token, lease_end_mono } = row;
  const isSealed = message_id !== null && mail_date !== null && boundary !== null && first_token !== null;
  return {
    id: row.id,
    state: row.state,
    reason: row.reason,
    triggerIds,
    dueMs: row.due_time,
    nextAttemptMono: row.next_attempt_mono,
    attempts: row.attempts,
    repeats: row.repeats,
    wasUnsure: row.was_unsure === 1,
    token: row.token,
    lease:
      lease_end_mono === null
        ? null
        : { token: row.token, endsAt: lease_end_mono, announced: row.lease_announced === 1 },
    seal: isSealed ? { messageId: message_id, dateMs: mail_date, boundary, lineIds, firstToken: first_token } : null,
    cooldownBefore: cooldownFrom(row.cooldown_before_mono, row.cooldown_before_wall),
    endedMs: row.end_time,
  };
}

/** The machine's columns, by name, for a statement; `readyMono` is what the hand-out looks for. */
export function notificationColumns(record: NotificationRecord, readyMono: number | null) {
  return {
    id: record.id,
    state: record.state,
    reason: record.reason,
    due_time: record.dueMs,
    next_attempt_mono: record.nextAttemptMono,
    ready_mono: readyMono,
    attempts: record.attempts,
    repeats: record.repeats,
    was_unsure: record.wasUnsure ? 1 : 0,
    token: record.token,
    ...leaseColumns(record),
    ...sealColumns(record),
    end_time: record.endedMs,
  };
}

function leaseColumns({ lease, cooldownBefore }: NotificationRecord) {
  return {
    lease_end_mono: lease?.endsAt ?? null,
    lease_announced: lease === null ? null : Number(lease.announced),
    cooldown_before_mono: cooldownBefore?.openMono ?? null,
    cooldown_before_wall: cooldownBefore?.openWall ?? null,
  };
}

function sealColumns({ seal }: NotificationRecord) {
  return {
    message_id: seal?.messageId ?? null,
    mail_date: seal?.dateMs ?? null,
    boundary: seal?.boundary ?? null,
    first_token: seal?.firstToken ?? null,
  };
}

export function cooldownFrom(openMono: number | null, openWall: number | null): Cooldown | null {
  return openMono === null || openWall === null ? null : { openMono, openWall };
}
