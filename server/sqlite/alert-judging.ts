import type Database from "better-sqlite3";
import type { AlertState, TriggerKind } from "../../domain/alert.ts";
import { endAlert } from "../../domain/judging/arm.ts";
import type { HoldNotice } from "../../domain/judging/hold-notice.ts";
import { conditionText, sentenceOf } from "../../domain/language/condition-sentence.ts";
import type { JudgeReason } from "../../domain/judging/judge-reason.ts";
import { fillNote } from "../../domain/note.ts";
import { asOf, type Quote } from "../../domain/quote.ts";
import type { PriceDoubt } from "../../domain/judging/price-check.ts";
import type { Sight } from "../../domain/judging/sight.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Wake } from "../../domain/judging/wakes.ts";
import type { Log } from "../../runtime/log/log.ts";
import { codeOf, isSqlite } from "../../runtime/sqlite/store-error.ts";
import type { Judge } from "../store.ts";
import type { UserTrigger } from "../trigger-record.ts";
import { alertFromRow, memoryJson, stateColumns, stateFromRow, type AlertRow } from "./alert-rows.ts";
import type { EndedHold } from "./ended-holds.ts";
import type { Stamp } from "./transactions.ts";
import type { TriggerJoining } from "./trigger-joining.ts";
import type { WatchLevelStore } from "./watch-level-store.ts";

