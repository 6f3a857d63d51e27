import type Database from "better-sqlite3";
import { mailboxOf } from "../../domain/email-address.ts";
import { isSuspended } from "../../domain/notifying/address-strikes.ts";
import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import type { Code } from "../code.ts";
import { networkOf } from "../network-of.ts";
import { hashSecret } from "../secret.ts";
import type { NewSessionRecord } from "../session-store.ts";
import type { Attempt } from "../throttle-store.ts";
import type { UserRecord } from "../user-record.ts";
import type { AskedReset, PasswordChange, Registration, UserStore, UserChange } from "../user-store.ts";
import { AccountMails } from "./account-mails.ts";
import { KnownAddresses } from "./known-addresses.ts";
import { MailHolds } from "./mail-holds.ts";
import { ResetRows } from "./reset-rows.ts";
import { SessionRows } from "./session-rows.ts";
import type { ThrottleRows } from "./throttle-rows.ts";
import type { Stamp, Transactions } from "./transactions.ts";
import { UserExport } from "./user-export.ts";
import { UserRemoval } from "./user-removal.ts";
import { mailSettingsColumns, userFromRow, type UserRow } from "./user-rows.ts";

/** What the store needs from outside its tables. */
export interface UserStoreDeps {
  readonly newId: () => string;
  readonly throttles: ThrottleRows;
}

export class SqliteUserStore implements UserStore {
  readonly #transactions: Transactions;
  readonly #deps: UserStoreDeps;
  readonly #sessions: SessionRows;
  readonly #resets: ResetRows;
  readonly #mails: AccountMails;
  readonly #known: KnownAddresses;
  readonly #holds: MailHolds;
  readonly #removal: UserRemoval;
  readonly #export: UserExport;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, transactions: Transactions, deps: UserStoreDeps) {
    this.#transactions = transactions;
    this.#deps = deps;
    this.#sessions = new SessionRows(db);
    this.#resets = new ResetRows(db);
    this.#mails = new AccountMails(db, deps.newId);
    this.#known = new KnownAddresses(db);
    this.#holds = new MailHolds(db);
    this.#removal = new UserRemoval(db, this.#mails);
    this.#export = new UserExport(db);
    this.#sql = statements(db);
  }

  insertRegistration({ email, passwordHash, timeZone, ...code }: Registration): Promise<boolean> {
    return this.#transactions.write((stamp) => {
      const { now } = stamp;
      this.#sql.forgetRegistrations.run(now - DAY_MS, now);
      const user = this.#find(email);
      if (user !== undefined && !isSuspended(user.strikes)) {
        return this.#mails.queue(
          { kind: "ALREADY_REGISTERED", toAddress: user.email, timeZone: user.time_zone },
          stamp,
        );
      }
      if (this.#deps.throttles.count([codesTo(email)], now) > 0) return false;
      if (!this.#mails.queue({ kind: "VERIFICATION", toAddress: email, timeZone, code }, stamp)) return false;
      const key = emailKey(email);
      this.#sql.insertRegistration.run({ ...code, email, key, passwordHash, timeZone, now });
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
      this.#logIn({ ...session, userId }, now);
      return this.#get(userId);
    });
  }

  async findUser(email: string): Promise<UserRecord | null> {
    return Promise.resolve(userFromRow(this.#find(email)));
  }

  async hasLoggedInFrom(userId: string, network: string): Promise<boolean> {
    return Promise.resolve(this.#known.has(userId, network, this.#transactions.stamp().now));
  }

  insertLogIn(session: NewSessionRecord, checked: { userId: string; passwordHash: string }): Promise<boolean> {
    return this.#transactions.write(({ now }) => {
      const user = this.#get(checked.userId);
      if (user?.passwordHash !== checked.passwordHash || user.suspendTimeMs !== null) return false;
      this.#logIn({ ...session, userId: user.id }, now);
      return true;
    });
  }

  rehashPassword(change: PasswordChange): Promise<void> {
    return this.#transactions.write(() => void this.#sql.changePassword.run(change));
  }

  changePassword(change: PasswordChange, keptSessionId: string): Promise<number | null> {
    return this.#transactions.write((stamp) => {
      if (this.#sql.changePassword.run(change).changes === 0) return null;
      this.#resets.useUp(change.userId);
      this.#tellOfPassword(change.userId, stamp);
      return this.#sessions.endAll(change.userId, keptSessionId, stamp.now);
    });
  }

  updateUser(userId: string, { timeZone, mailSettings }: UserChange): Promise<UserRecord | null> {
    return this.#transactions.write(() => {
      const user = this.#get(userId);
      if (user === null) return null;
      const wishes = mailSettingsColumns({ ...user.mailSettings, ...mailSettings });
      this.#sql.update.run({ userId, timeZone: timeZone ?? user.timeZone, ...wishes });
      this.#holds.lookAgain(userId);
      return this.#get(userId);
    });
  }

  insertPasswordReset(email: string, code: Code, attempts: readonly Attempt[]): Promise<AskedReset> {
    return this.#transactions.write((stamp) => {
      const waitMs = this.#deps.throttles.count(attempts, stamp.now);
      const user = waitMs === 0 ? this.#find(email) : undefined;
      if (user === undefined) return { waitMs, isQueued: false };
      const { id, email: toAddress, time_zone: timeZone } = user;
      const isQueued = this.#mails.queue({ kind: "PASSWORD_RESET", toAddress, timeZone, code }, stamp);
      if (isQueued) this.#resets.insert(id, code, stamp.now);
      return { waitMs, isQueued };
    });
  }

  async findPasswordReset(codeHash: string): Promise<UserRecord | null> {
    return Promise.resolve(this.#resets.findUser(codeHash, this.#transactions.stamp().now));
  }

  resetPassword(codeHash: string, passwordHash: string): Promise<UserRecord | null> {
    return this.#transactions.write((stamp) => {
      const user = this.#resets.findUser(codeHash, stamp.now);
      if (user === null) return null;
      this.#sql.readmitUser.run(passwordHash, user.id);
      this.#resets.useUp(user.id);
      this.#sessions.endAllAccess(user.id, stamp.now);
      this.#tellOfPassword(user.id, stamp);
      return this.#get(user.id);
    });
  }

  deleteUser(userId: string, passwordHash: string): Promise<boolean> {
    return this.#transactions.write((stamp) => {
      const row = this.#sql.getUser.get(userId) as UserRow | undefined;
      if (row?.password_hash !== passwordHash) return false;
      this.#removal.remove(row, stamp);
      return true;
    });
  }

  exportUser(userId: string): AsyncGenerator<readonly string[], void> {
    return this.#export.lines(userId);
  }

  insertSetupCode({ codeHash, expireTimeMs }: Pick<Code, "codeHash" | "expireTimeMs">): Promise<void> {
    return this.#transactions.write(({ now }) => {
      this.#sql.forgetSetupCodes.run();
      this.#sql.insertSetupCode.run(codeHash, now, expireTimeMs);
    });
  }

  claimOperator(userId: string, codeHash: string): Promise<UserRecord | null> {
    return this.#transactions.write(({ now }) => {
      if (this.#sql.findSetupCode.get(codeHash, now) === undefined) return null;
      this.#sql.forgetSetupCodes.run();
      this.#sql.makeOperator.run(userId);
      return this.#get(userId);
    });
  }

  /** Makes the user; one whose address was refused has proved it anew. Null when the address belongs to a user in good standing. */
  #admit({ email, email_key, password_hash, time_zone }: RegistrationRow, now: TimeMs): string | null {
    const known = this.#sql.findUser.get(email_key) as UserRow | undefined;
    if (known === undefined) {
      const userId = this.#deps.newId();
      this.#sql.insertUser.run(userId, email, email_key, password_hash, time_zone, now);
      return userId;
    }
    if (!isSuspended(known.strikes) || known.suspend_time !== null) return null;
    this.#sql.readmitUser.run(password_hash, known.id);
    this.#resets.useUp(known.id);
    this.#sessions.endAllAccess(known.id, now);
    return known.id;
  }

  #logIn(session: NewSessionRecord & { readonly userId: string }, now: TimeMs): void {
    this.#sessions.insert(session, now);
    this.#known.insert(session.userId, networkOf(session.seen.address), now);
  }

  #tellOfPassword(userId: string, stamp: Stamp): void {
    const user = this.#get(userId);
    if (user === null) return;
    this.#mails.queue({ kind: "PASSWORD_CHANGED", toAddress: user.email, timeZone: user.timeZone }, stamp);
  }

  #find(email: string): UserRow | undefined {
    return this.#sql.findUser.get(emailKey(email)) as UserRow | undefined;
  }

  #get(userId: string): UserRecord | null {
    return userFromRow(this.#sql.getUser.get(userId));
  }
}

