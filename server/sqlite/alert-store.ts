import type Database from "better-sqlite3";
import type { Alert } from "../../domain/alert.ts";
import { armAlert, endAlert, pauseAlert, type AlertChange } from "../../domain/arm.ts";
import { AppError } from "../../domain/error.ts";
import { INITIAL_STATE } from "../../domain/state-change.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { AlertEdit, AlertQuery, AlertRecord, AlertStore, Page } from "../store.ts";
import type { AlertJudging } from "./alert-judging.ts";
import { alertColumns, alertFromRow, recordFromRow, stateColumns, stateFromRow, type AlertRow } from "./alert-rows.ts";
import type { OpenJudgings } from "./open-judgings.ts";
import type { SeriesMemory } from "./series-memory.ts";
import type { Stamp, Transactions } from "./transactions.ts";

/** How long a request id is remembered. */
const REQUEST_LIFE_MS = 86_400_000;
/**
 * How long an act that arms waits for an open judging: less than the 10 seconds after which its caller gives it up, so that nothing is
 * done that was given up.
 */
const ARM_WAIT_MS = 9_000;
/** When such an act is tried again. */
const ARM_RETRY_MS = 5_000;

/** An act that arms came while a judging of its symbol is open; it wrote nothing. */
class TooEarly {
  readonly symbol: string;

  constructor(symbol: string) {
    this.symbol = symbol;
  }
}

/** What the owners' acts work with. */
export interface AlertParts {
  readonly series: SeriesMemory;
  readonly open: OpenJudgings;
  readonly alerts: AlertJudging;
  readonly clock: Clock;
}

export class SqliteAlertStore implements AlertStore {
  readonly #transactions: Transactions;
  readonly #series: SeriesMemory;
  readonly #open: OpenJudgings;
  readonly #judging: AlertJudging;
  readonly #clock: Clock;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, transactions: Transactions, { series, open, alerts, clock }: AlertParts) {
    this.#transactions = transactions;
    this.#series = series;
    this.#open = open;
    this.#judging = alerts;
    this.#clock = clock;
    this.#sql = statements(db);
  }

  insertAlert(alert: Alert, eventNowMs: TimeMs, request: { id: string; hash: string } | null): Promise<AlertRecord> {
    return this.#arm(({ now }) => {
      const earlier = request === null ? undefined : this.#findRequest(alert.userId, request.id, now);
      if (earlier !== undefined) return answerAgain(earlier, request?.hash ?? "");
      if (this.#open.has(alert.symbol)) return new TooEarly(alert.symbol);
      const change = armAlert(alert, INITIAL_STATE, this.#series.previous(alert.symbol), eventNowMs);
      this.#sql.insert.run({
        ...alertColumns(alert),
        ...stateColumns(INITIAL_STATE),
        request_id: request?.id ?? null,
        request_hash: request?.hash ?? null,
      });
      return this.#apply(this.#owned(alert.userId, alert.id), change, now);
    });
  }

  getAlert(userId: string, id: string): Promise<AlertRecord> {
    return new Promise((resolve) => resolve(recordFromRow(this.#owned(userId, id))));
  }

  listAlerts({ userId, symbol, state, repeat, before, limit }: AlertQuery): Promise<Page<AlertRecord>> {
    const rows = this.#sql.list.all({ userId, symbol, state, repeat, before, limit }) as AlertRow[];
    const shown = rows.slice(0, limit);
    const next = rows.length > limit ? (shown.at(-1)?.row ?? null) : null;
    return Promise.resolve({ rows: shown.map(recordFromRow), next });
  }

  updateAlert(userId: string, id: string, eventNowMs: TimeMs, edit: (alert: Alert) => AlertEdit): Promise<AlertRecord> {
    return this.#arm(({ now }) => {
      const row = this.#owned(userId, id);
      const { alert, rearm } = edit(alertFromRow(row));
      const isArmed = rearm && row.state !== "PAUSED";
      if (isArmed && this.#open.has(row.symbol)) return new TooEarly(row.symbol);
      const edited = { ...alert, revision: row.revision + 1, updateTimeMs: now };
      this.#sql.update.run({ ...alertColumns(edited), row: row.row });
      if (!isArmed) return recordFromRow(this.#owned(userId, id));
      const change = armAlert(edited, stateFromRow(row), this.#series.previous(alert.symbol), eventNowMs);
      return this.#apply(row, change, now);
    });
  }

  pauseAlert(userId: string, id: string): Promise<AlertRecord> {
    return this.#transactions.write(({ now }) => {
      const row = this.#owned(userId, id);
      return this.#apply(row, pauseAlert(stateFromRow(row)), now);
    });
  }

  resumeAlert(userId: string, id: string, eventNowMs: TimeMs): Promise<AlertRecord> {
    return this.#arm(({ now }) => {
      const row = this.#owned(userId, id);
      if (row.state === "ARMED" || row.state === "DISARMED" || row.state === "PENDING") throw alreadyWatching(row);
      if (this.#open.has(row.symbol)) return new TooEarly(row.symbol);
      const baseline = this.#series.previous(row.symbol);
      return this.#apply(row, armAlert(alertFromRow(row), stateFromRow(row), baseline, eventNowMs), now);
    });
  }

  deleteAlerts(userId: string, ids: readonly string[], check: (alert: Alert) => void): Promise<void> {
    return this.#transactions.write(({ now }) => {
      for (const id of new Set(ids)) {
        const row = this.#owned(userId, id);
        check(alertFromRow(row));
        this.#apply(row, endAlert(stateFromRow(row), "DELETED"), now);
      }
    });
  }

  /** Runs an act that may arm; again when it came too early, and its symbol's judging is through. Rejects when that takes too long. */
  async #arm(act: (stamp: Stamp) => AlertRecord | TooEarly): Promise<AlertRecord> {
    const endMono = this.#clock.monotonic() + ARM_WAIT_MS;
    for (;;) {
      const done = await this.#transactions.write(act);
      if (!(done instanceof TooEarly)) return done;
      await this.#judgingEnded(done.symbol, endMono);
      if (this.#clock.monotonic() >= endMono) throw stillJudging(done.symbol);
    }
  }

  /** Resolves when the symbol's judging may be through, and at `endMono` at the latest: on a damaged database none ever is. */
  async #judgingEnded(symbol: string, endMono: number): Promise<void> {
    const given = new AbortController();
    const isUp = this.#clock.sleep(endMono - this.#clock.monotonic(), given.signal);
    const waits = [this.#open.ended(symbol, given.signal), isUp];
    await Promise.race(waits);
    given.abort();
    await Promise.allSettled(waits);
  }

  /** The row of one of the user's own alerts that is not deleted. */
  #owned(userId: string, id: string): AlertRow {
    const row = this.#sql.get.get(id, userId) as AlertRow | undefined;
    if (row !== undefined) return row;
    throw new AppError("NOT_FOUND", "ALERT_NOT_FOUND", `you have no alert ${id}`, {
      hint: "`./bell alerts list` shows yours.",
    });
  }

  #apply(row: AlertRow, { state, reason, wakes }: AlertChange, now: TimeMs): AlertRecord {
    this.#judging.writeChange(row, state, { seq: null, reason, wakes, now });
    return recordFromRow(this.#sql.getAny.get(row.row) as AlertRow);
  }

  #findRequest(userId: string, requestId: string, now: TimeMs): AlertRow | undefined {
    this.#sql.forgetRequests.run(userId, now - REQUEST_LIFE_MS);
    return this.#sql.findRequest.get(userId, requestId) as AlertRow | undefined;
  }
}

