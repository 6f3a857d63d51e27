import type Database from "better-sqlite3";
import { isSuspended } from "../../domain/notifying/address-strikes.ts";
import { DAY_MS } from "../../domain/time.ts";
import type { NewSessionRecord } from "../session-store.ts";
import type { Registration, UserRecord, UserStore } from "../user-store.ts";
import { SessionRows } from "./session-rows.ts";
import type { Transactions } from "./transactions.ts";
import { userFromRow, type UserRow } from "./user-rows.ts";

/** So many codes a day are mailed to one address, so that the service cannot be used to bomb strangers. */
const REGISTRATIONS_PER_DAY = 3;

export class SqliteUserStore implements UserStore {
  readonly #transactions: Transactions;
  readonly #newId: () => string;
  readonly #sessions: SessionRows;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, transactions: Transactions, newId: () => string) {
    this.#transactions = transactions;
    this.#newId = newId;
    this.#sessions = new SessionRows(db);
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

  verifyUser(codeHash: string, session: NewSessionRecord): Promise<UserRecord | null> {
    return this.#transactions.write(({ now }) => {
      const found = this.#sql.findRegistration.get(codeHash, now) as RegistrationRow | undefined;
      if (found === undefined) return null;
      const userId = this.#admit(found, now);
      if (userId === null) return null;
      this.#sql.useUpRegistrations.run(found.email_key);
      this.#sessions.insert({ ...session, userId }, now);
      return userFromRow(this.#sql.getUser.get(userId));
    });
  }

  async findUser(email: string): Promise<UserRecord | null> {
    return Promise.resolve(userFromRow(this.#sql.findUser.get(emailKey(email))));
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
    this.#sessions.endAllAccess(known.id, now);
    return known.id;
  }
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
    insertRegistration: db.prepare(
      `INSERT INTO registrations (code_hash, email, email_key, password_hash, create_time, expire_time)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
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
    readmitUser: db.prepare("UPDATE users SET strikes = 0, password_hash = ? WHERE id = ?"),
  };
}
