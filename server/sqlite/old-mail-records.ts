import type Database from "better-sqlite3";
import type { TimeMs } from "../../domain/time.ts";

/** So many notifications, and so many attempts, are removed at once at most. */
const CHUNK_ROWS = 50;

/**
 * Removes what was told to operators long ago, with its attempts, and the attempts of notifications that went into another one long ago.
 * Runs inside transactions.
 */
export class OldMailRecords {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database) {
    this.#sql = statements(db);
  }

  /** How many notifications and attempts it removed; 0: there are none left. */
  removeSome(before: TimeMs): number {
    const ids = this.#sql.told.all({ before }) as string[];
    for (const id of ids) {
      this.#sql.removeAttempts.run(id);
      this.#sql.removeNotices.run(id);
      this.#sql.remove.run(id);
    }
    return ids.length + this.#sql.removeGone.run(before).changes;
  }
}

function statements(db: Database.Database) {
  return {
    told: db
      .prepare(
        `SELECT DISTINCT notification_id FROM operator_notices INDEXED BY operator_notices_by_age
         JOIN notifications ON notifications.id = notification_id WHERE notice_time <= @before AND end_time <= @before LIMIT ${CHUNK_ROWS}`,
      )
      .pluck(),
    removeAttempts: db.prepare("DELETE FROM delivery_attempts WHERE notification_id = ?"),
    removeNotices: db.prepare("DELETE FROM operator_notices WHERE notification_id = ?"),
    remove: db.prepare("DELETE FROM notifications WHERE id = ?"),
    removeGone: db.prepare(
      `DELETE FROM delivery_attempts WHERE (notification_id, token) IN
         (SELECT notification_id, token FROM delivery_attempts WHERE gone_time <= ? LIMIT ${CHUNK_ROWS})`,
    ),
  };
}
