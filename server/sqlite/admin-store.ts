import type Database from "better-sqlite3";
import { STRIKES_TO_SUSPEND, isSuspended } from "../../domain/notifying/address-strikes.ts";
import { AppError } from "../../domain/error.ts";
import type { Code } from "../code.ts";
import type { AccountQuery, AccountView, AdminStore } from "../admin-store.ts";
import { AccountMails } from "./account-mails.ts";
import { OTHER_OPERATORS } from "./other-operators.ts";
import { ResetRows } from "./reset-rows.ts";
import { SessionRows } from "./session-rows.ts";
import type { Stamp, Transactions } from "./transactions.ts";

/** No password has this hash. */
const NO_PASSWORD = "";

interface AccountRow {
  readonly id: string;
  readonly email: string;
  readonly email_key: string;
  readonly time_zone: string;
  readonly create_time: number;
  readonly is_operator: number;
  readonly suspend_time: number | null;
  readonly alert_limit: number | null;
  readonly alert_count: number;
  readonly session_count: number;
  readonly last_use_time: number | null;
  readonly strikes: number;
}

export class SqliteAdminStore implements AdminStore {
  readonly #transactions: Transactions;
  readonly #sessions: SessionRows;
  readonly #resets: ResetRows;
  readonly #mails: AccountMails;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, transactions: Transactions, newId: () => string) {
    this.#transactions = transactions;
    this.#sessions = new SessionRows(db);
    this.#resets = new ResetRows(db);
    this.#mails = new AccountMails(db, newId);
    this.#sql = statements(db);
  }

  listAccounts(query: AccountQuery): Promise<{ rows: readonly AccountView[]; next: string | null }> {
    return new Promise((resolve) => {
      const { now } = this.#transactions.stamp();
      const { after, limit, isAddressRefused } = query;
      const wanted = { emailPart: query.emailPart.toLowerCase(), strikes: isAddressRefused ? STRIKES_TO_SUSPEND : 0 };
      const rows = this.#sql.list.all({ ...wanted, after, limit, now }) as AccountRow[];
      const shown = rows.slice(0, limit);
      const next = rows.length > limit ? (shown.at(-1)?.email_key ?? null) : null;
      resolve({ rows: shown.map(accountFromRow), next });
    });
  }

  suspendAccount(id: string): Promise<AccountView> {
    return this.#change(id, (row, { now }) => {
      if (row.suspend_time !== null) throw conflict(`${row.email} is suspended already`);
      this.#assertNotLast(row); // two who suspend each other at once would leave nobody
      this.#sql.suspend.run(now, id);
      this.#sessions.endAllAccess(id, now);
    });
  }

  resumeAccount(id: string): Promise<AccountView> {
    return this.#change(id, (row) => {
      if (row.suspend_time === null) throw conflict(`${row.email} is not suspended`);
      this.#sql.suspend.run(null, id);
    });
  }

  forcePasswordReset(id: string, code: Code): Promise<AccountView> {
    return this.#change(id, ({ email: toAddress, time_zone: timeZone }, stamp) => {
      if (!this.#mails.queue({ kind: "PASSWORD_RESET", toAddress, timeZone, code }, stamp))
        throw tooManyCodes(toAddress);
      this.#sessions.endAllAccess(id, stamp.now);
      this.#sql.setPassword.run(NO_PASSWORD, id);
      this.#resets.useUp(id);
      this.#resets.insert(id, code, stamp.now);
    });
  }

  setAlertLimit(id: string, limit: number | null): Promise<AccountView> {
    return this.#change(id, () => this.#sql.setAlertLimit.run(limit, id));
  }

  setOperator(id: string, isOperator: boolean): Promise<AccountView> {
    return this.#change(id, (row) => {
      if (!isOperator) this.#assertNotLast(row);
      this.#sql.setOperator.run(isOperator ? 1 : 0, id);
    });
  }

  #assertNotLast({ id, email, is_operator: isOperator }: AccountRow): void {
    if (isOperator === 0 || Number(this.#sql.otherOperators.get(id)) > 0) return;
    throw conflict(`${email} is the last operator`);
  }

  #change(id: string, change: (row: AccountRow, stamp: Stamp) => unknown): Promise<AccountView> {
    return this.#transactions.write((stamp) => {
      const { now } = stamp;
      change(this.#row(id, now), stamp);
      return accountFromRow(this.#row(id, now));
    });
  }

  #row(id: string, now: number): AccountRow {
    const row = this.#sql.get.get({ id, now }) as AccountRow | undefined;
    if (row !== undefined) return row;
    throw new AppError("NOT_FOUND", "USER_NOT_FOUND", `there is no user ${id}`, {
      hint: "`./bell users list` shows them.",
    });
  }
}

function accountFromRow(row: AccountRow): AccountView {
  return {
    id: row.id,
    email: row.email,
    createTimeMs: row.create_time,
    isOperator: row.is_operator === 1,
    suspendTimeMs: row.suspend_time,
    alertLimit: row.alert_limit,
    alertCount: row.alert_count,
    sessionCount: row.session_count,
    lastUseTimeMs: row.last_use_time,
    isAddressRefused: isSuspended(row.strikes),
  };
}

function tooManyCodes(address: string): AppError {
  return new AppError(
    "RESOURCE_EXHAUSTED",
    "RATE_LIMITED",
    `${address} has been mailed as many codes today as may be`,
    {
      hint: "Nothing was changed. `./bell users suspend` shuts the user out until tomorrow.",
    },
  );
}

function conflict(message: string): AppError {
  return new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", message);
}

const LIVE_SESSIONS = "FROM sessions WHERE user_id = users.id AND end_time IS NULL AND refresh_expire_time > @now";
const ACCOUNTS = `SELECT users.*,
  (SELECT count(*) FROM alerts WHERE user_id = users.id AND state <> 'DELETED') AS alert_count,
  (SELECT count(*) ${LIVE_SESSIONS}) AS session_count, (SELECT max(last_use_time) ${LIVE_SESSIONS}) AS last_use_time
  FROM users`;

function statements(db: Database.Database) {
  return {
    get: db.prepare(`${ACCOUNTS} WHERE id = @id`),
    list: db.prepare(
      `${ACCOUNTS} WHERE email_key > ifnull(@after, '') AND instr(email_key, @emailPart) > 0 AND strikes >= @strikes
       ORDER BY email_key LIMIT @limit + 1`,
    ),
    suspend: db.prepare("UPDATE users SET suspend_time = ? WHERE id = ?"),
    setPassword: db.prepare("UPDATE users SET password_hash = ? WHERE id = ?"),
    setAlertLimit: db.prepare("UPDATE users SET alert_limit = ? WHERE id = ?"),
    otherOperators: db.prepare(OTHER_OPERATORS).pluck(),
    setOperator: db.prepare("UPDATE users SET is_operator = ? WHERE id = ?"),
  };
}
