import type Database from "better-sqlite3";
import type { TimeMs } from "../../domain/time.ts";
import { MAX_SESSIONS, type SessionRecord } from "../session-store.ts";

/** The rows of log-ins, for every store whose transactions begin or end some. */
export class SessionRows {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database) {
    this.#sql = statements(db);
  }

  /** Stores a log-in. What the user has that is over goes, and beyond MAX_SESSIONS the one used longest ago ends. */
  insert(session: SessionRecord, now: TimeMs): void {
    const { id, userId, refreshHash, refreshExpireTimeMs, lifeEndTimeMs, seen } = session;
    this.#sql.forgetEnded.run(userId, now);
    const values = { id, userId, refreshHash, refreshExpireTimeMs, lifeEndTimeMs, ...seen, now };
    this.#sql.insert.run(values);
    for (const oldest of this.#sql.beyond.all(userId, MAX_SESSIONS) as string[]) this.end(oldest, now);
  }

  /** The tokens that a session has used up matter no more once it is over. False if it is over already. */
  end(sessionId: string, now: TimeMs): boolean {
    this.#sql.forgetUsedRefresh.run(sessionId);
    return this.#sql.end.run(now, sessionId).changes > 0;
  }

  /** Ends every session of a user but one, or all; how many. */
  endAll(userId: string, exceptId: string | null, now: TimeMs): number {
    const ids = this.#sql.open.all(userId, exceptId, now) as string[];
    for (const id of ids) this.end(id, now);
    return ids.length;
  }

  /** Ends every session and every access token of a user; how many sessions. */
  endAllAccess(userId: string, now: TimeMs): number {
    this.#sql.deleteAccessTokens.run(userId);
    return this.endAll(userId, null, now);
  }
}

function statements(db: Database.Database) {
  const open = "user_id = ? AND end_time IS NULL";
  return {
    forgetEnded: db.prepare(
      "DELETE FROM sessions WHERE user_id = ? AND (end_time IS NOT NULL OR refresh_expire_time <= ?)",
    ),
    insert: db.prepare(
      `INSERT INTO sessions (id, user_id, refresh_hash, create_time, refresh_expire_time, life_end_time, last_use_time, last_address, client)
       VALUES (@id, @userId, @refreshHash, @now, min(@refreshExpireTimeMs, @lifeEndTimeMs), @lifeEndTimeMs, @now, @address, @client)`,
    ),
    beyond: db
      .prepare(`SELECT id FROM sessions WHERE ${open} ORDER BY last_use_time DESC, create_time DESC LIMIT -1 OFFSET ?`)
      .pluck(),
    open: db.prepare(`SELECT id FROM sessions WHERE ${open} AND id IS NOT ? AND refresh_expire_time > ?`).pluck(),
    end: db.prepare("UPDATE sessions SET end_time = ? WHERE id = ? AND end_time IS NULL"),
    forgetUsedRefresh: db.prepare("DELETE FROM used_refresh_tokens WHERE session_id = ?"),
    deleteAccessTokens: db.prepare("DELETE FROM access_tokens WHERE user_id = ?"),
  };
}
