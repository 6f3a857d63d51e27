import type Database from "better-sqlite3";
import type { Trigger } from "../../domain/alert.ts";
import { joinTrigger } from "../../domain/pair.ts";
import { asOf, type Quote } from "../../domain/quote.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { AlertRow } from "./alert-rows.ts";
import { notificationColumns } from "./notification-rows.ts";
import { readyMono, type PairStore } from "./pair-store.ts";
import type { Transactions } from "./transactions.ts";

/** A trigger with all that its mail will say of it. */
export interface FiredTrigger {
  readonly row: AlertRow;
  readonly trigger: Trigger;
  readonly quote: Quote;
  readonly seq: number;
  readonly sentence: string;
  readonly note: string;
  readonly now: TimeMs;
}

/** Writes triggers down, each in the open notification of its user and symbol, which the first one starts. Never in a sealed one. */
export class TriggerJoining {
  readonly #pairs: PairStore;
  readonly #transactions: Transactions;
  readonly #newId: () => string;
  readonly #open: Database.Statement;
  readonly #start: Database.Statement;
  readonly #insert: Database.Statement;

  constructor(db: Database.Database, pairs: PairStore, transactions: Transactions, newId: () => string) {
    this.#pairs = pairs;
    this.#transactions = transactions;
    this.#newId = newId;
    this.#open = db
      .prepare("SELECT id FROM notifications WHERE user_id = ? AND symbol = ? AND state = 'WAITING'")
      .pluck();
    this.#start = db.prepare(
      `INSERT INTO notifications (id, user_id, symbol, state, reason, due_time, next_attempt_mono, ready_mono, attempts, repeats,
         was_unsure, token, create_time)
       VALUES (@id, @userId, @symbol, @state, @reason, @due_time, @next_attempt_mono, @ready_mono, 0, 0, 0, 0, @now)`,
    );
    this.#insert = db.prepare(
      `INSERT INTO triggers (id, alert, notification_id, seq, sentence, note, level, price, fire_time, judge_time,
         symbol, source, period_ms, quote_time, open, high, low, close, volume, session_class, fetch_time)
       VALUES (@id, @alert, @notificationId, @seq, @sentence, @note, @level, @price, @fireTime, @now,
         @symbol, @source, @periodMs, @quoteTimeMs, @open, @high, @low, @close, @volume, @sessionClass, @fetchTimeMs)`,
    );
  }

  join({ row, trigger, quote, seq, sentence, note, now }: FiredTrigger): void {
    const id = this.#newId();
    const open = this.#open.get(row.user_id, row.symbol) as string | undefined;
    const notificationId = open ?? this.#startNotification(row.user_id, row.symbol, id);
    const { level, price } = trigger;
    const fired = { id, alert: row.row, notificationId, seq, sentence, note, level, price, fireTime: asOf(quote), now };
    this.#insert.run({ ...fired, ...quote });
  }

  #startNotification(userId: string, symbol: string, triggerId: string): string {
    const { instant, now } = this.#transactions.stamp();
    const { pair, notification } = joinTrigger(this.#pairs.load({ userId, symbol }), triggerId, instant, this.#newId);
    this.#start.run({ ...notificationColumns(notification, readyMono(pair)), userId, symbol, now });
    return notification.id;
  }
}