/** These failures of SQLite speak of what was to be written; all others of the database, and no alert is to suffer for them. */
const OF_THE_VALUES = /^SQLITE_(CONSTRAINT|MISMATCH|RANGE|TOOBIG)/;

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
  /** All of the work or, when it throws, none of it; what the transaction did before stays. */
  readonly #allOrNothing: (work: () => readonly UserTrigger[]) => readonly UserTrigger[];

  constructor(db: Database.Database, levels: WatchLevelStore, joining: TriggerJoining, log: Log) {
    this.#levels = levels;
    this.#joining = joining;
    this.#log = log;
    this.#get = db.prepare("SELECT * FROM alerts WHERE row = ?");
    this.#setState = db.prepare(
      `UPDATE alerts SET state = @state, state_version = @state_version, awaits_baseline = @awaits_baseline,
       fires_if_true = @fires_if_true, armed_as_of = @armed_as_of, edge = @edge, since_seen = @since_seen, confirm_count = @confirm_count,
       fire_count = @fire_count, recent_fires = @recent_fires, paused_until = @paused_until, owes_back = @owes_back,
       remind_since_seen = @remind_since_seen, reminder_count = @reminder_count WHERE row = @row`,
    );
    this.#setFired = db.prepare("UPDATE alerts SET last_fire_time = ? WHERE row = ?");
    this.#insertChange = db.prepare("INSERT INTO alert_changes VALUES (?, ?, ?, ?, ?, ?, ?)");
    this.#isChangedBy = db.prepare("SELECT 1 FROM alert_changes WHERE alert = ? AND version = ? AND seq = ?");
    this.#allOrNothing = db.transaction((work: () => readonly UserTrigger[]) => work());
  }

  /**
   * What the owners of these alerts (by row) are told of the quote. An alert that the quote has changed already is left alone: when judging goes over
   * several commits, its new wakes may lie ahead of them. (One that was judged and stayed as it was would only stay so again.) An alert
   * that cannot be judged, or of which the outcome cannot be written, is set aside as ERROR, and the others go on.
   */
  judge(rows: Iterable<number>, on: JudgedQuote): readonly UserTrigger[] {
    const fired: UserTrigger[] = [];
    for (const row of rows) {
      const alert = this.#get.get(row) as AlertRow;
      if (this.#isChangedBy.get(row, alert.state_version, on.seq) !== undefined) continue;
      fired.push(...this.#judgeOrSetAside(alert, on));
    }
    return fired;
  }

  /** Tells an owner, by one of the alerts that watch it, that a symbol's price is doubted; the quote is not judged. */
  tellHeld(row: AlertRow, doubt: PriceDoubt, quote: Quote, stamp: Stamp): UserTrigger {
    const hold = { ...noticeOf(doubt), end: null };
    return this.#tell(row, { kind: "HELD", level: 0, price: quote.close, quote, seq: null, stamp, hold });
  }

  /** Tells an owner that the HOLD of a symbol is over; the quote is the one that was judged last. */
  tellHoldEnded(
    row: AlertRow,
    { doubt, how, endTimeMs, endClose }: EndedHold,
    quote: Quote,
    stamp: Stamp,
  ): UserTrigger {
    const hold = { ...noticeOf(doubt), end: how };
    const told = { level: 0, price: endClose, quote, seq: null, stamp, hold, timeMs: endTimeMs };
    return this.#tell(row, { kind: "HOLD_ENDED", ...told });
  }

  /** Writes an alert's new state with its wakes, and appends the change; writes nothing where nothing changed. */
  writeChange(
    row: AlertRow,
    state: AlertState,
    change: { seq: number | null; reason: JudgeReason; wakes: readonly Wake[]; now: TimeMs },
  ): void {
    this.#levels.replace(row, change.wakes);
    if (state.version === row.state_version) return;
    this.#setState.run({ row: row.row, ...stateColumns(state) });
    const { seq, reason, now } = change;
    this.#insertChange.run(row.row, state.version, seq, state.name, reason, now, memoryJson(state));
  }

  #judgeOrSetAside(row: AlertRow, on: JudgedQuote): readonly UserTrigger[] {
    try {
      return this.#allOrNothing(() => this.#judgeOne(row, on));
    } catch (error) {
      if (isSqlite(error) && !OF_THE_VALUES.test(codeOf(error))) throw error;
      this.#log.error({ alert: row.id, err: error }, "an alert could not be judged and recorded; it is set aside");
      const { state, reason, wakes } = endAlert(stateFromRow(row), "ERROR");
      this.writeChange(row, state, { seq: on.seq, reason, wakes, now: on.stamp.now });
      return [];
    }
  }

  #judgeOne(row: AlertRow, { sight, seq, stamp, judge }: JudgedQuote): readonly UserTrigger[] {
    const { state, reason, wakes, trigger, notice } = judge(alertFromRow(row), stateFromRow(row), sight);
    this.writeChange(row, state, { seq, reason, wakes, now: stamp.now });
    const { quote } = sight;
    const told: UserTrigger[] = [];
    if (trigger !== undefined) {
      this.#setFired.run(trigger.asOfMs, row.row);
      told.push(this.#tell(row, { kind: "FIRED", level: trigger.level, price: trigger.price, quote, seq, stamp }));
    }
    if (notice !== undefined)
      told.push(this.#tell(row, { kind: notice, level: 0, price: quote.close, quote, seq, stamp }));
    return told;
  }

  #tell(row: AlertRow, told: Told): UserTrigger {
    const alert = alertFromRow(row);
    const { symbol, condition } = alert;
    const { kind, price, quote } = told;
    const note = fillNote(alert.note, {
      symbol,
      price,
      level: kind === "FIRED" ? told.level : null,
      condition: conditionText([symbol], condition),
      timeMs: asOf(quote),
    });
    return this.#joining.join({ row, hold: null, timeMs: asOf(quote), ...told, sentence: sentenceOf(alert), note });
  }
}

function noticeOf({ ratio, acceptedClose, close }: EndedHold["doubt"]): Omit<HoldNotice, "end"> {
  return { ratio, acceptedPrice: acceptedClose, heldPrice: close };
}

/** What an owner is told, and the quote that gave rise to it. */
interface Told {
  readonly kind: TriggerKind;
  readonly level: number;
  readonly price: number;
  readonly quote: Quote;
  /** Null for a quote that was not judged. */
  readonly seq: number | null;
  readonly stamp: Stamp;
  /** Absent for what is no HOLD's. */
  readonly hold?: HoldNotice;
  /** Absent: the moment that the quote speaks of. */
  readonly timeMs?: TimeMs;
}
