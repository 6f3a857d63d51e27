import type Database from "better-sqlite3";
import type { Alert } from "../../domain/alert.ts";
import { AppError } from "../../domain/error.ts";
import { INITIAL_STATE } from "../../domain/judging/state-change.ts";
import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import { ALERTS_PER_USER } from "../alert-limit.ts";
import type { Page } from "../page.ts";
import { sessionEnded } from "../session-ended.ts";
import type { AlertQuery, AlertRecord } from "../store.ts";
import { alertColumns, recordFromRows, stateColumns, type AlertRow } from "./alert-rows.ts";

/** How long a request id is remembered. */
const REQUEST_LIFE_MS = DAY_MS;

/** The rows of a rule, one for each symbol, in the order in which they were written. */
export type RuleRows = readonly [AlertRow, ...AlertRow[]];

/** A creation's id of its caller's choosing, and what it asked for. */
export interface RequestKey {
  readonly id: string;
  readonly hash: string;
}

/** The statements on `alerts`, a rule for several symbols being one thing. */
export class AlertTable {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database) {
    this.#sql = statements(db);
  }

  /** Writes a row for each symbol, not armed yet. */
  insert(alert: Alert, request: RequestKey | null): RuleRows {
    const common = {
      ...stateColumns(INITIAL_STATE),
      request_id: request?.id ?? null,
      request_hash: request?.hash ?? null,
    };
    for (const symbol of alert.symbols) this.#sql.insert.run({ ...alertColumns({ ...alert, symbol }), ...common });
    return this.owned(alert.userId, alert.id);
  }

  /** Writes what the owner changed into the row of one symbol; the row as it is then. */
  update(row: AlertRow, alert: Alert): AlertRow {
    this.#sql.update.run({ ...alertColumns(alert), row: row.row });
    return this.#sql.byRow.get(row.row) as AlertRow;
  }

  /** The rows of one of the user's own rules that is not deleted. Throws NOT_FOUND. */
  owned(userId: string, id: string): RuleRows {
    const [first, ...others] = this.#rowsOf(id);
    if (first !== undefined && first.user_id === userId && first.state !== "DELETED") return [first, ...others];
    throw new AppError("NOT_FOUND", "ALERT_NOT_FOUND", `you have no alert ${id}`, {
      hint: "`./bell alerts list` shows yours.",
    });
  }

  /** A page of a user's rules of which at least one row is asked for. */
  list(query: AlertQuery): Page<AlertRecord> {
    const { limit, ...terms } = query;
    const ids: string[] = [];
    for (const id of this.#sql.list.iterate(terms) as IterableIterator<string>) {
      if (id === ids.at(-1)) continue; // the rows of a rule follow one another
      if (ids.push(id) > limit) break;
    }
    const shown = ids.slice(0, limit).map((id) => this.#rowsOf(id));
    const last = ids.length > limit ? shown.at(-1)?.[0] : undefined;
    return {
      rows: shown.flatMap(([first, ...others]) => (first === undefined ? [] : [recordFromRows([first, ...others])])),
      next: last?.row ?? null,
    };
  }

  /** How many a user has, each symbol counted, deleted ones not. */
  count(userId: string): number {
    return Number(this.#sql.count.get(userId));
  }

  /** How many a user may have. */
  limit(userId: string): number {
    const limit = this.#sql.limit.get(userId) as number | null | undefined;
    if (limit === undefined) throw sessionEnded("the account is gone");
    return limit ?? ALERTS_PER_USER;
  }

  /** What an earlier request of that id made, while it is remembered. */
  findRequest(userId: string, requestId: string, now: TimeMs): RuleRows | null {
    const id = this.#sql.findRequest.get(userId, requestId, now - REQUEST_LIFE_MS) as string | undefined;
    const [first, ...others] = id === undefined ? [] : this.#rowsOf(id);
    return first === undefined ? null : [first, ...others];
  }

  /** Drops the ids that are remembered no longer. */
  forgetRequests(userId: string, now: TimeMs): void {
    this.#sql.forgetRequests.run(userId, now - REQUEST_LIFE_MS);
  }

  #rowsOf(id: string): AlertRow[] {
    return this.#sql.rule.all(id) as AlertRow[];
  }
}

const WRITTEN = `kind, direction, level, upper_level, for_ms, repeat, max_fires, already_true, band_percent, rearm_for_ms, confirm, session,
  expire_time, is_urgent, remind_every_ms, tells_when_back, note, tags, update_time, revision`;
const KEPT = `id, user_id, symbol, symbols, create_time, state, state_version, awaits_baseline, fires_if_true, armed_as_of, edge, since_seen,
  confirm_count, fire_count, recent_fires, paused_until, owes_back, remind_since_seen, reminder_count, request_id, request_hash`;

/** As shownStateName() has it. */
const SHOWN_STATE = `iif(expire_time <= @eventNowMs AND state IN ('ARMED', 'PENDING', 'DISARMED', 'PAUSED'), 'EXPIRED', state)`;

const names = (columns: string): string[] => columns.split(/,\s*/);

function statements(db: Database.Database) {
  const inserted = [...names(KEPT), ...names(WRITTEN)];
  return {
    insert: db.prepare(
      `INSERT INTO alerts (${inserted.join(", ")}) VALUES (${inserted.map((name) => `@${name}`).join(", ")})`,
    ),
    update: db.prepare(
      `UPDATE alerts SET ${names(WRITTEN)
        .map((name) => `${name} = @${name}`)
        .join(", ")} WHERE row = @row`,
    ),
    byRow: db.prepare("SELECT * FROM alerts WHERE row = ?"),
    rule: db.prepare("SELECT * FROM alerts WHERE id = ? ORDER BY row"),
    list: db
      .prepare(
        `SELECT id FROM alerts WHERE user_id = @userId AND row < ifnull(@before, 9e18) AND symbol = ifnull(@symbol, symbol)
           AND repeat = ifnull(@repeat, repeat) AND iif(@state IS NULL, state <> 'DELETED', ${SHOWN_STATE} = @state)
           AND (@tag IS NULL OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = @tag))
         ORDER BY row DESC`,
      )
      .pluck(),
    count: db.prepare("SELECT count(*) FROM alerts WHERE user_id = ? AND state <> 'DELETED'").pluck(),
    limit: db.prepare("SELECT alert_limit FROM users WHERE id = ?").pluck(),
    findRequest: db
      .prepare("SELECT id FROM alerts WHERE user_id = ? AND request_id = ? AND create_time >= ? LIMIT 1")
      .pluck(),
    forgetRequests: db.prepare(
      "UPDATE alerts SET request_id = NULL WHERE user_id = ? AND request_id IS NOT NULL AND create_time < ?",
    ),
  };
}
