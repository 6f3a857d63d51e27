// Steps 7 and 9 of a quote's story as transactions: begin hands out one sealed mail and takes the cooldowns; end writes down what came of
// it. What is decided is the notifying machine's (domain/notifying/); here its rows are loaded and saved. A mail is of one notification or,
// after its user's mail was held back, of several, which share its Message-ID: whatever is said of a mail is done to each of them.
import type Database from "better-sqlite3";
import type { Instant } from "../../domain/notifying/cooldown.ts";
import { announceSending, endDelivery } from "../../domain/notifying/delivery.ts";
import { countStrikes } from "../../domain/notifying/address-strikes.ts";
import { AppError } from "../../domain/error.ts";
import { expireLease, loseStream } from "../../domain/notifying/lost-lease.ts";
import { NOTIFICATION_LIFE_MS } from "../../domain/notifying/delivery-limits.ts";
import type { AmbiguityPolicy, DeliveryOutcome, NotificationState } from "../../domain/notification.ts";
import { expireNotification, type PairChange } from "../../domain/notifying/pair.ts";
import { isResendable, resend } from "../../domain/notifying/resend.ts";
import type { SystemTrouble } from "../../domain/system-trouble.ts";
import type { TimeMs } from "../../domain/time.ts";
import type {
  DeliveryAttempt,
  FailedMailPlace,
  FailedMailQuery,
  FailedMailRecord,
  MailCounts,
  NotificationQuery,
  NotificationStore,
  NotificationView,
  SealedDelivery,
} from "../notification-store.ts";
import { OPEN_GATE, type DomainGate } from "../domain-pace.ts";
import type { Page } from "../page.ts";
import { AccountMails } from "./account-mails.ts";
import { MailBegin } from "./mail-begin.ts";
import { MailCounting } from "./mail-counts.ts";
import { MailHolds } from "./mail-holds.ts";
import { NotificationViews } from "./notification-views.ts";
import type { NotificationRow } from "./notification-rows.ts";
import { OperatorNotices } from "./operator-notices.ts";
import { pairKeyOf, type PairStore } from "./pair-store.ts";
import { SealedMails } from "./sealed-mails.ts";
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
  readonly #operatorNotices: OperatorNotices;
  readonly #mails: SealedMails;
  readonly #holds: MailHolds;
  readonly #begin: MailBegin;
  readonly #deps: NotificationStoreDeps;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database, transactions: Transactions, pairs: PairStore, deps: NotificationStoreDeps) {
    const holds = new MailHolds(db);
    this.#transactions = transactions;
    this.#pairs = pairs;
    this.#views = new NotificationViews(db, transactions, holds);
    this.#counting = new MailCounting(db);
    this.#accountMails = new AccountMails(db, deps.newId);
    this.#operatorNotices = new OperatorNotices(db, pairs, deps.newId);
    this.#mails = new SealedMails(db);
    this.#holds = holds;
    this.#begin = new MailBegin(db, { pairs, holds, mails: this.#mails, newId: deps.newId });
    this.#deps = deps;
    this.#sql = statements(db);
  }

  beginDelivery(policy: AmbiguityPolicy, gate: DomainGate = OPEN_GATE): Promise<SealedDelivery | null> {
    return this.#transactions.write((stamp) => this.#begin.next(stamp, policy, gate));
  }

  announceSending(notificationId: string, token: number): Promise<boolean> {
    return this.#transactions.write(({ instant }) => {
      const rows = this.#mailOf(notificationId);
      const announced = rows.map((row) =>
        announceSending(this.#pairs.load(pairKeyOf(row)), { notificationId: row.id, token }, instant),
      );
      if (announced.length === 0 || announced.includes(null)) return false;
      for (const [at, row] of rows.entries()) {
        const pair = announced[at];
        if (pair != null) this.#pairs.save(pairKeyOf(row), { pair, ended: [], goneId: null }, instant.wallMs);
      }
      return true;
    });
  }

  endDelivery(
    notificationId: string,
    token: number,
    outcome: DeliveryOutcome,
    policy: AmbiguityPolicy,
  ): Promise<NotificationState> {
    return this.#transactions.write(({ now, instant }) => {
      const rows = this.#reported(notificationId, token);
      const settings = { policy, random: this.#deps.random() };
      const ends = rows.map((row) => this.#end(row, { token, outcome }, instant, settings));
      const [first] = rows;
      if (first !== undefined && ends.some(({ accepted }) => accepted)) {
        if (outcome.kind === "taken" && first.message_id !== null) this.#mails.take(first.message_id, now);
        if (first.user_id !== null) this.#countStrikes(first.user_id, outcome);
      }
      if (first?.id === notificationId && ends[0] !== undefined) return ends[0].state;
      return this.#pairs.row(notificationId)?.state ?? this.#endGone(notificationId, token);
    });
  }

  loseStream(held: readonly { notificationId: string; token: number }[], policy: AmbiguityPolicy): Promise<void> {
    return this.#transactions.write(({ instant }) => {
      for (const { notificationId, token } of held) {
        for (const row of this.#mailOf(notificationId))
          this.#change(row, instant, (pair) => loseStream(pair, { notificationId: row.id, token }, instant, policy));
      }
    });
  }

  sweep(policy: AmbiguityPolicy): Promise<void> {
    return this.#transactions.write(({ now, instant }) => {
      for (const row of this.#sql.leaseOver.all(instant.monoMs) as NotificationRow[]) {
        this.#change(row, instant, (pair) => expireLease(pair, instant, policy));
      }
      const tooLate = this.#sql.tooLate.all(now - NOTIFICATION_LIFE_MS) as NotificationRow[];
      const missed = tooLate.map((row) => this.#holds.missed(row, now)); // of all before any ends: one ends with its pair
      for (const [at, row] of tooLate.entries()) if (missed[at] != null) this.#holds.keep(row, missed[at], instant);
      for (const [at, row] of tooLate.entries())
        if (missed[at] == null) this.#change(row, instant, (pair) => expireNotification(pair, instant));
      this.#accountMails.forgetOld(now); // where nobody registers any more, too
      this.#mails.forgetOld(now);
    });
  }

  async nextDueInMs(): Promise<number | null> {
    const { monoMs } = this.#transactions.stamp().instant;
    const leaseMono = this.#sql.nextLeaseEnd.get() as number | null;
    const next = Math.min(leaseMono ?? Infinity, this.#begin.nextMono() ?? Infinity);
    return Promise.resolve(next === Infinity ? null : Math.max(0, next - monoMs));
  }

  countMail(): Promise<MailCounts> {
    return new Promise((resolve) => resolve(this.#counting.count(this.#transactions.stamp().instant.monoMs)));
  }

  getNotification(userId: string, id: string): Promise<NotificationView> {
    return new Promise((resolve) => resolve(this.#views.get(userId, id)));
  }

  listAttempts(userId: string, id: string): Promise<readonly DeliveryAttempt[]> {
    return this.#views.listAttempts(userId, id);
  }

  listNotifications(query: NotificationQuery): Promise<Page<NotificationView>> {
    return this.#views.list(query);
  }

  listFailedMails(query: FailedMailQuery): Promise<Page<FailedMailRecord, FailedMailPlace>> {
    return this.#views.listFailed(query);
  }

  getMail(userId: string, id: string): Promise<SealedDelivery> {
    return new Promise((resolve) => resolve(this.#mailOfUser(userId, id)));
  }

  resend(userId: string, id: string): Promise<NotificationView> {
    return this.#transactions.write(({ now, instant }) => {
      const row = this.#views.row(userId, id);
      if (!isResendable(row.state)) {
        throw new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", `the notification is ${row.state}`, {
          hint: "Only one that ended as DEAD, UNKNOWN or EXPIRED is sent again; `./bell notifications list` shows where each stands.",
        });
      }
      const key = pairKeyOf(row);
      const change = resend(this.#pairs.load(key), this.#pairs.record(row), instant);
      this.#pairs.save(key, change, now);
      this.#sql.leaveMail.run({ id, messageId: row.message_id, firstToken: row.first_token });
      this.#sql.clearLines.run(null, id);
      return this.#views.get(userId, id);
    });
  }

  queueTestMail(userId: string): Promise<NotificationView> {
    return this.#transactions.write((stamp) => this.#views.get(userId, this.#accountMails.queueTest(userId, stamp)));
  }

  tellOperators(trouble: SystemTrouble, sinceMs: TimeMs): Promise<void> {
    return this.#transactions.write((stamp) => this.#operatorNotices.tell(trouble, sinceMs, stamp));
  }

  #mailOfUser(userId: string, id: string): SealedDelivery {
    const row = this.#views.row(userId, id);
    const content = row.message_id === null ? null : this.#mails.contentOf(row);
    if (content !== null) return this.#begin.sealedDelivery(row, content);
    throw new AppError("FAILED_PRECONDITION", "STATE_CONFLICT", "there is no mail of this notification to look at", {
      hint: "One is made when it goes out, and kept for 30 days.",
    });
  }

  #end(
    row: NotificationRow,
    report: Parameters<typeof endDelivery>[2],
    instant: Instant,
    settings: Parameters<typeof endDelivery>[4],
  ): { readonly accepted: boolean; readonly state: NotificationState } {
    const key = pairKeyOf(row);
    const result = endDelivery(this.#pairs.load(key), this.#pairs.record(row), report, instant, settings);
    const { state, reason } = result.notification;
    if (!result.accepted) return { accepted: false, state };
    this.#save(row, result, instant);
    const { reply } = report.outcome;
    this.#sql.endAttempt.run({ id: row.id, token: report.token, now: instant.wallMs, reason, reply });
    this.#sql.setReply.run(reply, row.id);
    return { accepted: true, state };
  }

  /**
   * It was open again, and went into another one of its symbol: its mail was certainly not taken, so nothing is left to write down. A refusal
   * would end the notifier's stream, and with it every lease there.
   */
  #endGone(notificationId: string, token: number): NotificationState {
    if (this.#sql.attempt.get(notificationId, token) !== undefined) return "CANCELLED";
    throw new AppError("NOT_FOUND", "NOTIFICATION_NOT_FOUND", `no notification ${notificationId}`);
  }

  /** What a report under this token is about. A notification that was sent again since is in that mail no more; the others still are. */
  #reported(notificationId: string, token: number): readonly NotificationRow[] {
    const leftMail = this.#sql.leftMail.get(notificationId, token) as string | null | undefined;
    return leftMail == null ? this.#mailOf(notificationId) : (this.#sql.ofMail.all(leftMail) as NotificationRow[]);
  }

  /** The notification first, then the others that went in the same mail. */
  #mailOf(notificationId: string): readonly NotificationRow[] {
    const row = this.#pairs.row(notificationId);
    if (row === undefined) return [];
    if (row.message_id === null) return [row];
    const others = this.#sql.ofMail.all(row.message_id) as NotificationRow[];
    return [row, ...others.filter(({ id }) => id !== notificationId)];
  }

  #change(row: NotificationRow, instant: Instant, decide: (pair: PairChange["pair"]) => PairChange): void {
    this.#save(row, decide(this.#pairs.load(pairKeyOf(row))), instant);
  }

  /** What is open again has no lines yet, and its mail was certainly not taken. */
  #save(row: NotificationRow, change: PairChange, { wallMs }: Instant): void {
    this.#pairs.save(pairKeyOf(row), change, wallMs);
    if (change.pair.waiting?.id !== row.id || row.message_id === null) return;
    this.#sql.clearLines.run(null, row.id);
    this.#mails.drop(row.message_id);
  }

  #countStrikes(userId: string, outcome: DeliveryOutcome): void {
    const strikes = Number(this.#sql.strikes.get(userId) ?? 0);
    this.#sql.setStrikes.run(countStrikes(strikes, outcome), userId);
  }
}

