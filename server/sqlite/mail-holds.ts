import type Database from "better-sqlite3";
import type { Instant } from "../../domain/notifying/cooldown.ts";
import { mailHold, MAILS_A_DAY, type MailHold, type Recipient } from "../../domain/notifying/mail-hold.ts";
import { NOTICE_PREFIX, noticeKindOf } from "../../domain/operator-notice.ts";
import { DAY_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";
import type { NotificationRow } from "./notification-rows.ts";
import { mailSettingsFromRow, type UserRow } from "./user-rows.ts";

/** So many symbols are told of in one mail; what is beyond comes in the next. */
const MAX_PARTS = 50;

/** When notifications of a user may go as far as the user's wishes and the ceilings say. Runs inside transactions. */
export class MailHolds {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database) {
    this.#sql = statements(db);
  }

  /**
   * What holds a notification back now; null: it may go. Account mails are never held. A repeat is held by quiet hours and snoozes only: its
   * digest's time has come already, and it has been counted.
   */
  of(row: NotificationRow, now: TimeMs): MailHold | null {
    if (row.user_id === null || row.symbol === null) return null;
    const recipient = this.#recipient(row.user_id, now);
    return recipient === null ? null : this.#holdFor(row, recipient, now);
  }

  /**
   * Whether the notification passes its user's wishes: operators' do, and what tells of an alert that is urgent. One that was deleted first is
   * not told of, and hurries nothing.
   */
  isUrgent(row: NotificationRow): boolean {
    if (row.is_urgent === 0) return false;
    if (row.end_time !== null || noticeKindOf(row.symbol ?? "") !== null) return true;
    return this.#sql.tellsUrgent.get({ id: row.id, isSealed: row.message_id === null ? 0 : 1 }) === 1;
  }

  /**
   * What held a waiting notification back when it was due and nobody looked at it, as while no notifier was there. It has its day from the end
   * of that hold on, and goes with what was held likewise. Null: nothing did.
   */
  missed(row: NotificationRow, now: TimeMs): MailHold | null {
    const isLookedAt = row.hold_reason !== null || now - row.due_time < SECOND_MS;
    return isLookedAt || row.state !== "WAITING" ? null : this.of(row, row.due_time);
  }

  /** The notification is looked at again when the hold is over, unless a sealed one is in its way, and has its day from then on. */
  keep({ id }: NotificationRow, { reason, untilMs }: MailHold, { wallMs, monoMs }: Instant): void {
    this.#sql.hold.run({ id, reason, untilMs, readyMono: monoMs + Math.max(1, untilMs - wallMs) });
  }

  /**
   * Those of the same user that were held as well and may go now, the one that waited longest first: they go in one mail with `row`, which is
   * among them. One that was not held goes by itself, and so does what operators are told: a mail tells either alerts or notices.
   */
  together(row: NotificationRow, { wallMs, monoMs }: Instant): readonly NotificationRow[] {
    if (row.hold_reason === null || row.user_id === null || noticeKindOf(row.symbol ?? "") !== null) return [row];
    const recipient = this.#recipient(row.user_id, wallMs);
    if (recipient === null) return [row];
    const held = this.#sql.held.all({ userId: row.user_id, monoMs }) as NotificationRow[];
    const others = held.filter((one) => one.row !== row.row && this.#holdFor(one, recipient, wallMs) === null);
    return [row, ...others].slice(0, MAX_PARTS).toSorted((a, b) => a.row - b.row);
  }

  /** Every notification of the user that waits is looked at again: the wishes are others. */
  lookAgain(userId: string): void {
    this.#sql.lookAgain.run(userId);
  }

  #holdFor(row: NotificationRow, recipient: Recipient, now: TimeMs): MailHold | null {
    // One that began to wait in the future did so before the clock was set back.
    const item = { sinceMs: Math.min(row.create_time, now), isUrgent: this.isUrgent(row) };
    return mailHold(item, row.state === "UNSURE" ? withoutCount(recipient) : recipient, now);
  }

  #recipient(userId: string, now: TimeMs): Recipient | null {
    const user = this.#sql.user.get(userId) as UserRow | undefined;
    if (user === undefined) return null;
    const mailTimesMs = this.#sql.mailTimes.all(userId, now - DAY_MS) as number[];
    return { timeZone: user.time_zone, settings: mailSettingsFromRow(user), mailTimesMs };
  }
}

function withoutCount({ settings, ...recipient }: Recipient): Recipient {
  return { ...recipient, settings: { ...settings, digest: null }, mailTimesMs: [] };
}

/** When a waiting notification could go if nobody held it back. */
export const READY_BY_ITSELF = `max(next_attempt_mono, ifnull((SELECT open_mono FROM cooldowns
  WHERE cooldowns.user_id = notifications.user_id AND cooldowns.symbol = notifications.symbol), 0))`;

/**
 * So many of a user's mails are looked at, the newest. The ceilings ask for a day's; beyond them is room for those whose time is ahead of the
 * clock, which was set back since: they count for nothing.
 */
const MOST_TIMES = 4 * MAILS_A_DAY;

function statements(db: Database.Database) {
  return {
    user: db.prepare("SELECT * FROM users WHERE id = ?"),
    mailTimes: db
      .prepare(
        `SELECT count_time FROM sealed_mails WHERE user_id = ? AND count_time > ? ORDER BY count_time DESC LIMIT ${MOST_TIMES}`,
      )
      .pluck(),
    hold: db.prepare(
      `UPDATE notifications SET hold_reason = @reason, due_time = max(due_time, @untilMs),
         ready_mono = iif(ready_mono IS NULL, NULL, @readyMono) WHERE id = @id`,
    ),
    held: db.prepare(
      `SELECT * FROM notifications WHERE user_id = @userId AND state = 'WAITING' AND hold_reason IS NOT NULL AND ready_mono IS NOT NULL
         AND symbol NOT LIKE '${NOTICE_PREFIX}%' AND ${READY_BY_ITSELF} <= @monoMs ORDER BY row`,
    ),
    tellsUrgent: db
      .prepare(
        `SELECT EXISTS (SELECT 1 FROM triggers JOIN alerts ON alerts.row = triggers.alert WHERE notification_id = @id AND hold IS NULL
           AND alerts.is_urgent = 1 AND iif(@isSealed, in_mail = 1, alerts.state <> 'DELETED'))`,
      )
      .pluck(),
    lookAgain: db.prepare(
      `UPDATE notifications SET ready_mono = iif(state = 'UNSURE', next_attempt_mono, ${READY_BY_ITSELF})
       WHERE user_id = ? AND state IN ('WAITING', 'UNSURE') AND ready_mono IS NOT NULL AND symbol IS NOT NULL`,
    ),
  };
}
