import type Database from "better-sqlite3";
import { expireNotification, joinTrigger } from "../../domain/notifying/pair.ts";
import { DAY_MS } from "../../domain/time.ts";
import { noticeTopic, type OperatorNoticeKind } from "../../domain/operator-notice.ts";
import { notificationColumns } from "./notification-rows.ts";
import { readyMono, type PairStore } from "./pair-store.ts";
import type { Stamp } from "./transactions.ts";

/**
 * Tells operators something of the system: each of them has a pair of its own for each kind of notice, and so at most one mail an hour of each.
 * Notices pass quiet hours and digests. What was told in the same words within a day is not told again. Runs inside transactions.
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

  tell(kind: OperatorNoticeKind, detail: string, stamp: Stamp): void {
    const { now } = stamp;
    for (const userId of this.#sql.operators.all() as string[]) {
      const known = this.#sql.isKnown.get({ userId, topic: noticeTopic(kind), detail, sinceMs: now - DAY_MS, now });
      if (known === 1) continue;
      const id = this.#newId();
      const notificationId = this.#join(userId, noticeTopic(kind), id, stamp);
      this.#sql.insert.run({ id, notificationId, kind, now, detail });
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
        `SELECT EXISTS (SELECT 1 FROM notifications JOIN operator_notices ON notification_id = notifications.id WHERE user_id = @userId
           AND symbol = @topic AND detail = @detail AND notice_time > @sinceMs AND notice_time <= @now)`,
      )
      .pluck(),
    insert: db.prepare(
      `INSERT INTO operator_notices (id, notification_id, kind, notice_time, detail) VALUES (@id, @notificationId, @kind, @now, @detail)`,
    ),
  };
}
