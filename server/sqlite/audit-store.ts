import type Database from "better-sqlite3";
import type { AuditAction } from "../../domain/audit.ts";
import { DAY_MS } from "../../domain/time.ts";
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
  readonly #lists: Readonly<Record<Filter, Database.Statement>>;
  readonly #removeOld: Database.Statement;

  constructor(db: Database.Database, transactions: Transactions) {
    this.#transactions = transactions;
    this.#insert = db.prepare(
      `INSERT INTO audit (time, action, peer, actor_id, actor_email, object, address, detail, count)
       VALUES (@now, @action, @peer, @actorId, @actorEmail, @object, @address, @detail, @count)`,
    );
    this.#lists = {
      none: db.prepare(someBy("+action = ifnull(@action, action)")),
      action: db.prepare(someBy("action = @action")),
      user: db.prepare(
        `SELECT * FROM (${someBy("actor_id = @userId AND +action = ifnull(@action, action)")})
         UNION SELECT * FROM (${someBy("object = @userId AND +action = ifnull(@action, action)")})
         ORDER BY number DESC LIMIT @limit + 1`,
      ),
    };
    // A clock that has run away for some hours must not take the whole audit with it, and entries it has stamped must not take those after them:
    // the year counts from the newest entry that is a day old.
    this.#removeOld = db.prepare(
      `DELETE FROM audit WHERE number IN (SELECT number FROM audit
       WHERE time < (SELECT max(time) FROM audit WHERE time <= @now - ${DAY_MS}) - ${365 * DAY_MS} ORDER BY time LIMIT ${ROWS_PER_SLICE})`,
    );
  }

  appendEntries(notes: readonly AuditNote[]): Promise<void> {
    return this.#transactions.write(({ now }) => {
      for (const note of notes) this.#insert.run({ now, ...note });
    });
  }

  listEntries(query: AuditQuery): Promise<Page<AuditEntry>> {
    return new Promise((resolve) => {
      const rows = this.#lists[filterOf(query)].all(query) as AuditRow[];
      const shown = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? (shown.at(-1)?.number ?? null) : null;
      resolve({ rows: shown.map(entryFromRow), next });
    });
  }

  removeExpiredEntries(): Promise<Slice> {
    return this.#transactions.write(({ now }) => {
      const rows = this.#removeOld.run({ now }).changes;
      return { rows, hasMore: rows === ROWS_PER_SLICE };
    });
  }
}

/** By what the entries are sought. */
type Filter = "none" | "action" | "user";

function filterOf({ userId, action }: AuditQuery): Filter {
  if (userId !== null) return "user";
  return action === null ? "none" : "action";
}

/** One more than the page holds. An audit has millions of entries: no question may go through those that are none of its answer. */
function someBy(which: string): string {
  return `SELECT * FROM audit WHERE number < ifnull(@before, 9e18) AND ${which} AND +time >= ifnull(@sinceMs, time)
    AND number >= ifnull((SELECT min(+number) FROM audit WHERE time >= @sinceMs), iif(@sinceMs IS NULL, 0, 9e18))
    ORDER BY number DESC LIMIT @limit + 1`;
}

function entryFromRow({ time, action, actor_id, actor_email, ...row }: AuditRow): AuditEntry {
  return { ...row, timeMs: time, action: action as AuditAction, actorId: actor_id, actorEmail: actor_email };
}
