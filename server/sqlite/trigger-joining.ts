import type Database from "better-sqlite3";
import type { TriggerKind } from "../../domain/alert.ts";
import type { HoldNotice } from "../../domain/judging/hold-notice.ts";
import type { Quote } from "../../domain/quote.ts";
import { NOTIFICATION_LIFE_MS } from "../../domain/notifying/delivery-limits.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { UserTrigger } from "../trigger-record.ts";
import type { AlertRow } from "./alert-rows.ts";
import { READY_BY_ITSELF } from "./mail-holds.ts";
import type { PairStore } from "./pair-store.ts";
import type { Stamp } from "./transactions.ts";

/** What an owner is told, with all that the mail will say of it. */
export interface ToldTrigger {
  readonly row: AlertRow;
  readonly kind: TriggerKind;
  /** That was met; 0 if none was. */
  readonly level: number;
  readonly price: number;
  readonly quote: Quote;
  /** Null for a quote that was not judged. */
  readonly seq: number | null;
  readonly sentence: string;
  readonly note: string;
  /** Null for what is no HOLD's. */
  readonly hold: HoldNotice | null;
  /** When it was, in event time. */
  readonly timeMs: TimeMs;
  readonly stamp: Stamp;
}

/**
 * Writes triggers down, each in the open notification of its user and symbol, which the first one starts. Never in a sealed one. What an urgent
 * alert has to tell makes the whole notification urgent; a HOLD does not, for its notice is hung on any alert of its owner's.
 */
export class TriggerJoining {
  readonly #pairs: PairStore;
  readonly #newId: () => string;
  readonly #open: Database.Statement;
  readonly #insert: Database.Statement;
  readonly #hurry: Database.Statement;

  constructor(db: Database.Database, pairs: PairStore, newId: () => string) {
    this.#pairs = pairs;
    this.#newId = newId;
    this.#open = db
      .prepare("SELECT id FROM notifications WHERE user_id = ? AND symbol = ? AND state = 'WAITING' AND due_time > ?")
      .pluck();
    this.#insert = db.prepare(
      `INSERT INTO triggers (id, alert, kind, notification_id, seq, sentence, note, level, price, fire_time, judge_time,
         symbol, source, period_ms, quote_time, open, high, low, close, volume, session_class, fetch_time, hold)
       VALUES (@id, @alert, @kind, @notificationId, @seq, @sentence, @note, @level, @price, @fireTime, @now,
         @symbol, @source, @periodMs, @quoteTimeMs, @open, @high, @low, @close, @volume, @sessionClass, @fetchTimeMs, @hold)`,
    );
    // Its user's wishes hold it back no more; while another of its pair is sealed it is not looked at all the same.
    this.#hurry = db.prepare(
      `UPDATE notifications SET is_urgent = 1, ready_mono = iif(ready_mono IS NULL, NULL, ${READY_BY_ITSELF})
       WHERE id = ? AND is_urgent = 0`,
    );
  }

  /** What was written, for whoever watches; it counts when the transaction is committed. */
  join({ row, quote, stamp, timeMs, ...words }: ToldTrigger): UserTrigger {
    const id = this.#newId();
    const { now } = stamp;
    const open = this.#open.get(row.user_id, row.symbol, now - NOTIFICATION_LIFE_MS) as string | undefined;
    const notificationId =
      open ?? this.#pairs.join({ userId: row.user_id, symbol: row.symbol }, id, stamp, this.#newId);
    const ids = { id, alert: row.row, notificationId };
    const hold = words.hold === null ? null : JSON.stringify(words.hold);
    this.#insert.run({ ...words, ...ids, fireTime: timeMs, now, ...quote, hold });
    if (row.is_urgent === 1 && words.hold === null) this.#hurry.run(notificationId);
    return {
      userId: row.user_id,
      trigger: { ...words, id, alertId: row.id, quote, fireTimeMs: timeMs, judgeTimeMs: now },
    };
  }
}
