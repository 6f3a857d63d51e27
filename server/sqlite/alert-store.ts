// Owners' acts on their alerts, one transaction each. What an act makes of an alert is the domain's (arm.ts); a rule for several symbols is
// one alert for each of them, and what its owner does goes for all.
import type Database from "better-sqlite3";
import type { Alert, AlertState } from "../../domain/alert.ts";
import { armAlert, endAlert, pauseAlert, type AlertChange } from "../../domain/judging/arm.ts";
import { AppError } from "../../domain/error.ts";
import type { Previous } from "../../domain/judging/previous.ts";
import { formatMoment } from "../../domain/moment-text.ts";
import type { TimeMs } from "../../domain/time.ts";
import { wakesOf } from "../../domain/judging/wakes.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import { checkAlertLimit } from "../alert-limit.ts";
import type { Page } from "../page.ts";
import type { AlertEdit, AlertQuery, AlertRecord, AlertStore } from "../store.ts";
import type { AlertJudging } from "./alert-judging.ts";
import { alertFromRow, recordFromRows, stateFromRow, type AlertRow } from "./alert-rows.ts";
import { AlertTable, type RequestKey, type RuleRows } from "./alert-table.ts";
import { ArmingWait } from "./arming-wait.ts";
import type { OpenJudgings } from "./open-judgings.ts";
import type { SeriesMemory } from "./series-memory.ts";
import type { Transactions } from "./transactions.ts";
import type { WatchLevelStore } from "./watch-level-store.ts";

/** What the owners' acts work with. */
export interface AlertParts {
  readonly series: SeriesMemory;
  readonly open: OpenJudgings;
  readonly levels: WatchLevelStore;
  readonly alerts: AlertJudging;
  readonly clock: Clock;
}

const WATCHING: readonly AlertState["name"][] = ["ARMED", "PENDING", "DISARMED"];

export class SqliteAlertStore implements AlertStore {
  readonly #transactions: Transactions;
  readonly #series: SeriesMemory;
  readonly #levels: WatchLevelStore;
  readonly #judging: AlertJudging;
  readonly #arming: ArmingWait;
  readonly #table: AlertTable;

  constructor(db: Database.Database, transactions: Transactions, { series, open, levels, alerts, clock }: AlertParts) {
    this.#transactions = transactions;
    this.#series = series;
    this.#levels = levels;
    this.#judging = alerts;
    this.#arming = new ArmingWait(transactions, open, clock);
    this.#table = new AlertTable(db);
  }

  insertAlert(alert: Alert, eventNowMs: TimeMs, request: RequestKey | null): Promise<AlertRecord> {
    return this.#arming.run(({ now }) => {
      if (request !== null) this.#table.forgetRequests(alert.userId, now);
      const earlier = request === null ? null : this.#table.findRequest(alert.userId, request.id, now);
      if (earlier !== null) return answerAgain(earlier, request?.hash ?? "");
      const tooEarly = this.#arming.tooEarly(alert.symbols);
      if (tooEarly !== null) return tooEarly;
      checkAlertLimit(this.#table.count(alert.userId), alert.symbols.length, this.#table.limit(alert.userId));
      for (const row of this.#table.insert(alert, request)) this.#arm(row, eventNowMs, now);
      return this.#record(alert);
    });
  }

  findRequested(userId: string, request: RequestKey): Promise<AlertRecord | null> {
    return new Promise((resolve) => {
      const rows = this.#table.findRequest(userId, request.id, this.#transactions.stamp().now);
      resolve(rows?.[0].request_hash === request.hash ? recordFromRows(rows) : null);
    });
  }

