import type Database from "better-sqlite3";
import type { AuditAction } from "../../domain/audit.ts";
import type { AuditEntry, AuditNote, AuditQuery, AuditStore } from "../audit-store.ts";
import type { Page } from "../page.ts";
import type { Slice } from "../retention-store.ts";
import type { Transactions } from "./transactions.ts";

/** So many are removed at a time: less than a millisecond. */
const ROWS_PER_SLICE = 500;

interface AuditRow {
  readonly number: number;
  readonly time: number;
  readonly action: string;
  readonly peer: string;
  readonly actor_id: string;
  readonly actor_email: string;
  readonly object: string;
  readonly address: string;
  readonly detail: string;
  readonly count: number;
}

/** The table itself refuses whatever would change an entry, or remove a young one (0010-people.sql). */
export class SqliteAuditStore implements AuditStore {
  readonly #transactions: Transactions;
  readonly #insert: Database.Statement;
  readonly #list: Database.Statement;
  readonly #removeOld: Database.Statement;

  constructor(db: Database.Database, transactions: Transactions) {
    this.#transactions = transactions;
    this.#insert = db.prepare(
      `INSERT INTO audit (time, action, peer, actor_id, actor_email, object, address, detail, count)
       VALUES (@now, @action, @peer, @actorId, @actorEmail, @object, @address, @detail, @count)`,
    );
    this.#list = db.prepare(
      `SELECT * FROM audit WHERE number < ifnull(@before, 9e18) AND (@userId IS NULL OR actor_id = @userId OR object = @userId)
       AND action = ifnull(@action, action) AND time >= ifnull(@sinceMs, time) ORDER BY number DESC LIMIT @limit + 1`,
    );
    this.#removeOld = db.prepare(
      `DELETE FROM audit WHERE number IN (SELECT number FROM audit
       WHERE time < (SELECT max(time) FROM audit) - 31536000000 ORDER BY number LIMIT ${ROWS_PER_SLICE})`,
    );
  }

  appendEntries(notes: readonly AuditNote[]): Promise<void> {
    return this.#transactions.write(({ now }) => {
      for (const note of notes) this.#insert.run({ now, ...note });
    });
  }

  listEntries(query: AuditQuery): Promise<Page<AuditEntry>> {
    return new Promise((resolve) => {
      const rows = this.#list.all(query) as AuditRow[];
      const shown = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? (shown.at(-1)?.number ?? null) : null;
      resolve({ rows: shown.map(entryFromRow), next });
    });
  }

  removeExpiredEntries(): Promise<Slice> {
    return this.#transactions.write(() => {
      const rows = this.#removeOld.run().changes;
      return { rows, hasMore: rows === ROWS_PER_SLICE };
    });
  }
}

function entryFromRow({ time, action, actor_id, actor_email, ...row }: AuditRow): AuditEntry {
  return { ...row, timeMs: time, action: action as AuditAction, actorId: actor_id, actorEmail: actor_email };
}
