import type Database from "better-sqlite3";
import { isSuspended } from "../../domain/notifying/address-strikes.ts";
import { DAY_MS } from "../../domain/time.ts";
import type { Registration, SessionRecord, UserRecord, UserStore } from "../user-store.ts";
import type { Transactions } from "./transactions.ts";

/** So many codes a day are mailed to one address, so that the service cannot be used to bomb strangers. */
const REGISTRATIONS_PER_DAY = 3;

export class SqliteUserStore implements UserStore {
  readonly #transactions: Transactions;
  readonly #newId: () => string;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, transactions: Transactions, newId: () => string) {
    this.#transactions = transactions;
    this.#newId = newId;
    this.#sql = statements(db);
  }

  insertRegistration({ email, passwordHash, code, codeHash, expireTimeMs }: Registration): Promise<boolean> {
    return this.#transactions.write(({ now, instant }) => {
      const key = emailKey(email);
      this.#sql.forgetRegistrations.run(now - DAY_MS, now);
      const asked = Number(this.#sql.countRegistrations.get(key, now - DAY_MS));
      const user = this.#sql.findUser.get(key) as UserRow | undefined;
      if ((user !== undefined && !isSuspended(user.strikes)) || asked >= REGISTRATIONS_PER_DAY) return false;
      this.#sql.insertRegistration.run(codeHash, email, key, passwordHash, now, expireTimeMs);
      const mail = { id: this.#newId(), email, code, expireTimeMs, now, mono: instant.monoMs };
      this.#sql.queueVerification.run(mail);
      return true;
    });
  }

  verifyUser(codeHash: string, session: Omit<SessionRecord, "userId">): Promise<UserRecord | null> {
    return this.#transactions.write(({ now }) => {
      const found = this.#sql.findRegistration.get(codeHash, now) as RegistrationRow | undefined;
      if (found === undefined) return null;
      const userId = this.#admit(found, now);
      if (userId === null) return null;
      this.#sql.useUpRegistrations.run(found.email_key);
      this.#insertSession({ ...session, userId }, now);
      return this.#user(this.#sql.getUser.get(userId));
    });
  }

  async findUser(email: string): Promise<UserRecord | null> {
    return Promise.resolve(this.#user(this.#sql.findUser.get(emailKey(email))));
  }

  insertSession(session: SessionRecord): Promise<void> {
    return this.#transactions.write(({ now }) => this.#insertSession(session, now));
  }

  async getSessionUser(sessionId: string): Promise<UserRecord | null> {
    return Promise.resolve(this.#user(this.#sql.sessionUser.get(sessionId)));
  }

  refreshSession(
    refreshHash: string,
    next: { refreshHash: string; refreshExpireTimeMs: number },
  ): Promise<SessionRecord | null> {
    return this.#transactions.write(({ now }) => {
      // An old token that comes back was stolen, by whoever brings it or by whoever used it before: nobody keeps the session.
      this.#end(this.#sql.findUsedRefresh.get(refreshHash) as string | undefined, now);
      const row = this.#sql.findRefresh.get(refreshHash, now) as { id: string; user_id: string } | undefined;
      if (row === undefined) return null;
      this.#sql.insertUsedRefresh.run(refreshHash, row.id);
      this.#sql.rotate.run(next.refreshHash, next.refreshExpireTimeMs, row.id);
      return { id: row.id, userId: row.user_id, ...next };
    });
  }

  endSession(sessionId: string): Promise<void> {
    return this.#transactions.write(({ now }) => this.#end(sessionId, now));
  }

  /** The tokens that a session has used up matter no more once it is over. */
  #end(sessionId: string | undefined, now: number): void {
    if (sessionId === undefined) return;
    this.#sql.endSession.run(now, sessionId);
    this.#sql.forgetUsedRefresh.run(sessionId);
  }

  /** Makes the user; one whose address was suspended has proved it anew. Null when the address belongs to a user in good standing. */
  #admit({ email, email_key, password_hash }: RegistrationRow, now: number): string | null {
    const known = this.#sql.findUser.get(email_key) as UserRow | undefined;
    if (known === undefined) {
      const userId = this.#newId();
      this.#sql.insertUser.run(userId, email, email_key, password_hash, now);
      return userId;
    }
    if (!isSuspended(known.strikes)) return null;
    this.#sql.readmitUser.run(password_hash, known.id);
    this.#sql.endSessions.run(now, known.id);
    return known.id;
  }

  #insertSession(session: SessionRecord, now: number): void {
    this.#sql.insertSession.run(session.id, session.userId, session.refreshHash, now, session.refreshExpireTimeMs);
  }

  #user(row: unknown): UserRecord | null {
    if (row === undefined) return null;
    const { id, email, password_hash, create_time } = row as UserRow;
    return { id, email, passwordHash: password_hash, createTimeMs: create_time };
  }
}

interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly password_hash: string;
  readonly strikes: number;
  readonly create_time: number;
}

interface RegistrationRow {
  readonly email: string;
  readonly email_key: string;
  readonly password_hash: string;
}

/** Two addresses that differ in case alone are one person's. */
function emailKey(email: string): string {
  return email.toLowerCase();
}

function statements(db: Database.Database) {
  return {
    forgetRegistrations: db.prepare("DELETE FROM registrations WHERE create_time < ? AND expire_time < ?"),
    countRegistrations: db
      .prepare("SELECT count(*) FROM registrations WHERE email_key = ? AND create_time >= ?")
      .pluck(),
    insertRegistration: db.prepare("INSERT INTO registrations VALUES (?, ?, ?, ?, ?, ?)"),
    findRegistration: db.prepare("SELECT * FROM registrations WHERE code_hash = ? AND expire_time > ?"),
    useUpRegistrations: db.prepare("DELETE FROM registrations WHERE email_key = ?"),
    queueVerification: db.prepare(
      `INSERT INTO notifications (id, to_address, code, code_expire_time, state, reason, due_time, next_attempt_mono, ready_mono,
         attempts, repeats, was_unsure, token, create_time)
       VALUES (@id, @email, @code, @expireTimeMs, 'WAITING', 'TRIGGERED', @now, @mono, @mono, 0, 0, 0, 0, @now)`,
    ),
    findUser: db.prepare("SELECT * FROM users WHERE email_key = ?"),
    getUser: db.prepare("SELECT * FROM users WHERE id = ?"),
    insertUser: db.prepare(
      "INSERT INTO users (id, email, email_key, password_hash, create_time) VALUES (?, ?, ?, ?, ?)",
    ),
    endSessions: db.prepare("UPDATE sessions SET end_time = ? WHERE user_id = ? AND end_time IS NULL"),
    readmitUser: db.prepare("UPDATE users SET strikes = 0, password_hash = ? WHERE id = ?"),
    insertSession: db.prepare(
      "INSERT INTO sessions (id, user_id, refresh_hash, create_time, refresh_expire_time) VALUES (?, ?, ?, ?, ?)",
    ),
    sessionUser: db.prepare(
      "SELECT users.* FROM sessions JOIN users ON users.id = user_id WHERE sessions.id = ? AND end_time IS NULL",
    ),
    findUsedRefresh: db.prepare("SELECT session_id FROM used_refresh_tokens WHERE refresh_hash = ?").pluck(),
    insertUsedRefresh: db.prepare("INSERT INTO used_refresh_tokens VALUES (?, ?)"),
    forgetUsedRefresh: db.prepare("DELETE FROM used_refresh_tokens WHERE session_id = ?"),
    findRefresh: db.prepare(
      "SELECT id, user_id FROM sessions WHERE refresh_hash = ? AND end_time IS NULL AND refresh_expire_time > ?",
    ),
    rotate: db.prepare("UPDATE sessions SET refresh_hash = ?, refresh_expire_time = ? WHERE id = ?"),
    endSession: db.prepare("UPDATE sessions SET end_time = ? WHERE id = ? AND end_time IS NULL"),
  };
}
