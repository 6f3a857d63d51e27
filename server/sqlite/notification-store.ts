// Steps 7 and 9 of a quote's story as transactions: begin hands out one sealed notification and takes the cooldown; end writes
// down what came of it. What is decided is the notifying machine's (domain/notifying/delivery.ts); here its rows are loaded and saved.
import type Database from "better-sqlite3";
import type { Instant } from "../../domain/notifying/cooldown.ts";
import { announceSending, beginDelivery, endDelivery, type BeginResult } from "../../domain/notifying/delivery.ts";
import { countStrikes } from "../../domain/notifying/address-strikes.ts";
import { AppError } from "../../domain/error.ts";
import { expireLease, loseStream } from "../../domain/notifying/lost-lease.ts";
import { NOTIFICATION_LIFE_MS } from "../../domain/notifying/delivery-limits.ts";
import { type AmbiguityPolicy, type DeliveryOutcome, type NotificationState } from "../../domain/notification.ts";
import { expireNotification, type PairChange } from "../../domain/notifying/pair.ts";
import type { Page } from "../page.ts";
import type {
  MailContent,
  MailCounts,
  NotificationQuery,
  NotificationStore,
  NotificationView,
  SealedDelivery,
  TriggerRecord,
} from "../store.ts";
import { AccountMails, accountMailFromRow } from "./account-mails.ts";
import { ADDRESS_COUNTS } from "./address-counts.ts";
import { MailCounting } from "./mail-counts.ts";
import { NotificationViews } from "./notification-views.ts";
import type { NotificationRow } from "./notification-rows.ts";
import { pairKeyOf, type PairStore } from "./pair-store.ts";
import type { Transactions } from "./transactions.ts";

/** What the store needs from outside its database. */
export interface NotificationStoreDeps {
  readonly newId: () => string;
  readonly random: () => number;
}

export class SqliteNotificationStore implements NotificationStore {
  readonly #transactions: Transactions;
  readonly #pairs: PairStore;
  readonly #views: NotificationViews;
  readonly #counting: MailCounting;
  readonly #accountMails: AccountMails;
  readonly #deps: NotificationStoreDeps;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, transactions: Transactions, pairs: PairStore, deps: NotificationStoreDeps) {
    this.#transactions = transactions;
    this.#pairs = pairs;
    this.#views = new NotificationViews(db, transactions);
    this.#counting = new MailCounting(db);
    this.#accountMails = new AccountMails(db, deps.newId);
    this.#deps = deps;
    this.#sql = statements(db);
  }

  beginDelivery(policy: AmbiguityPolicy): Promise<SealedDelivery | null> {
    return this.#transactions.write(({ now, instant }) => {
      // A candidate may end instead of going out (too late, or without lines); then the next one is looked at.
      for (;;) {
        const row = this.#sql.ready.get(instant.monoMs) as NotificationRow | undefined;
        if (row === undefined) return null;
        const result = this.#begin(row, instant, policy);
        if (result.kind !== "none") return this.#handOut(result, now);
        if (this.#pairs.row(row.id)?.ready_mono === row.ready_mono) {
          throw new Error(`notification ${row.id} is ready, but cannot go`); // a defect: else this would go round for ever
        }
      }
    });
  }

  announceSending(notificationId: string, token: number): Promise<boolean> {
    return this.#transactions.write(({ instant }) => {
      const row = this.#pairs.row(notificationId);
      if (row === undefined) return false;
      const key = pairKeyOf(row);
      const pair = announceSending(this.#pairs.load(key), token, instant);
      if (pair !== null) this.#pairs.save(key, { pair, ended: [], goneId: null }, instant.wallMs);
      return pair !== null;
    });
  }

  endDelivery(
    notificationId: string,
    token: number,
    outcome: DeliveryOutcome,
    policy: AmbiguityPolicy,
  ): Promise<NotificationState> {
    return this.#transactions.write(({ now, instant }) => {
      const row = this.#pairs.row(notificationId);
      if (row === undefined)
        throw new AppError("NOT_FOUND", "NOTIFICATION_NOT_FOUND", `no notification ${notificationId}`);
      const key = pairKeyOf(row);
      const settings = { policy, random: this.#deps.random() };
      const report = { token, outcome };
      const result = endDelivery(this.#pairs.load(key), this.#pairs.record(row), report, instant, settings);
      if (!result.accepted) return result.notification.state;
      this.#pairs.save(key, result, now);
      this.#reopenLines(result, row);
      this.#sql.endAttempt.run({ id: row.id, token, now, reason: result.notification.reason, reply: outcome.reply });
      this.#sql.setReply.run(outcome.reply, row.id);
      if (row.user_id !== null) this.#countStrikes(row.user_id, outcome);
      return result.notification.state;
    });
  }

  loseStream(held: readonly { notificationId: string; token: number }[], policy: AmbiguityPolicy): Promise<void> {
    return this.#transactions.write(({ instant }) => {
      for (const { notificationId, token } of held) {
        const row = this.#pairs.row(notificationId);
        if (row !== undefined) this.#change(row, instant, (pair) => loseStream(pair, token, instant, policy));
      }
    });
  }

  sweep(policy: AmbiguityPolicy): Promise<void> {
    return this.#transactions.write(({ now, instant }) => {
      for (const row of this.#sql.leaseOver.all(instant.monoMs) as NotificationRow[]) {
        this.#change(row, instant, (pair) => expireLease(pair, instant, policy));
      }
      for (const row of this.#sql.tooLate.all(now - NOTIFICATION_LIFE_MS) as NotificationRow[]) {
        this.#change(row, instant, (pair) => expireNotification(pair, instant));
      }
      this.#accountMails.forgetOld(now); // where nobody registers any more, too
    });
  }

  async nextDueInMs(): Promise<number | null> {
    const { monoMs } = this.#transactions.stamp().instant;
    const next = this.#sql.nextDue.get() as number | null;
    return Promise.resolve(next === null ? null : Math.max(0, next - monoMs));
  }

  countMail(): Promise<MailCounts> {
    return new Promise((resolve) => resolve(this.#counting.count(this.#transactions.stamp().instant.monoMs)));
  }

  getNotification(userId: string, id: string): Promise<NotificationView> {
    return this.#views.get(userId, id);
  }

  listNotifications(query: NotificationQuery): Promise<Page<NotificationView>> {
    return this.#views.list(query);
  }

  #begin(row: NotificationRow, instant: Instant, policy: AmbiguityPolicy): BeginResult {
    const key = pairKeyOf(row);
    const id = this.#deps.newId();
    const sealing = {
      messageId: `<${id}@tickerbell>`,
      boundary: `bell-${id}`,
      isLive: (triggerId: string) => row.user_id === null || this.#sql.isLive.get(triggerId) === 1,
    };
    const result = beginDelivery(this.#pairs.load(key), instant, policy, sealing);
    this.#pairs.save(key, result, instant.wallMs);
    return result;
  }

  /** What goes may be another row than the candidate: one that ended as too late makes way for the one that waited behind it. */
  #handOut(result: Exclude<BeginResult, { kind: "none" }>, now: number): SealedDelivery {
    const { notification, seal, lease, kind } = result;
    const row = this.#pairs.row(notification.id);
    if (row === undefined) throw new Error(`notification ${notification.id} goes, but has no row`); // a defect
    if (kind === "seal") this.#sealLines(notification.id, seal.lineIds);
    const toAddress = kind === "seal" ? this.#sealAddress(row) : (row.to_address ?? "");
    this.#sql.beginAttempt.run(notification.id, lease.token, now);
    return {
      notificationId: notification.id,
      token: lease.token,
      messageId: seal.messageId,
      dateMs: seal.dateMs,
      boundary: seal.boundary,
      toAddress,
      content: this.#contentOf(row),
    };
  }

  #sealLines(notificationId: string, lineIds: readonly string[]): void {
    this.#sql.clearLines.run(0, notificationId);
    for (const id of lineIds) this.#sql.sealLine.run(id);
  }

  /** The recipient as it is at the moment of sealing; every repeat goes to the same. */
  #sealAddress(row: NotificationRow): string {
    if (row.user_id === null) return row.to_address ?? "";
    this.#sql.setAddress.run(row.id);
    return this.#pairs.row(row.id)?.to_address ?? "";
  }

  #contentOf(row: NotificationRow): MailContent {
    if (row.symbol === null) return accountMailFromRow(row);
    const triggers: readonly TriggerRecord[] = this.#views.linesOf(row.id);
    return { kind: "triggers", symbol: row.symbol, triggers };
  }

  #change(row: NotificationRow, instant: Instant, decide: (pair: PairChange["pair"]) => PairChange): void {
    const key = pairKeyOf(row);
    const change = decide(this.#pairs.load(key));
    this.#pairs.save(key, change, instant.wallMs);
    this.#reopenLines(change, row);
  }

  /** What is open again has no lines yet. */
  #reopenLines({ pair }: PairChange, row: NotificationRow): void {
    if (pair.waiting?.id === row.id) this.#sql.clearLines.run(null, row.id);
  }

  #countStrikes(userId: string, outcome: DeliveryOutcome): void {
    const strikes = Number(this.#sql.strikes.get(userId) ?? 0);
    this.#sql.setStrikes.run(countStrikes(strikes, outcome), userId);
  }
}

