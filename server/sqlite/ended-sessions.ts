import type Database from "better-sqlite3";
import type { TimeMs } from "../../domain/time.ts";

/** So many sessions are looked at, and so many rows removed, at once at most. */
const CHUNK_ROWS = 50;

interface Looked {
  readonly id: string;
  /** Whether it is over for long enough. */
  readonly is_due: number;
}

/**
 * Removes sessions that are over, some rows at a time, going through all there are. The refresh tokens that a session has used up, which
 * nothing else bounds, live as long as it: 30 days at most. Runs inside transactions.
 */
export class EndedSessions {
  /** Up to here it has gone through. */
  #doneId = "";
  readonly #next: Database.Statement;
  readonly #removeUsed: Database.Statement;
  readonly #remove: Database.Statement;

  constructor(db: Database.Database) {
    this.#next = db.prepare(
      "SELECT id, ifnull(end_time, refresh_expire_time) <= ? AS is_due FROM sessions WHERE id > ? ORDER BY id LIMIT ?",
    );
    this.#removeUsed = db.prepare(
      `DELETE FROM used_refresh_tokens WHERE refresh_hash IN
         (SELECT refresh_hash FROM used_refresh_tokens WHERE session_id = ? LIMIT ${CHUNK_ROWS})`,
    );
    this.#remove = db.prepare("DELETE FROM sessions WHERE id = ?");
  }

  /** How many rows it went through; 0: it is through with all of them, and begins again with the next call. */
  removeSome(before: TimeMs): number {
    const found = this.#next.all(before, this.#doneId, CHUNK_ROWS) as Looked[];
    if (found.length === 0) this.#doneId = "";
    let count = 0;
    for (const { id, is_due: isDue } of found) {
      const used = isDue === 1 ? this.#removeUsed.run(id).changes : 0;
      count += used + 1;
      if (used === CHUNK_ROWS) break; // it may have more
      if (isDue === 1) this.#remove.run(id);
      this.#doneId = id;
      if (count >= CHUNK_ROWS) break;
    }
    return count;
  }
}