interface RegistrationRow {
  readonly email: string;
  readonly email_key: string;
  readonly password_hash: string;
  readonly time_zone: string;
}

/** A code for a stranger's mailbox: three a day, as to each address; else a stranger is bombed by as many spellings as there are. */
function codesTo(email: string): Attempt {
  return { key: `codes to ${hashSecret(mailboxOf(email))}`, rule: { kind: "window", most: 3, spanMs: DAY_MS } };
}

/** Two addresses that differ in case alone are one person's. */
function emailKey(email: string): string {
  return email.toLowerCase();
}

function statements(db: Database.Database) {
  return {
    forgetRegistrations: db.prepare("DELETE FROM registrations WHERE create_time < ? AND expire_time < ?"),
    insertRegistration: db.prepare(
      `INSERT INTO registrations (code_hash, email, email_key, password_hash, time_zone, create_time, expire_time)
       VALUES (@codeHash, @email, @key, @passwordHash, @timeZone, @now, @expireTimeMs)`,
    ),
    findRegistration: db.prepare("SELECT * FROM registrations WHERE code_hash = ? AND expire_time > ?"),
    useUpRegistrations: db.prepare("DELETE FROM registrations WHERE email_key = ?"),
    findUser: db.prepare("SELECT * FROM users WHERE email_key = ?"),
    getUser: db.prepare("SELECT * FROM users WHERE id = ?"),
    insertUser: db.prepare(
      "INSERT INTO users (id, email, email_key, password_hash, time_zone, create_time) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    readmitUser: db.prepare("UPDATE users SET strikes = 0, password_hash = ? WHERE id = ?"),
    changePassword: db.prepare(
      "UPDATE users SET password_hash = @afterHash WHERE id = @userId AND password_hash = @beforeHash",
    ),
    update: db.prepare(
      `UPDATE users SET time_zone = @timeZone, quiet_from = @quiet_from, quiet_until = @quiet_until, digest_mode = @digest_mode,
         digest_at = @digest_at, snooze_until = @snooze_until WHERE id = @userId`,
    ),
    forgetSetupCodes: db.prepare("DELETE FROM setup_codes"),
    insertSetupCode: db.prepare("INSERT INTO setup_codes VALUES (?, ?, ?)"),
    findSetupCode: db.prepare("SELECT 1 FROM setup_codes WHERE code_hash = ? AND expire_time > ?"),
    makeOperator: db.prepare("UPDATE users SET is_operator = 1 WHERE id = ?"),
  };
}
