import type Database from "better-sqlite3";
import { SECOND_MS } from "../../domain/time.ts";
import { domainOf, type DomainGate } from "../domain-pace.ts";
import { TurnLines } from "../turn-lines.ts";
import { ADDRESS_COUNTS } from "./address-counts.ts";
import type { NotificationRow } from "./notification-rows.ts";

/** What has become ready since the last look is read in slices of so many rows, one for each hand-out. */
const ROWS_AT_ONCE = 1_000;
/** While users wait for their turns, what is ready is read again from the beginning, this often and in such slices. */
const RECHECK_EVERY_MS = 10 * SECOND_MS;
const ROWS_OF_RECHECK = 64;

/** What is read of a row that is ready. */
type ReadyRow = Pick<NotificationRow, "row" | "id" | "user_id" | "symbol" | "to_address"> & {
  readonly ready_mono: number;
};

/** How far the rows that are ready were read, in the order of their moments. */
interface Place {
  readonly mono: number;
  readonly row: number;
}

const START: Place = { mono: Number.MIN_SAFE_INTEGER, row: 0 };

/**
 * Whose mail goes next: mails about accounts first, for people wait for their codes; then users in turn, so that one with many mails
 * delays nobody else's, the oldest mail of each first. The turns are kept in memory and decide nothing lasting: they are only hints at
 * rows that are looked up again, so a transaction that is undone, or a restart, costs nothing but an order.
 *
 * A row becomes ready as time passes and is then read once. What becomes ready in another way, as when a user's settings change, is found
 * when nobody waits for a turn any more, and else when everything is read again. Runs inside transactions.
 */
export class MailTurns {
  readonly #sql: ReturnType<typeof statements>;
  readonly #accounts = new TurnLines();
  readonly #users = new TurnLines();
  #read: Place = START;
  /** Null: nothing is read again now. */
  #recheck: Place | null = null;
  #recheckMono = -Infinity;

  constructor(db: Database.Database) {
    this.#sql = statements(db);
  }

  /** Takes note of what has become ready; once for each hand-out. */
  look(monoMs: number): void {
    this.#noteReady(monoMs);
    if (this.#size > 0) this.#noteAgain(monoMs);
  }

  /** The next row to a domain that is open; null when there is none. Its user's next turn comes after everybody else's. */
  next(monoMs: number, gate: DomainGate): NotificationRow | null {
    const row = this.#take(monoMs, gate);
    if (row !== null || this.#size > 0) return row;
    const unread = this.#sql.first.get(monoMs) as ReadyRow | undefined;
    if (unread === undefined) return null;
    this.#note(unread);
    return this.#take(monoMs, gate);
  }

  /** When, by the monotonic clock, time alone makes another row ready; null: never. */
  nextMono(): number | null {
    return this.#sql.nextMono.get(this.#read) as number | null;
  }

  get #size(): number {
    return this.#accounts.size + this.#users.size;
  }

  #take(monoMs: number, gate: DomainGate): NotificationRow | null {
    const isOpen = (domain: string): boolean => gate.isOpen(domain);
    for (let next = this.#accounts.take(isOpen); next !== null; next = this.#accounts.take(isOpen)) {
      const row = this.#sql.byId.get(next.key, monoMs) as NotificationRow | undefined;
      if (row !== undefined) return row;
    }
    for (let next = this.#users.take(isOpen); next !== null; next = this.#users.take(isOpen)) {
      const [row, another] = this.#sql.ofUser.all(next.key, monoMs) as NotificationRow[];
      if (another !== undefined) this.#users.add(next.key, next.lane);
      if (row !== undefined) return row;
    }
    return null;
  }

  #noteReady(monoMs: number): void {
    const rows = this.#rowsAfter(this.#read, monoMs, ROWS_AT_ONCE);
    for (const row of rows) this.#note(row);
    this.#read = placeOf(rows) ?? this.#read;
  }

  #noteAgain(monoMs: number): void {
    if (this.#recheck === null && monoMs - this.#recheckMono < RECHECK_EVERY_MS) return;
    const rows = this.#rowsAfter(this.#recheck ?? START, Math.min(monoMs, this.#read.mono), ROWS_OF_RECHECK);
    for (const row of rows) this.#note(row);
    this.#recheckMono = monoMs;
    this.#recheck = rows.length < ROWS_OF_RECHECK ? null : placeOf(rows);
  }

  #rowsAfter({ mono, row }: Place, untilMono: number, limit: number): readonly ReadyRow[] {
    return this.#sql.after.all(mono, row, untilMono, limit) as ReadyRow[];
  }

  #note({ id, user_id: userId, symbol, to_address: address }: ReadyRow): void {
    if (userId === null || symbol === null) this.#accounts.add(id, domainOf(address ?? ""));
    else if (!this.#users.has(userId)) this.#users.add(userId, domainOf(this.#sql.email.get(userId) as string));
  }
}

function placeOf(rows: readonly ReadyRow[]): Place | null {
  const last = rows.at(-1);
  return last === undefined ? null : { mono: last.ready_mono, row: last.row };
}

/** Values that are others each time stand in queries of their own: else SQLite looks at them and makes its plan anew each time, which takes far longer. */
function statements(db: Database.Database) {
  const columns = "row, id, user_id, symbol, to_address, ready_mono";
  return {
    after: db.prepare(
      `SELECT ${columns} FROM notifications WHERE (ready_mono, row) > ((SELECT ?), (SELECT ?)) AND ready_mono <= (SELECT ?)
       ORDER BY ready_mono, row LIMIT ?`,
    ),
    first: db.prepare(
      `SELECT ${columns} FROM notifications WHERE ready_mono <= ? AND ${ADDRESS_COUNTS} ORDER BY ready_mono, row LIMIT 1`,
    ),
    nextMono: db
      .prepare(
        `SELECT min(next) FROM (
           SELECT min(ready_mono) AS next FROM notifications WHERE ready_mono > (SELECT @mono) AND ${ADDRESS_COUNTS}
           UNION ALL SELECT min(ready_mono) FROM notifications WHERE ready_mono = (SELECT @mono) AND row > (SELECT @row) AND ${ADDRESS_COUNTS})`,
      )
      .pluck(),
    byId: db.prepare(`SELECT * FROM notifications WHERE id = ? AND ready_mono <= ? AND ${ADDRESS_COUNTS}`),
    ofUser: db.prepare(
      `SELECT * FROM notifications WHERE user_id = (SELECT ?) AND symbol IS NOT NULL AND ready_mono <= (SELECT ?) AND ${ADDRESS_COUNTS}
       ORDER BY ready_mono, row LIMIT 2`,
    ),
    email: db.prepare("SELECT email FROM users WHERE id = ?").pluck(),
  };
}