  getAlert(userId: string, id: string): Promise<AlertRecord> {
    return new Promise((resolve) => resolve(this.#record({ userId, id })));
  }

  listAlerts(query: AlertQuery): Promise<Page<AlertRecord>> {
    return new Promise((resolve) => resolve(this.#table.list(query)));
  }

  countAlerts(userId: string): Promise<number> {
    return new Promise((resolve) => resolve(this.#table.count(userId)));
  }

  updateAlert(userId: string, id: string, eventNowMs: TimeMs, edit: (alert: Alert) => AlertEdit): Promise<AlertRecord> {
    return this.#arming.run(({ now }) => {
      const rows = this.#table.owned(userId, id);
      const { alert, rearm } = edit(alertFromRow(rows[0]));
      const isAboutJudging = rearm || wakesElsewhere(alertFromRow(rows[0]), alert);
      const judged = isAboutJudging ? rows.filter(({ state }) => state !== "PAUSED") : [];
      const tooEarly = this.#arming.tooEarly(judged.map(({ symbol }) => symbol));
      if (tooEarly !== null) return tooEarly;
      const edited = { ...alert, revision: rows[0].revision + 1, updateTimeMs: now };
      for (const before of rows) {
        const row = this.#table.update(before, { ...edited, symbol: before.symbol });
        if (rearm) checkExpiry(row, eventNowMs);
        if (rearm && row.state !== "PAUSED") this.#arm(row, eventNowMs, now);
        else if (isAboutJudging) this.#wakeAnew(row);
      }
      return this.#record(alert);
    });
  }

  pauseAlert(userId: string, id: string, untilMs: TimeMs | null): Promise<AlertRecord> {
    return this.#arming.run(({ now }) => {
      const rows = this.#table.owned(userId, id);
      const live = rows.filter(({ state }) => WATCHING.includes(state) || state === "PAUSED");
      // An end may lie before the quote that is being judged, which would then judge the alert a second time.
      const tooEarly = untilMs === null ? null : this.#arming.tooEarly(live.map(({ symbol }) => symbol));
      if (tooEarly !== null) return tooEarly;
      // What has ended for some symbols stays as it is; if it has for all, the domain says why that cannot be paused.
      for (const row of live.length > 0 ? live : rows) {
        this.#apply(row, pauseAlert(alertFromRow(row), stateFromRow(row), untilMs), now);
      }
      return this.#record({ userId, id });
    });
  }

  resumeAlert(userId: string, id: string, eventNowMs: TimeMs): Promise<AlertRecord> {
    return this.#arming.run(({ now }) => {
      const rows = this.#table.owned(userId, id);
      checkExpiry(rows[0], eventNowMs); // first: what is over counts as EXPIRED, though it watches until the next price
      const resting = restingOf(rows);
      const tooEarly = this.#arming.tooEarly(resting.map(({ symbol }) => symbol));
      if (tooEarly !== null) return tooEarly;
      for (const row of resting) this.#arm(row, eventNowMs, now);
      return this.#record({ userId, id });
    });
  }

  deleteAlerts(userId: string, ids: readonly string[], check: (alert: Alert) => void): Promise<void> {
    return this.#transactions.write(({ now }) => {
      for (const id of new Set(ids)) {
        const rows = this.#table.owned(userId, id);
        check(alertFromRow(rows[0]));
        for (const row of rows) this.#apply(row, endAlert(stateFromRow(row), "DELETED"), now);
      }
    });
  }

  #record({ userId, id }: Pick<Alert, "userId" | "id">): AlertRecord {
    return recordFromRows(this.#table.owned(userId, id));
  }

  #arm(row: AlertRow, eventNowMs: TimeMs, now: TimeMs): void {
    this.#apply(row, armAlert(alertFromRow(row), stateFromRow(row), this.#previous(row), eventNowMs), now);
  }

  #apply(row: AlertRow, { state, reason, wakes }: AlertChange, now: TimeMs): void {
    this.#judging.writeChange(row, state, { seq: null, reason, wakes, now });
  }

  /** What the owner changed leaves the state alone, but not when it is to be looked at. */
  #wakeAnew(row: AlertRow): void {
    this.#levels.replace(row, wakesOf(alertFromRow(row), stateFromRow(row), this.#previous(row)?.close ?? null));
  }

  /** The last price that the alert has heard. */
  #previous({ symbol, session }: AlertRow): Previous | null {
    return this.#series.of(symbol)[session];
  }
}

/** Whether a change that arms nothing changes what the alert waits for. */
function wakesElsewhere(before: Alert, after: Alert): boolean {
  const fields = ["expireTimeMs", "remindEveryMs", "tellsWhenBack"] as const;
  return fields.some((field) => before[field] !== after[field]);
}

function answerAgain(rows: RuleRows, hash: string): AlertRecord {
  if (rows[0].request_hash === hash) return recordFromRows(rows);
  throw AppError.invalidField(
    "request_id",
    "REQUEST_ID_REUSED",
    "belongs to another request",
    "Make a new UUID for each request.",
  );
}

/** What a resumption arms: the paused ones, else all that do not watch. Throws FAILED_PRECONDITION STATE_CONFLICT if all do. */
function restingOf(rows: RuleRows): readonly AlertRow[] {
  const paused = rows.filter(({ state }) => state === "PAUSED");
  if (paused.length > 0) return paused;
  const ended = rows.filter(({ state }) => !WATCHING.includes(state));
  if (ended.length > 0) return ended;
  throw new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", `the alert is ${rows[0].state}: it watches already`, {
    hint: "Only a paused alert, or one that has triggered, can be resumed.",
  });
}

function checkExpiry({ expire_time: expireTimeMs }: AlertRow, eventNowMs: TimeMs): void {
  if (expireTimeMs === null || eventNowMs < expireTimeMs) return;
  const message = `the alert expired at ${formatMoment(expireTimeMs)}`;
  throw new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", message, {
    hint: "Give it a later end, or none, and resume it then: `./bell alerts update ID --expires 30d` (or never).",
  });
}