function statements(db: Database.Database) {
  return {
    ready: db.prepare(
      `SELECT * FROM notifications WHERE ready_mono <= ? AND ${ADDRESS_COUNTS} ORDER BY ready_mono, row LIMIT 1`,
    ),
    leaseOver: db.prepare("SELECT * FROM notifications WHERE lease_end_mono <= ?"),
    tooLate: db.prepare("SELECT * FROM notifications WHERE state IN ('WAITING', 'UNSURE') AND due_time <= ?"),
    nextDue: db
      .prepare(
        `SELECT min(due) FROM (SELECT min(ready_mono) AS due FROM notifications WHERE ready_mono IS NOT NULL AND ${ADDRESS_COUNTS}
         UNION ALL SELECT min(lease_end_mono) FROM notifications WHERE lease_end_mono IS NOT NULL)`,
      )
      .pluck(),
    isLive: db
      .prepare(
        "SELECT alerts.state <> 'DELETED' FROM triggers JOIN alerts ON alerts.row = triggers.alert WHERE triggers.id = ?",
      )
      .pluck(),
    clearLines: db.prepare("UPDATE triggers SET in_mail = ? WHERE notification_id = ?"),
    sealLine: db.prepare("UPDATE triggers SET in_mail = 1 WHERE id = ?"),
    setAddress: db.prepare(
      `UPDATE notifications SET to_address = (SELECT email FROM users WHERE users.id = notifications.user_id) WHERE id = ?`,
    ),
    setReply: db.prepare("UPDATE notifications SET reply = ? WHERE id = ?"),
    beginAttempt: db.prepare("INSERT INTO delivery_attempts (notification_id, token, begin_time) VALUES (?, ?, ?)"),
    endAttempt: db.prepare(
      `UPDATE delivery_attempts SET end_time = @now, reason = @reason, reply = @reply
       WHERE notification_id = @id AND token = @token`,
    ),
    strikes: db.prepare("SELECT strikes FROM users WHERE id = ?").pluck(),
    setStrikes: db.prepare("UPDATE users SET strikes = ? WHERE id = ?"),
  };
}