function statements(db: Database.Database) {
  return {
    leaseOver: db.prepare("SELECT * FROM notifications WHERE lease_end_mono <= ?"),
    tooLate: db.prepare("SELECT * FROM notifications WHERE state IN ('WAITING', 'UNSURE') AND due_time <= ?"),
    nextLeaseEnd: db.prepare("SELECT min(lease_end_mono) FROM notifications WHERE lease_end_mono IS NOT NULL").pluck(),
    ofMail: db.prepare("SELECT * FROM notifications WHERE message_id = ? ORDER BY row"),
    clearLines: db.prepare("UPDATE triggers SET in_mail = ? WHERE notification_id = ?"),
    setReply: db.prepare("UPDATE notifications SET reply = ? WHERE id = ?"),
    endAttempt: db.prepare(
      `UPDATE delivery_attempts SET end_time = @now, reason = @reason, reply = @reply
       WHERE notification_id = @id AND token = @token`,
    ),
    attempt: db.prepare("SELECT 1 FROM delivery_attempts WHERE notification_id = ? AND token = ?"),
    leaveMail: db.prepare(
      "UPDATE delivery_attempts SET left_message_id = @messageId WHERE notification_id = @id AND token >= @firstToken",
    ),
    leftMail: db
      .prepare("SELECT left_message_id FROM delivery_attempts WHERE notification_id = ? AND token = ?")
      .pluck(),
    strikes: db.prepare("SELECT strikes FROM users WHERE id = ?").pluck(),
    setStrikes: db.prepare("UPDATE users SET strikes = ? WHERE id = ?"),
  };
}
