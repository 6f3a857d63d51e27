import type Database from "better-sqlite3";
import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import { AppError } from "../../domain/error.ts";
import type { AccountMail, MailContent } from "../mail-content.ts";
import { sessionEnded } from "../session-ended.ts";
import type { NotificationRow } from "./notification-rows.ts";
import type { Stamp } from "./transactions.ts";

/** An account mail that is to be queued. */
export interface QueuedMail {
  readonly kind: AccountMail;
  readonly toAddress: string;
  /** The zone in which it tells the time. */
  readonly timeZone: string;
  /** For those that bring a code. */
  readonly code?: { readonly code: string; readonly expireTimeMs: TimeMs };
}

/**
 * So many mails of each kind a day go to one address. What anybody can set off who knows the address is few, so that the service cannot be
 * used to bomb strangers; what only its owner, or whoever has the account, can set off is more, for each may be the one that matters.
 */
const MAILS_PER_DAY: Readonly<Record<AccountMail, number>> = {
  VERIFICATION: 3,
  PASSWORD_RESET: 3,
  ALREADY_REGISTERED: 3,
  TEST: 10,
  PASSWORD_CHANGED: 10,
  SESSION_STOLEN: 10,
  DELETED: 10,
};

/** An account mail that has ended is forgotten after so long, with the address it went to. */
const KEPT_MS = 7 * DAY_MS;

/** Queues the mails that are about an account and about no symbol. They take no cooldown. Runs inside transactions. */
export class AccountMails {
  readonly #newId: () => string;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, newId: () => string) {
    this.#newId = newId;
    this.#sql = statements(db);
  }

  /** False, and nothing is queued, when the address has had as many of the kind within a day as it may. */
  queue(mail: QueuedMail, stamp: Stamp): boolean {
    return this.#queue({ ...mail, userId: null }, stamp) !== null;
  }

  /**
   * Queues a test that a user asked for, which is the user's own; its id. Throws RESOURCE_EXHAUSTED TOO_MANY after several in a day, and
   * UNAUTHENTICATED SESSION_ENDED when the user is gone.
   */
  queueTest(userId: string, stamp: Stamp): string {
    const user = this.#sql.user.get(userId) as { email: string; time_zone: string } | undefined;
    if (user === undefined) throw sessionEnded("the account is gone");
    const { email, time_zone: timeZone } = user;
    const id = this.#queue({ kind: "TEST", toAddress: email, timeZone, userId }, stamp);
    if (id !== null) return id;
    throw new AppError(
      "RESOURCE_EXHAUSTED",
      "TOO_MANY",
      `${MAILS_PER_DAY.TEST} test mails went to your address within a day`,
      {
        hint: "Wait until tomorrow.",
      },
    );
  }

  /** What waits for the address goes no more, and nothing is kept of what went. A notifier that has one may still say what became of it. */
  remove(toAddress: string, now: TimeMs): void {
    this.#sql.removeAttempts.run({ toAddress });
    this.#sql.emptyLeased.run({ toAddress, now });
    this.#sql.remove.run({ toAddress });
  }

  #queue(mail: QueuedMail & { readonly userId: string | null }, { now, instant }: Stamp): string | null {
    const { kind, toAddress, timeZone, code, userId } = mail;
    this.forgetOld(now);
    if (Number(this.#sql.count.get({ toAddress, kind, now })) >= MAILS_PER_DAY[kind]) return null;
    const id = this.#newId();
    const brought = { code: code?.code ?? null, expireTimeMs: code?.expireTimeMs ?? null };
    this.#sql.insert.run({ id, userId, toAddress, kind, timeZone, ...brought, now, mono: instant.monoMs });
    return id;
  }

  /** Some of those that have ended long ago. */
  forgetOld(now: TimeMs): void {
    for (const id of this.#sql.old.all(now - KEPT_MS) as string[]) {
      this.#sql.forgetAttempts.run(id);
      this.#sql.forget.run(id);
    }
  }
}

/** What the row of an account mail says. */
export function accountMailFromRow(row: NotificationRow): MailContent {
  const code = { code: row.code ?? "", expireTimeMs: row.code_expire_time ?? 0 };
  if (row.account_mail === null || row.account_mail === "VERIFICATION") return { kind: "verification", ...code };
  if (row.account_mail === "PASSWORD_RESET") return { kind: "passwordReset", ...code };
  const timeZone = row.account_mail_zone ?? "UTC";
  if (row.account_mail === "TEST") return { kind: "test", timeMs: row.create_time, timeZone };
  return { kind: "accountNotice", notice: row.account_mail, timeMs: row.create_time, timeZone };
}

/**
 * What becomes of a mail of a user that goes while a notifier has it: the row stays for the notifier's report, without anything of the
 * user's. A part of an UPDATE of `notifications`.
 */
export const EMPTIED = `SET user_id = NULL, symbol = NULL, to_address = NULL, code = NULL, reply = '', state = 'CANCELLED',
  reason = 'NO_LINES_LEFT', ready_mono = NULL, lease_end_mono = NULL, end_time = @now`;

/** Which mails that is: a notifier has it, or had it and has yet to say what came of it. A condition on `notifications`. */
export const IS_WITH_NOTIFIER = "(lease_end_mono IS NOT NULL OR state = 'UNSURE')";

function statements(db: Database.Database) {
  // In the words of the partial index.
  const toAddress = "symbol IS NULL AND lower(to_address) = lower(@toAddress)";
  return {
    count: db
      .prepare(
        `SELECT count(*) FROM notifications WHERE ${toAddress} AND create_time > @now - ${DAY_MS} AND create_time <= @now
           AND account_mail = @kind`,
      )
      .pluck(),
    insert: db.prepare(
      `INSERT INTO notifications (id, user_id, to_address, account_mail, account_mail_zone, code, code_expire_time, state, reason, due_time,
         next_attempt_mono, ready_mono, attempts, repeats, was_unsure, token, create_time)
       VALUES (@id, @userId, @toAddress, @kind, @timeZone, @code, @expireTimeMs, 'WAITING', 'TRIGGERED', @now, @mono, @mono, 0, 0, 0, 0, @now)`,
    ),
    user: db.prepare("SELECT email, time_zone FROM users WHERE id = ?"),
    old: db
      .prepare(
        `SELECT id FROM notifications INDEXED BY account_mails_ended WHERE symbol IS NULL AND end_time IS NOT NULL AND end_time < ? ORDER BY end_time LIMIT 20`,
      )
      .pluck(),
    forgetAttempts: db.prepare("DELETE FROM delivery_attempts WHERE notification_id = ?"),
    forget: db.prepare("DELETE FROM notifications WHERE id = ?"),
    removeAttempts: db.prepare(
      `DELETE FROM delivery_attempts WHERE notification_id IN (SELECT id FROM notifications WHERE ${toAddress})`,
    ),
    emptyLeased: db.prepare(`UPDATE notifications ${EMPTIED} WHERE ${toAddress} AND ${IS_WITH_NOTIFIER}`),
    remove: db.prepare(`DELETE FROM notifications WHERE ${toAddress}`),
  };
}
