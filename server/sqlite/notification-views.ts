import type Database from "better-sqlite3";
import { isSuspended } from "../../domain/notifying/address-strikes.ts";
import { AppError } from "../../domain/error.ts";
import type { Page } from "../page.ts";
import type { NotificationQuery, NotificationView, TriggerRecord } from "../store.ts";
import type { NotificationRow } from "./notification-rows.ts";
import { triggerFromRow, type TriggerRow } from "./trigger-rows.ts";
import type { Transactions } from "./transactions.ts";

/** Notifications as their users see them. Reads only. */
export class NotificationViews {
  readonly #db: Database.Database;
  readonly #transactions: Transactions;
  readonly #get: Database.Statement;
  readonly #attempts: Database.Statement;
  readonly #triggers: Database.Statement;
  readonly #lines: Database.Statement;
  readonly #strikes: Database.Statement;

  constructor(db: Database.Database, transactions: Transactions) {
    const triggers = `SELECT triggers.*, alerts.id AS alert_id FROM triggers JOIN alerts ON alerts.row = triggers.alert
      WHERE notification_id = ?`;
    this.#db = db;
    this.#transactions = transactions;
    this.#get = db.prepare("SELECT * FROM notifications WHERE id = ? AND user_id = ?");
    this.#attempts = db.prepare("SELECT count(*) FROM delivery_attempts WHERE notification_id = ?").pluck();
    this.#strikes = db.prepare("SELECT strikes FROM users WHERE id = ?").pluck();
    this.#triggers = db.prepare(`${triggers} ORDER BY triggers.row`);
    this.#lines = db.prepare(`${triggers} AND in_mail = 1 ORDER BY triggers.row`);
  }

  /** What stands in the sealed mail, oldest first. */
  linesOf(notificationId: string): TriggerRecord[] {
    return (this.#lines.all(notificationId) as TriggerRow[]).map(triggerFromRow);
  }

  get(userId: string, id: string): Promise<NotificationView> {
    const row = this.#get.get(id, userId) as NotificationRow | undefined;
    if (row !== undefined) return Promise.resolve(this.#view(row));
    return Promise.reject(
      new AppError("NOT_FOUND", "NOTIFICATION_NOT_FOUND", `you have no notification ${id}`, {
        hint: "`./bell notifications list` shows yours.",
      }),
    );
  }

  list({ userId, symbol, state, before, limit }: NotificationQuery): Promise<Page<NotificationView>> {
    const rows = this.#db
      .prepare(
        `SELECT * FROM notifications WHERE user_id = @userId AND row < ifnull(@before, 9e18)
         AND symbol = ifnull(@symbol, symbol) AND state = ifnull(@state, state) ORDER BY row DESC LIMIT @limit + 1`,
      )
      .all({ userId, symbol, state, before, limit }) as NotificationRow[];
    const shown = rows.slice(0, limit);
    const next = rows.length > limit ? (shown.at(-1)?.row ?? null) : null;
    return Promise.resolve({ rows: shown.map((row) => this.#view(row)), next });
  }

  #view(row: NotificationRow): NotificationView {
    return {
      id: row.id,
      symbol: row.symbol ?? "",
      state: row.state,
      reason: row.reason,
      reply: row.reply,
      isSuspended: isSuspended(Number(this.#strikes.get(row.user_id) ?? 0)),
      heldUntilMs: this.#heldUntil(row),
      createTimeMs: row.create_time,
      endTimeMs: row.end_time,
      attemptCount: Number(this.#attempts.get(row.id)),
      messageId: row.message_id,
      triggers: (this.#triggers.all(row.id) as TriggerRow[]).map(triggerFromRow),
    };
  }

  /** By the wall clock; `ready_mono` takes in back-off and cooldown. */
  #heldUntil(row: NotificationRow): number | null {
    const { wallMs, monoMs } = this.#transactions.stamp().instant;
    const aheadMs = row.state === "WAITING" && row.ready_mono !== null ? row.ready_mono - monoMs : 0;
    return aheadMs > 0 ? wallMs + aheadMs : null;
  }
}
