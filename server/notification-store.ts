// The part of the port to the database that keeps what users are told, and hands it out.
import type { AmbiguityPolicy, DeliveryOutcome, DeliveryReason, NotificationState } from "../domain/notification.ts";
import type { OperatorNotice } from "../domain/operator-notice.ts";
import type { SystemTrouble } from "../domain/system-trouble.ts";
import type { TimeMs } from "../domain/time.ts";
import type { DomainGate } from "./domain-pace.ts";
import type { MailContent, WaitReason } from "./mail-content.ts";
import type { Page } from "./page.ts";
import type { TriggerRecord } from "./trigger-record.ts";

/** Why a notification that waits does not go. */
type NotificationHoldReason = WaitReason | "BACK_OFF" | "ADDRESS_REFUSED";

/** What holds a notification back, and until when by the wall clock; null: nobody knows. */
export interface NotificationHold {
  readonly reason: NotificationHoldReason;
  readonly untilMs: TimeMs | null;
}

/** One time that a notification was handed to a notifier. */
export interface DeliveryAttempt {
  readonly beginTimeMs: TimeMs;
  /** Null while it goes on, with `reason`. */
  readonly endTimeMs: TimeMs | null;
  readonly reason: DeliveryReason | null;
  readonly reply: string;
}

/** A notification as its user sees it. */
export interface NotificationView {
  readonly id: string;
  /** Empty for one that is about none. */
  readonly symbol: string;
  readonly state: NotificationState;
  readonly reason: DeliveryReason;
  readonly reply: string;
  /** What holds it back the longest while it waits; null: nothing. */
  readonly hold: NotificationHold | null;
  readonly isUrgent: boolean;
  readonly createTimeMs: TimeMs;
  readonly endTimeMs: TimeMs | null;
  readonly attemptCount: number;
  readonly messageId: string | null;
  readonly triggers: readonly TriggerRecord[];
  /** Of a notification for an operator. */
  readonly operatorNotices: readonly OperatorNotice[];
}

export interface NotificationQuery {
  readonly userId: string;
  readonly symbol: string | null;
  readonly state: NotificationState | null;
  readonly before: number | null;
  readonly limit: number;
}

/** How much waits to be mailed. */
export interface MailCounts {
  /** Wait, and could go now. */
  readonly dueCount: number;
  /** Wait for their cooldown, a back-off, another mail of their pair, or a suspended address. */
  readonly heldCount: number;
  /** A notifier has them, or they may have been taken. */
  readonly sealedCount: number;
  /** When a mail was last taken; null if none was. */
  readonly lastSentTimeMs: TimeMs | null;
}

/** A sealed notification, handed out on a lease. */
export interface SealedDelivery {
  readonly notificationId: string;
  readonly token: number;
  readonly messageId: string;
  readonly dateMs: TimeMs;
  readonly boundary: string;
  readonly toAddress: string;
  readonly content: MailContent;
}

/** A place among the mails that failed, by when they ended: it stays one when the mail that stood there is sent again. */
export interface FailedMailPlace {
  readonly endTimeMs: TimeMs;
  /** Of two that ended at the same time. */
  readonly row: number;
}

/** Which mails that failed; `before` continues a listing. */
export interface FailedMailQuery {
  readonly state: NotificationState | null;
  readonly before: FailedMailPlace | null;
  readonly limit: number;
}

/** A mail that failed, as operators see it. */
export interface FailedMailRecord {
  readonly notificationId: string;
  readonly userId: string | null;
  readonly toAddress: string;
  readonly state: NotificationState;
  readonly reason: DeliveryReason;
  readonly reply: string;
  readonly endTimeMs: TimeMs;
}

export interface NotificationStore {
  /**
   * Seals and leases the next notification that can go through the gate, or a repeat; null when none can. Mails about accounts come first,
   * then users have turns. Ends those it finds too late or empty.
   */
  beginDelivery(policy: AmbiguityPolicy, gate?: DomainGate): Promise<SealedDelivery | null>;
  /** Whether DATA may be given: durable before it is answered. */
  announceSending(notificationId: string, token: number): Promise<boolean>;
  /** Writes down how an attempt ended; the state in which the notification is then. */
  endDelivery(
    notificationId: string,
    token: number,
    outcome: DeliveryOutcome,
    policy: AmbiguityPolicy,
  ): Promise<NotificationState>;
  /** The notifier's stream broke: whatever it still had under these tokens is treated as if the lease had run out. */
  loseStream(held: readonly { notificationId: string; token: number }[], policy: AmbiguityPolicy): Promise<void>;
  /** Ends leases that have run out and notifications that came too late; keeps cooldowns in step with the wall clock. */
  sweep(policy: AmbiguityPolicy): Promise<void>;
  /**
   * Milliseconds until beginDelivery() or sweep() could find something that the last one did not, the gate being as it was; null: not before
   * something is written.
   */
  nextDueInMs(): Promise<number | null>;
  /** How much waits, of all users together. */
  countMail(): Promise<MailCounts>;
  getNotification(userId: string, id: string): Promise<NotificationView>;
  /** Oldest first. */
  listAttempts(userId: string, id: string): Promise<readonly DeliveryAttempt[]>;
  listNotifications(query: NotificationQuery): Promise<Page<NotificationView>>;
  /** The mail in which a notification was sealed last. Throws FAILED_PRECONDITION STATE_CONFLICT when there is none, or no more. */
  getMail(userId: string, id: string): Promise<SealedDelivery>;
  /** Lets an ended notification wait again (resend.ts). Throws FAILED_PRECONDITION STATE_CONFLICT for one that has not failed. */
  resend(userId: string, id: string): Promise<NotificationView>;
  /** Queues a test mail. Throws RESOURCE_EXHAUSTED TOO_MANY after several in a day, UNAUTHENTICATED SESSION_ENDED when the user is gone. */
  queueTestMail(userId: string): Promise<NotificationView>;
  /**
   * Tells every operator of a trouble, but for those who were told of the same one, however it was worded, after `sinceMs`; within the hour it
   * joins what waits.
   */
  tellOperators(trouble: SystemTrouble, sinceMs: TimeMs): Promise<void>;
  /** Mails that ended as DEAD, UNKNOWN or EXPIRED, of everybody, newest first. */
  listFailedMails(query: FailedMailQuery): Promise<Page<FailedMailRecord, FailedMailPlace>>;
}
