import type Database from "better-sqlite3";
import type { TimeMs } from "../../domain/time.ts";
import type { Code } from "../code.ts";
import type { UserRecord } from "../user-record.ts";
import { userFromRow } from "./user-rows.ts";

/** The rows of codes that replace a password, for every store whose transactions make some or use them up. */
export class ResetRows {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database) {
    this.#sql = statements(db);
  }

  /** Keeps a code of a user. Codes whose time is over go, whosever they are. */
  insert(userId: string, { codeHash, expireTimeMs }: Pick<Code, "codeHash" | "expireTimeMs">, now: TimeMs): void {
    this.#sql.forgetExpired.run(now);
    this.#sql.insert.run(codeHash, userId, now, expireTimeMs);
  }

  /** Whose password a code may replace; null when no such code counts. */
  findUser(codeHash: string, now: TimeMs): UserRecord | null {
    return userFromRow(this.#sql.findUser.get(codeHash, now));
  }

  /** No code of the user counts any more. */
  useUp(userId: string): void {
    this.#sql.useUp.run(userId);
  }
}

function statements(db: Database.Database) {
  return {
    forgetExpired: db.prepare("DELETE FROM password_resets WHERE expire_time <= ?"),
    insert: db.prepare(
      "INSERT INTO password_resets (code_hash, user_id, create_time, expire_time) VALUES (?, ?, ?, ?)",
    ),
    findUser: db.prepare(
      `SELECT users.* FROM password_resets JOIN users ON users.id = user_id
       WHERE code_hash = ? AND password_resets.expire_time > ?`,
    ),
    useUp: db.prepare("DELETE FROM password_resets WHERE user_id = ?"),
  };
}
