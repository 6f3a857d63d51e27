import type Database from "better-sqlite3";
import { AppError } from "../../domain/error.ts";
import { EMPTIED, IS_WITH_NOTIFIER, type AccountMails } from "./account-mails.ts";
import { OTHER_OPERATORS } from "./other-operators.ts";
import type { Stamp } from "./transactions.ts";
import type { UserRow } from "./user-rows.ts";

/** Removes users with everything of theirs. Runs inside transactions. */
export class UserRemoval {
  readonly #mails: AccountMails;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, mails: AccountMails) {
    this.#mails = mails;
    this.#sql = statements(db);
  }

  /** Throws FAILED_PRECONDITION STATE_CONFLICT when nobody would be an operator any more. */
  remove({ id, email, email_key: key, is_operator: isOperator, time_zone: timeZone }: UserRow, stamp: Stamp): void {
    const { now } = stamp;
    if (isOperator === 1 && Number(this.#sql.otherOperators.get(id)) === 0) {
      throw new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", "you are the last operator", {
        hint: "Make somebody else one first: ./bell operators add EMAIL",
      });
    }
    this.#sql.removeAttempts.run(id);
    this.#sql.removeNotices.run(id);
    this.#sql.emptyLeased.run({ id, now });
    this.#mails.remove(email, now);
    this.#sql.removeRegistrations.run(key);
    this.#sql.remove.run(id);
    this.#mails.queue({ kind: "DELETED", toAddress: email, timeZone }, stamp);
  }
}

function statements(db: Database.Database) {
  return {
    otherOperators: db.prepare(OTHER_OPERATORS).pluck(),
    removeAttempts: db.prepare(
      "DELETE FROM delivery_attempts WHERE notification_id IN (SELECT id FROM notifications WHERE user_id = ?)",
    ),
    removeNotices: db.prepare(
      "DELETE FROM operator_notices WHERE notification_id IN (SELECT id FROM notifications WHERE user_id = ?)",
    ),
    emptyLeased: db.prepare(`UPDATE notifications ${EMPTIED} WHERE user_id = @id AND ${IS_WITH_NOTIFIER}`),
    removeRegistrations: db.prepare("DELETE FROM registrations WHERE email_key = ?"),
    // Sessions, tokens, codes, addresses, alerts with their changes, levels and triggers, notifications and cooldowns go with their user.
    remove: db.prepare("DELETE FROM users WHERE id = ?"),
  };
}
