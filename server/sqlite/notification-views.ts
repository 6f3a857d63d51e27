import type Database from "better-sqlite3";
import { isSuspended } from "../../domain/notifying/address-strikes.ts";
import { AppError } from "../../domain/error.ts";
import { noticeKindOf, type OperatorNotice } from "../../domain/operator-notice.ts";
import type {
  DeliveryAttempt,
  FailedMailPlace,
  FailedMailQuery,
  FailedMailRecord,
  NotificationHold,
  NotificationQuery,
  NotificationView,
} from "../notification-store.ts";
import type { Page } from "../page.ts";
import type { MailHolds } from "./mail-holds.ts";
import type { NotificationRow } from "./notification-rows.ts";
import { NOTICES_OF } from "./operator-notices.ts";
import { triggerFromRow, type TriggerRow } from "./trigger-rows.ts";
import type { Transactions } from "./transactions.ts";

/** Before every mail that failed. */
const NEWEST: FailedMailPlace = { endTimeMs: Number.MAX_SAFE_INTEGER, row: 0 };

/** Notifications as their users and operators see them. Reads only. */
export class NotificationViews {
  readonly #transactions: Transactions;
  readonly #holds: MailHolds;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, transactions: Transactions, holds: MailHolds) {
    this.#transactions = transactions;
    this.#holds = holds;
    this.#sql = statements(db);
  }

  /** Throws NOT_FOUND NOTIFICATION_NOT_FOUND when the user has none of that id. */
  get(userId: string, id: string): NotificationView {
    return this.#view(this.row(userId, id));
  }

  /** The same, as a row. */
  row(userId: string, id: string): NotificationRow {
    const row = this.#sql.get.get(id, userId) as NotificationRow | undefined;
    if (row !== undefined) return row;
    throw new AppError("NOT_FOUND", "NOTIFICATION_NOT_FOUND", `you have no notification ${id}`, {
      hint: "`./bell notifications list` shows yours.",
    });
  }

  async listAttempts(userId: string, id: string): Promise<readonly DeliveryAttempt[]> {
    const rows = this.#sql.attempts.all(userId, id) as AttemptRow[];
    return Promise.resolve(rows.map(attemptFromRow));
  }

  list(query: NotificationQuery): Promise<Page<NotificationView>> {
    const rows = this.#sql.list.all(query) as NotificationRow[];
    const shown = rows.slice(0, query.limit);
    const next = rows.length > query.limit ? (shown.at(-1)?.row ?? null) : null;
    return Promise.resolve({ rows: shown.map((row) => this.#view(row)), next });
  }

  listFailed({ state, before, limit }: FailedMailQuery): Promise<Page<FailedMailRecord, FailedMailPlace>> {
    const { endTimeMs, row } = before ?? NEWEST;
    const rows = this.#sql.failed.all({ state, endTimeMs, row, limit }) as (NotificationRow & { end_time: number })[];
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const next = last === undefined ? null : { endTimeMs: last.end_time, row: last.row };
    return Promise.resolve({ rows: shown.map(failedFromRow), next });
  }

  #view(row: NotificationRow): NotificationView {
    const symbol = row.symbol !== null && noticeKindOf(row.symbol) === null ? row.symbol : null;
    return {
      id: row.id,
      symbol: symbol ?? "",
      state: row.state,
      reason: row.reason,
      reply: row.reply,
      hold: this.#holdOf(row),
      isUrgent: this.#holds.isUrgent(row),
      createTimeMs: row.create_time,
      endTimeMs: row.end_time,
      attemptCount: Number(this.#sql.attemptCount.get(row.id)),
      messageId: row.message_id,
      triggers: (this.#sql.triggers.all(row.id) as TriggerRow[]).map(triggerFromRow),
      operatorNotices: symbol !== null ? [] : (this.#sql.notices.all(row.id) as OperatorNotice[]),
    };
  }

  /** By the wall clock. */
  #holdOf(row: NotificationRow): NotificationHold | null {
    if (row.state !== "WAITING" && row.state !== "UNSURE") return null;
    if (isSuspended(Number(this.#sql.strikes.get(row.user_id) ?? 0)))
      return { reason: "ADDRESS_REFUSED", untilMs: null };
    const { wallMs, monoMs } = this.#transactions.stamp().instant;
    if (row.state === "UNSURE") return this.#holds.of(row, wallMs);
    const cooldownMs = Number(this.#sql.cooldown.get(row.user_id, row.symbol) ?? 0) - monoMs;
    const holds: NotificationHold[] = [
      { reason: "COOLDOWN", untilMs: wallMs + cooldownMs },
      { reason: "BACK_OFF", untilMs: wallMs + row.next_attempt_mono - monoMs },
    ];
    const wished = this.#holds.of(row, wallMs);
    if (wished !== null) holds.push(wished);
    const running = holds.filter(({ untilMs }) => (untilMs ?? 0) > wallMs);
    return running.toSorted((a, b) => (b.untilMs ?? 0) - (a.untilMs ?? 0))[0] ?? null;
  }
}

/** A row of `delivery_attempts`. */
interface AttemptRow {
  readonly begin_time: number;
  readonly end_time: number | null;
  readonly reason: DeliveryAttempt["reason"];
  readonly reply: string | null;
}

function attemptFromRow({ begin_time, end_time, reason, reply }: AttemptRow): DeliveryAttempt {
  return { beginTimeMs: begin_time, endTimeMs: end_time, reason, reply: reply ?? "" };
}

function failedFromRow(row: NotificationRow & { readonly end_time: number }): FailedMailRecord {
  return {
    notificationId: row.id,
    userId: row.user_id,
    toAddress: row.to_address ?? "",
    state: row.state,
    reason: row.reason,
    reply: row.reply,
    endTimeMs: row.end_time,
  };
}

function statements(db: Database.Database) {
  return {
    get: db.prepare("SELECT * FROM notifications WHERE id = ? AND user_id = ?"),
    list: db.prepare(
      `SELECT * FROM notifications WHERE user_id = @userId AND row < ifnull(@before, 9e18) AND symbol IS NOT NULL
         AND symbol = ifnull(@symbol, symbol) AND state = ifnull(@state, state) ORDER BY row DESC LIMIT @limit + 1`,
    ),
    // In the words of the partial index. Of two that ended at the same time the row decides.
    failed: db.prepare(
      `SELECT * FROM notifications WHERE state IN ('DEAD', 'UNKNOWN', 'EXPIRED') AND state = ifnull(@state, state)
         AND (end_time, row) < (@endTimeMs, @row) ORDER BY end_time DESC, row DESC LIMIT @limit + 1`,
    ),
    attempts: db.prepare(
      `SELECT begin_time, delivery_attempts.end_time, delivery_attempts.reason, delivery_attempts.reply
       FROM notifications JOIN delivery_attempts ON notification_id = id WHERE user_id = ? AND id = ? ORDER BY delivery_attempts.token`,
    ),
    attemptCount: db.prepare("SELECT count(*) FROM delivery_attempts WHERE notification_id = ?").pluck(),
    strikes: db.prepare("SELECT strikes FROM users WHERE id = ?").pluck(),
    cooldown: db.prepare("SELECT open_mono FROM cooldowns WHERE user_id = ? AND symbol = ?").pluck(),
    triggers: db.prepare(
      `SELECT triggers.*, alerts.id AS alert_id FROM triggers JOIN alerts ON alerts.row = triggers.alert
       WHERE notification_id = ? ORDER BY triggers.row`,
    ),
    notices: db.prepare(NOTICES_OF),
  };
}
