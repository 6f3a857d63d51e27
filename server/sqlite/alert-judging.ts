import type Database from "better-sqlite3";
import type { AlertState, Trigger } from "../../domain/alert.ts";
import { endAlert } from "../../domain/arm.ts";
import { sentenceOf } from "../../domain/condition-sentence.ts";
import type { JudgeReason } from "../../domain/judge-reason.ts";
import type { Judgement } from "../../domain/judge.ts";
import type { Sight } from "../../domain/sight.ts";
import { currencyOf } from "../../domain/symbol.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Wake } from "../../domain/wakes.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { Judge, UserTrigger } from "../store.ts";
import { alertFromRow, stateColumns, stateFromRow, type AlertRow } from "./alert-rows.ts";
import type { Stamp } from "./transactions.ts";
import type { TriggerJoining } from "./trigger-joining.ts";
import type { WatchLevelStore } from "./watch-level-store.ts";

/** On what alerts are judged, and by whom. */
export interface JudgedQuote {
  readonly sight: Sight;
  readonly seq: number;
  readonly stamp: Stamp;
  readonly judge: Judge;
}

/** Judges alerts that a quote can touch and writes what became of them. Runs inside a transaction. */
export class AlertJudging {
  readonly #levels: WatchLevelStore;
  readonly #joining: TriggerJoining;
  readonly #log: Log;
  readonly #get: Database.Statement;
  readonly #setState: Database.Statement;
  readonly #setFired: Database.Statement;
  readonly #insertChange: Database.Statement;
  readonly #isChangedBy: Database.Statement;

  constructor(db: Database.Database, levels: WatchLevelStore, joining: TriggerJoining, log: Log) {
    this.#levels = levels;
    this.#joining = joining;
    this.#log = log;
    this.#get = db.prepare("SELECT * FROM alerts WHERE row = ?");
    this.#setState = db.prepare(
      `UPDATE alerts SET state = @state, state_version = @state_version, awaits_baseline = @awaits_baseline,
       fires_if_true = @fires_if_true, armed_as_of = @armed_as_of, edge = @edge WHERE row = @row`,
    );
    this.#setFired = db.prepare("UPDATE alerts SET last_fire_time = ? WHERE row = ?");
    this.#insertChange = db.prepare("INSERT INTO alert_changes VALUES (?, ?, ?, ?, ?, ?)");
    this.#isChangedBy = db.prepare("SELECT 1 FROM alert_changes WHERE alert = ? AND version = ? AND seq = ?");
  }

  /**
   * What fired of these alerts (by row) on the quote. An alert that the quote has changed already is left alone: when judging goes over
   * several commits, its new wakes may lie ahead of them. (One that was judged and stayed as it was would only stay so again.) An alert
   * whose judging throws is set aside as ERROR, and the others go on.
   */
  judge(rows: Iterable<number>, { sight, seq, stamp, judge }: JudgedQuote): readonly UserTrigger[] {
    const fired: UserTrigger[] = [];
    for (const row of rows) {
      const alert = this.#get.get(row) as AlertRow;
      if (this.#isChangedBy.get(row, alert.state_version, seq) !== undefined) continue;
      const { state, reason, wakes, trigger } = this.#judgeOne(alert, sight, judge);
      this.writeChange(alert, state, { seq, reason, wakes, now: stamp.now });
      if (trigger !== undefined) fired.push(this.#recordTrigger(alert, trigger, sight, seq, stamp));
    }
    return fired;
  }

  /** Writes an alert's new state with its wakes, and appends the change; writes nothing where nothing changed. */
  writeChange(
    row: AlertRow,
    state: AlertState,
    change: { seq: number | null; reason: JudgeReason; wakes: readonly Wake[]; now: TimeMs },
  ): void {
    this.#levels.replace(row.symbol, row.row, change.wakes);
    if (state.version === row.state_version) return;
    this.#setState.run({ row: row.row, ...stateColumns(state) });
    this.#insertChange.run(row.row, state.version, change.seq, state.name, change.reason, change.now);
  }

  #judgeOne(row: AlertRow, sight: Sight, judge: Judge): Judgement {
    const state = stateFromRow(row);
    try {
      return judge(alertFromRow(row), state, sight);
    } catch (error) {
      this.#log.error({ alert: row.id, err: error }, "judging an alert failed; it is set aside");
      return endAlert(state, "ERROR");
    }
  }

  #recordTrigger(row: AlertRow, trigger: Trigger, { quote }: Sight, seq: number, stamp: Stamp): UserTrigger {
    this.#setFired.run(trigger.asOfMs, row.row);
    const { condition, repeat, note } = alertFromRow(row);
    const sentence = sentenceOf(row.symbol, condition, repeat, currencyOf(row.symbol));
    return this.#joining.join({ row, trigger, quote, seq, sentence, note, stamp });
  }
}
