import type Database from "better-sqlite3";
import type { Cooldown } from "../../domain/notifying/cooldown.ts";
import type { NotificationRecord } from "../../domain/notification.ts";
import { expireNotification, joinTrigger, type Pair, type PairChange } from "../../domain/notifying/pair.ts";
import { noticeKindOf } from "../../domain/operator-notice.ts";
import type { TimeMs } from "../../domain/time.ts";
import { cooldownFrom, notificationColumns, notificationFromRow, type NotificationRow } from "./notification-rows.ts";
import type { Stamp } from "./transactions.ts";

/** Whose pair: a user's for one symbol (or what operators are told of, operator-notice.ts), or one account mail by itself. */
export type PairKey = SymbolKey | { readonly accountMailId: string };
interface SymbolKey {
  readonly userId: string;
  readonly symbol: string;
}

/** The pair that a row belongs to. */
export function pairKeyOf(row: NotificationRow): PairKey {
  return row.user_id === null || row.symbol === null
    ? { accountMailId: row.id }
    : { userId: row.user_id, symbol: row.symbol };
}

/** Loads the rows that the notifying machine decides on, and writes back what it decided. Runs inside a transaction. */
export class PairStore {
  readonly #live: Database.Statement;
  readonly #byId: Database.Statement;
  readonly #triggers: Database.Statement;
  readonly #notices: Database.Statement;
  readonly #cooldown: Database.Statement;
  readonly #setCooldown: Database.Statement;
  readonly #dropCooldown: Database.Statement;
  readonly #start: Database.Statement;
  readonly #update: Database.Statement;
  readonly #takeUrgency: Database.Statement;
  readonly #moveTriggers: Database.Statement;
  readonly #moveNotices: Database.Statement;
  readonly #keepAttempts: Database.Statement;
  readonly #delete: Database.Statement;
  readonly #wipeCode: Database.Statement;
  readonly #endAttempt: Database.Statement;