function answerAgain(row: AlertRow, hash: string): AlertRecord {
  if (row.request_hash === hash) return recordFromRow(row);
  throw AppError.invalidField(
    "request_id",
    "REQUEST_ID_REUSED",
    "belongs to another request",
    "Make a new UUID for each request.",
  );
}

function stillJudging(symbol: string): AppError {
  const message = `so many alerts watch ${symbol} that its last price is still being judged; nothing was changed`;
  return new AppError("UNAVAILABLE", "STORE_UNAVAILABLE", message, {
    hint: "Try again in a few seconds.",
    retryAfterMs: ARM_RETRY_MS,
  });
}

function alreadyWatching(row: AlertRow): AppError {
  return new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", `the alert is ${row.state}: it watches already`, {
    hint: "Only a paused alert, or one that has triggered, can be resumed.",
  });
}

function statements(db: Database.Database) {
  return {
    insert: db.prepare(
      `INSERT INTO alerts (id, user_id, symbol, kind, direction, level, repeat, already_true, band_percent, note, create_time,
         update_time, revision, state, state_version, awaits_baseline, fires_if_true, armed_as_of, edge, request_id, request_hash)
       VALUES (@id, @user_id, @symbol, @kind, @direction, @level, @repeat, @already_true, @band_percent, @note, @create_time,
         @update_time, @revision, @state, @state_version, @awaits_baseline, @fires_if_true, @armed_as_of, @edge, @request_id,
         @request_hash)`,
    ),
    get: db.prepare("SELECT * FROM alerts WHERE id = ? AND user_id = ? AND state <> 'DELETED'"),
    getAny: db.prepare("SELECT * FROM alerts WHERE row = ?"),
    list: db.prepare(
      `SELECT * FROM alerts WHERE user_id = @userId AND row < ifnull(@before, 9e18) AND symbol = ifnull(@symbol, symbol)
         AND repeat = ifnull(@repeat, repeat) AND iif(@state IS NULL, state <> 'DELETED', state = @state)
       ORDER BY row DESC LIMIT @limit + 1`,
    ),
    update: db.prepare(
      `UPDATE alerts SET kind = @kind, direction = @direction, level = @level, repeat = @repeat, already_true = @already_true,
         band_percent = @band_percent, note = @note, update_time = @update_time, revision = @revision WHERE row = @row`,
    ),
    findRequest: db.prepare("SELECT * FROM alerts WHERE user_id = ? AND request_id = ?"),
    forgetRequests: db.prepare(
      "UPDATE alerts SET request_id = NULL WHERE user_id = ? AND request_id IS NOT NULL AND create_time < ?",
    ),
  };
}
