import type Database from "better-sqlite3";
import { noticeTopic } from "../../domain/operator-notice.ts";
import type { SystemTrouble } from "../../domain/system-trouble.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { PairStore } from "./pair-store.ts";
import type { Stamp } from "./transactions.ts";

/** What was told in a notification, oldest first. */
export const NOTICES_OF = `SELECT id, kind, notice_time AS timeMs, detail FROM operator_notices WHERE notification_id = ? ORDER BY row`;

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
      const notificationId = this.#pairs.join({ userId, symbol: noticeTopic(kind) }, id, stamp, this.#newId);
      this.#sql.hurry.run(notificationId);
      this.#sql.insert.run({ id, notificationId, kind, about, now, detail });
    }
  }
}

function statements(db: Database.Database) {
  return {
    operators: db.prepare("SELECT id FROM users WHERE is_operator = 1 AND suspend_time IS NULL ORDER BY id").pluck(),
    hurry: db.prepare("UPDATE notifications SET is_urgent = 1 WHERE id = ?"),
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
