import type Database from "better-sqlite3";

/** So many alerts are looked at, and so many rows removed, at once at most. */
const CHUNK_ROWS = 50;

interface Deleted {
  readonly row: number;
  /** Whether it was deleted long enough ago. */
  readonly is_due: number;
}

/** Removes alerts that were deleted long ago, some rows at a time, going through all that are deleted. Runs inside transactions. */
export class DeletedAlerts {
  /** Up to here it has gone through. */
  #doneRow = 0;
  readonly #next: Database.Statement;
  readonly #removeChanges: Database.Statement;
  readonly #removeAlert: Database.Statement;

  constructor(db: Database.Database) {
    // The last change is the deletion. Its time is the wall clock's, which may be set; so it is held against the newest price.
    this.#next = db.prepare(
      `SELECT row, ifnull((SELECT max(time) FROM alert_changes WHERE alert = alerts.row
           AND version = (SELECT max(version) FROM alert_changes WHERE alert = alerts.row)), 0)
         <= (SELECT max(as_of_time) FROM series) - ? AS is_due
       FROM alerts INDEXED BY alerts_deleted WHERE state = 'DELETED' AND row > ? ORDER BY row LIMIT ?`,
    );
    // All but the deletion itself, which goes with the alert.
    this.#removeChanges = db.prepare(
      `DELETE FROM alert_changes WHERE alert = @row AND version IN (SELECT version FROM alert_changes WHERE alert = @row
         AND version < (SELECT max(version) FROM alert_changes WHERE alert = @row) ORDER BY version LIMIT ${CHUNK_ROWS})`,
    );
    // What it told its owner stands in the list of notifications, which needs its row.
    this.#removeAlert = db.prepare(
      "DELETE FROM alerts WHERE row = ? AND NOT EXISTS (SELECT 1 FROM triggers WHERE triggers.alert = alerts.row)",
    );
  }

  /** How many rows it went through; 0: it is through with all of them, and begins again with the next call. */
  removeSome(keepMs: number): number {
    const found = this.#next.all(keepMs, this.#doneRow, CHUNK_ROWS) as Deleted[];
    if (found.length === 0) this.#doneRow = 0;
    let count = 0;
    for (const { row, is_due: isDue } of found) {
      const changes = isDue === 1 ? this.#removeChanges.run({ row }).changes : 0;
      count += changes + 1;
      if (changes === CHUNK_ROWS) break; // it may have more
      if (isDue === 1) this.#removeAlert.run(row);
      this.#doneRow = row;
      if (count >= CHUNK_ROWS) break;
    }
    return count;
  }
}
