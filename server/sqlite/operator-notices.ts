import type Database from "better-sqlite3";
import { expireNotification, joinTrigger } from "../../domain/notifying/pair.ts";
import { noticeTopic } from "../../domain/operator-notice.ts";
import type { SystemTrouble } from "../../domain/system-trouble.ts";
import type { TimeMs } from "../../domain/time.ts";
import { notificationColumns } from "./notification-rows.ts";
import { readyMono, type PairStore } from "./pair-store.ts";
import type { Stamp } from "./transactions.ts";

/**
 * Tells operators something of the system: each of them has a pair of its own for each kind of notice, and so at most one mail an hour of each.
 * Notices pass quiet hours and digests. Runs inside transactions.
 */
export class OperatorNotices {
  readonly #pairs: PairStore;
  readonly #newId: () => string;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, pairs: PairStore, newId: () => string) {
    this.#pairs = pairs;
    this.#newId = newId;
    this.#sql = statements(db);
  }

  /** But not those who were told of the same trouble after `sinceMs`. */
  tell({ kind, key: about, detail }: SystemTrouble, sinceMs: TimeMs, stamp: Stamp): void {
    const { now } = stamp;
    for (const userId of this.#sql.operators.all() as string[]) {
      if (this.#sql.isKnown.get({ userId, kind, about, sinceMs, now }) === 1) continue;
      const id = this.#newId();
      const notificationId = this.#join(userId, noticeTopic(kind), id, stamp);
      this.#sql.insert.run({ id, notificationId, kind, about, now, detail });
    }
  }

  #join(userId: string, topic: string, noticeId: string, { now, instant }: Stamp): string {
    const key = { userId, symbol: topic };
    const swept = expireNotification(this.#pairs.load(key), instant);
    if (swept.ended.length > 0) this.#pairs.save(key, swept, now);
    const { pair, notification, started } = joinTrigger(swept.pair, noticeId, instant, this.#newId);
    if (started)
      this.#sql.start.run({ ...notificationColumns(notification, readyMono(pair)), userId, symbol: topic, now });
    return notification.id;
  }
}

function statements(db: Database.Database) {
  return {
    operators: db.prepare("SELECT id FROM users WHERE is_operator = 1 AND suspend_time IS NULL ORDER BY id").pluck(),
    start: db.prepare(
      `INSERT INTO notifications (id, user_id, symbol, state, reason, is_urgent, due_time, next_attempt_mono, ready_mono, attempts, repeats,
         was_unsure, token, create_time)
       VALUES (@id, @userId, @symbol, @state, @reason, 1, @due_time, @next_attempt_mono, @ready_mono, 0, 0, 0, 0, @now)`,
    ),
    isKnown: db
      .prepare(
        `SELECT EXISTS (SELECT 1 FROM operator_notices JOIN notifications ON notifications.id = notification_id WHERE kind = @kind
           AND about = @about AND notice_time > @sinceMs AND notice_time <= @now AND user_id = @userId)`,
      )
      .pluck(),
    insert: db.prepare(
      `INSERT INTO operator_notices (id, notification_id, kind, about, notice_time, detail)
         VALUES (@id, @notificationId, @kind, @about, @now, @detail)`,
    ),
  };
}
