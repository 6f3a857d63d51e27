import type Database from "better-sqlite3";
import { SECOND_MS, type TimeMs } from "../../domain/time.ts";
import type { RefreshedSession, SessionStore, SessionView, Successor } from "../session-store.ts";
import type { UserRecord } from "../user-record.ts";
import { AccountMails } from "./account-mails.ts";
import { SessionRows } from "./session-rows.ts";
import type { Stamp, Transactions } from "./transactions.ts";
import { userFromRow } from "./user-rows.ts";

/** A client whose answer was lost asks again within so long. */
const LOST_ANSWER_MS = 10 * SECOND_MS;

export class SqliteSessionStore implements SessionStore {
  readonly #transactions: Transactions;
  readonly #mails: AccountMails;
  readonly #rows: SessionRows;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, transactions: Transactions, newId: () => string) {
    this.#transactions = transactions;
    this.#mails = new AccountMails(db, newId);
    this.#rows = new SessionRows(db);
    this.#sql = statements(db);
  }

  async getSessionUser(sessionId: string): Promise<UserRecord | null> {
    return Promise.resolve(userFromRow(this.#sql.user.get(sessionId, this.#transactions.stamp().now)));
  }

  refreshSession(refreshHash: string, next: Successor): Promise<RefreshedSession | "stolen" | null> {
    return this.#transactions.write((stamp) => {
      const used = this.#sql.findUsed.get(refreshHash) as UsedRow | undefined;
      if (used !== undefined) return this.#takeAgain(used, stamp);
      const row = this.#sql.findRefresh.get(refreshHash, stamp.now) as SessionRow | undefined;
      return row === undefined ? null : this.#rotate(row, refreshHash, next, stamp.now);
    });
  }

  async listSessions(userId: string): Promise<readonly SessionView[]> {
    const rows = this.#sql.list.all(userId, this.#transactions.stamp().now) as SessionRow[];
    return Promise.resolve(rows.map(viewFromRow));
  }

  endSession(userId: string, sessionId: string): Promise<boolean> {
    return this.#transactions.write(({ now }) => {
      const isTheirs = this.#sql.isOpen.get(sessionId, userId, now) !== undefined;
      return isTheirs && this.#rows.end(sessionId, now);
    });
  }

  endSessions(userId: string, exceptId: string | null): Promise<number> {
    return this.#transactions.write(({ now }) => this.#rows.endAll(userId, exceptId, now));
  }

  #rotate(row: SessionRow, refreshHash: string, next: Successor, now: TimeMs): RefreshedSession {
    const refreshExpireTimeMs = Math.min(next.refreshExpireTimeMs, row.life_end_time);
    this.#sql.forgetSuccessors.run(row.id);
    this.#sql.insertUsed.run(refreshHash, row.id, now, next.sealed);
    this.#sql.rotate.run({ id: row.id, refreshHash: next.refreshHash, refreshExpireTimeMs, now, ...next.seen });
    return { id: row.id, userId: row.user_id, refreshExpireTimeMs, sealedBefore: null };
  }

  /** A used token has come back: either its answer was lost just now, or somebody has it who should not. */
  #takeAgain(used: UsedRow, stamp: Stamp): RefreshedSession | "stolen" | null {
    const row = this.#sql.getOpen.get(used.session_id, stamp.now) as (SessionRow & OwnerRow) | undefined;
    const isLostAnswer = used.sealed_successor !== null && Math.abs(stamp.now - used.use_time) < LOST_ANSWER_MS;
    if (row !== undefined && isLostAnswer) {
      const { id, user_id, refresh_expire_time } = row;
      return { id, userId: user_id, refreshExpireTimeMs: refresh_expire_time, sealedBefore: used.sealed_successor };
    }
    this.#rows.end(used.session_id, stamp.now);
    if (row === undefined) return null;
    this.#mails.queue({ kind: "SESSION_STOLEN", toAddress: row.email, timeZone: row.time_zone }, stamp);
    return "stolen";
  }
}

interface SessionRow {
  readonly id: string;
  readonly user_id: string;
  readonly create_time: number;
  readonly last_use_time: number;
  readonly last_address: string;
  readonly client: string;
  readonly refresh_expire_time: number;
  readonly life_end_time: number;
}

/** Whom the session is of. */
interface OwnerRow {
  readonly email: string;
  readonly time_zone: string;
}

interface UsedRow {
  readonly session_id: string;
  readonly use_time: number;
  /** Null when the successor has been used as well. */
  readonly sealed_successor: Buffer | null;
}

function viewFromRow(row: SessionRow): SessionView {
  return {
    id: row.id,
    createTimeMs: row.create_time,
    lastUseTimeMs: row.last_use_time,
    lastSeen: { address: row.last_address, client: row.client },
    expireTimeMs: row.refresh_expire_time,
  };
}

function statements(db: Database.Database) {
  const alive = `FROM sessions JOIN users ON users.id = user_id
    WHERE end_time IS NULL AND suspend_time IS NULL`;
  return {
    user: db.prepare(`SELECT users.* ${alive} AND sessions.id = ? AND refresh_expire_time > ?`),
    findRefresh: db.prepare(`SELECT sessions.* ${alive} AND refresh_hash = ? AND refresh_expire_time > ?`),
    getOpen: db.prepare(`SELECT sessions.*, email, time_zone ${alive} AND sessions.id = ? AND refresh_expire_time > ?`),
    isOpen: db.prepare(
      "SELECT 1 FROM sessions WHERE id = ? AND user_id = ? AND end_time IS NULL AND refresh_expire_time > ?",
    ),
    list: db.prepare(
      `SELECT * FROM sessions WHERE user_id = ? AND end_time IS NULL AND refresh_expire_time > ?
       ORDER BY last_use_time DESC, create_time DESC, id`,
    ),
    findUsed: db.prepare("SELECT * FROM used_refresh_tokens WHERE refresh_hash = ?"),
    insertUsed: db.prepare(
      "INSERT INTO used_refresh_tokens (refresh_hash, session_id, use_time, sealed_successor) VALUES (?, ?, ?, ?)",
    ),
    forgetSuccessors: db.prepare(
      "UPDATE used_refresh_tokens SET sealed_successor = NULL WHERE session_id = ? AND sealed_successor IS NOT NULL",
    ),
    rotate: db.prepare(
      `UPDATE sessions SET refresh_hash = @refreshHash, refresh_expire_time = @refreshExpireTimeMs, last_use_time = @now,
         last_address = @address, client = @client WHERE id = @id`,
    ),
  };
}