  constructor(db: Database.Database) {
    // In two parts, each in the words of its partial index: else every notification that the user ever had is looked at.
    const pair = "SELECT * FROM notifications WHERE user_id = @userId AND symbol = @symbol AND state";
    this.#live = db.prepare(`${pair} = 'WAITING' UNION ALL ${pair} IN ('SENDING', 'UNSURE')`);
    this.#byId = db.prepare("SELECT * FROM notifications WHERE id = ?");
    this.#triggers = db.prepare("SELECT id, in_mail FROM triggers WHERE notification_id = ? ORDER BY row");
    this.#notices = db.prepare("SELECT id FROM operator_notices WHERE notification_id = ? ORDER BY row").pluck();
    this.#cooldown = db.prepare("SELECT open_mono, open_wall FROM cooldowns WHERE user_id = ? AND symbol = ?");
    this.#setCooldown = db.prepare("INSERT OR REPLACE INTO cooldowns VALUES (?, ?, ?, ?)");
    this.#dropCooldown = db.prepare("DELETE FROM cooldowns WHERE user_id = ? AND symbol = ?");
    this.#start = db.prepare(
      `INSERT INTO notifications (id, user_id, symbol, state, reason, due_time, next_attempt_mono, ready_mono, attempts, repeats,
         was_unsure, token, create_time)
       VALUES (@id, @userId, @symbol, @state, @reason, @due_time, @next_attempt_mono, @ready_mono, 0, 0, 0, 0, @now)`,
    );
    this.#update = db.prepare(
      `UPDATE notifications SET state = @state, reason = @reason, due_time = @due_time, next_attempt_mono = @next_attempt_mono,
       ready_mono = @ready_mono, attempts = @attempts, repeats = @repeats, was_unsure = @was_unsure, token = @token,
       lease_end_mono = @lease_end_mono, lease_announced = @lease_announced, message_id = @message_id,
       mail_date = @mail_date, boundary = @boundary, first_token = @first_token,
       cooldown_before_mono = @cooldown_before_mono, cooldown_before_wall = @cooldown_before_wall, end_time = @end_time
       WHERE id = @id`,
    );
    this.#takeUrgency = db.prepare(
      "UPDATE notifications SET is_urgent = 1 WHERE id = ? AND EXISTS (SELECT 1 FROM notifications WHERE id = ? AND is_urgent = 1)",
    );
    this.#moveTriggers = db.prepare("UPDATE triggers SET notification_id = ? WHERE notification_id = ?");
    this.#moveNotices = db.prepare("UPDATE operator_notices SET notification_id = ? WHERE notification_id = ?");
    // They stay for a while, for a notifier that has yet to report one.
    this.#keepAttempts = db.prepare(
      `UPDATE delivery_attempts SET reply = NULL, gone_time = @now,
         gone_user_id = (SELECT user_id FROM notifications WHERE id = @goneId) WHERE notification_id = @goneId`,
    );
    this.#delete = db.prepare("DELETE FROM notifications WHERE id = ?");
    this.#wipeCode = db.prepare("UPDATE notifications SET code = NULL WHERE id = ? AND end_time IS NOT NULL");
    this.#endAttempt = db.prepare(
      "UPDATE delivery_attempts SET end_time = ?, reason = ? WHERE notification_id = ? AND token = ? AND end_time IS NULL",
    );
  }

  /** A row by its id, whatever its state. */
  row(id: string): NotificationRow | undefined {
    return this.#byId.get(id) as NotificationRow | undefined;
  }

  /** The machine's view of a row. */
  record(row: NotificationRow): NotificationRecord {
    // An account mail has one line: its code.
    const isSealed = row.message_id !== null;
    if (row.symbol === null) return notificationFromRow(row, [row.id], isSealed ? [row.id] : []);
    if (noticeKindOf(row.symbol) !== null) {
      const notices = this.#notices.all(row.id) as string[];
      return notificationFromRow(row, notices, isSealed ? notices : []);
    }
    const triggers = this.#triggers.all(row.id) as { id: string; in_mail: number | null }[];
    const ids = triggers.map(({ id }) => id);
    return notificationFromRow(
      row,
      ids,
      triggers.filter(({ in_mail }) => in_mail === 1).map(({ id }) => id),
    );
  }

  load(key: PairKey): Pair {
    const rows = "accountMailId" in key ? [this.row(key.accountMailId)] : this.#liveRows(key);
    const inState = (...states: string[]) => rows.find((row) => row !== undefined && states.includes(row.state));
    const waiting = inState("WAITING");
    const sealed = inState("SENDING", "UNSURE");
    return {
      waiting: waiting === undefined ? null : this.record(waiting),
      sealed: sealed === undefined ? null : this.record(sealed),
      cooldown: "accountMailId" in key ? null : this.cooldown(key.userId, key.symbol),
      takesCooldown: !("accountMailId" in key),
    };
  }

  cooldown(userId: string, symbol: string): Cooldown | null {
    const row = this.#cooldown.get(userId, symbol) as { open_mono: number; open_wall: number } | undefined;
    return row === undefined ? null : cooldownFrom(row.open_mono, row.open_wall);
  }

  /**
   * A trigger, or a notice, joins the open notification of its pair, or starts one under a new id; that one's id. One that is too late to be
   * sent is ended first: what comes now must not go down with it.
   */
  join(key: SymbolKey, itemId: string, { now, instant }: Stamp, newId: () => string): string {
    const swept = expireNotification(this.load(key), instant);
    if (swept.ended.length > 0) this.save(key, swept, now);
    const { pair, notification, started } = joinTrigger(swept.pair, itemId, instant, newId);
    if (started) this.#start.run({ ...notificationColumns(notification, readyMono(pair)), ...key, now });
    return notification.id;
  }

  /** Writes a decision, in the order that the unique indexes demand. An attempt whose lease is over has ended, whoever says so. */
  save(key: PairKey, { pair, ended, goneId }: PairChange, now: TimeMs): void {
    if (goneId !== null && pair.waiting !== null) {
      this.#takeUrgency.run(pair.waiting.id, goneId);
      this.#moveTriggers.run(pair.waiting.id, goneId);
      this.#moveNotices.run(pair.waiting.id, goneId);
      this.#keepAttempts.run({ goneId, now });
      this.#delete.run(goneId);
    }
    for (const record of ended) this.#write(record, null, now);
    if (pair.sealed !== null)
      this.#write(pair.sealed, pair.sealed.lease === null ? pair.sealed.nextAttemptMono : null, now);
    if (pair.waiting !== null) this.#write(pair.waiting, readyMono(pair), now);
    if (!("accountMailId" in key)) this.#saveCooldown(key.userId, key.symbol, pair.cooldown);
  }

  #write(record: NotificationRecord, readyMono: number | null, now: TimeMs): void {
    this.#update.run(notificationColumns(record, readyMono));
    if (record.lease === null && record.token > 0) this.#endAttempt.run(now, record.reason, record.id, record.token);
    if (record.endedMs !== null) this.#wipeCode.run(record.id);
  }

  #saveCooldown(userId: string, symbol: string, cooldown: Cooldown | null): void {
    if (cooldown === null) this.#dropCooldown.run(userId, symbol);
    else this.#setCooldown.run(userId, symbol, cooldown.openMono, cooldown.openWall);
  }

  #liveRows({ userId, symbol }: SymbolKey): NotificationRow[] {
    return this.#live.all({ userId, symbol }) as NotificationRow[];
  }
}

/** When the pair's WAITING notification can be handed out; null while the sealed one is in its way. */
function readyMono({ waiting, sealed, cooldown }: Pair): number | null {
  return waiting === null || sealed !== null ? null : Math.max(waiting.nextAttemptMono, cooldown?.openMono ?? 0);
}
