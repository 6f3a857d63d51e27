import type { Cooldown } from "./notifying/cooldown.ts";
import type { TimeMs } from "./time.ts";

/** Where a notification stands. WAITING is open (triggers join); SENDING and UNSURE are sealed; the others have ended. */
export const NOTIFICATION_STATES = [
  "WAITING",
  "SENDING",
  "UNSURE",
  "SENT",
  "DEAD",
  "UNKNOWN",
  "EXPIRED",
  "CANCELLED",
] as const;
export type NotificationState = (typeof NOTIFICATION_STATES)[number];

/** What to do when nobody knows whether a mail was taken: `resend` is at least once, `hold` is at most once. */
export type AmbiguityPolicy = "resend" | "hold";

/** What a notifier knows of an attempt when it ends. */
export type DeliveryOutcome =
  /** The mail server answered 250. */
  | { readonly kind: "taken"; readonly reply: string }
  /** Certainly not taken: a 4xx, or anything that went wrong before DATA. */
  | { readonly kind: "notTaken"; readonly reply: string }
  /** Nobody knows: the connection broke, or the time ran out, after DATA. */
  | { readonly kind: "unsure"; readonly reply: string }
  /** The address (or the content) is refused for good. */
  | { readonly kind: "refused"; readonly reply: string; readonly addressFault: boolean }
  /** The mail server refuses us, or is away: nothing is charged to the notification. */
  | { readonly kind: "serverTrouble"; readonly reply: string };

/** Why a notification stands where it does; the same word is the log field, the metric label and the wire's. */
export type DeliveryReason =
  | "TRIGGERED" // a trigger started it
  | "LEASED" // a notifier has it
  | "TAKEN" // 250
  | "NOT_TAKEN" // a 4xx, or trouble before DATA
  | "CONNECTION_BROKE" // after DATA, by the notifier's own word
  | "STREAM_BROKE" // the notifier's stream ended while it had the lease
  | "LEASE_RAN_OUT"
  | "REBOOTED" // the lease belonged to another boot, whose clock is gone
  | "REPEATS_USED_UP"
  | "HOLDING" // `hold`: it may have been taken, so it is not sent again
  | "REFUSED_ADDRESS"
  | "REFUSED_CONTENT"
  | "SERVER_TROUBLE" // the mail server refused us, not the mail
  | "TOO_LATE" // a day went by since it was due
  | "RESENT" // its user asked for another attempt after it had ended
  | "NO_LINES_LEFT"; // every alert in it was deleted

/** The lease under which a notifier holds a sealed notification. */
export interface Lease {
  /** Grows with every lease of this notification; an older token has been fenced off. */
  readonly token: number;
  /** On the monotonic clock of the boot in which it was given, in milliseconds. */
  readonly endsAt: number;
  /** DATA may have begun: the notifier announced it (`hold`), or need not announce it (`resend`: true from the start). */
  readonly announced: boolean;
}

/** What makes every repeat of a mail byte for byte the same; fixed when the notification is sealed, and never changed. */
export interface Seal {
  /** New for each sealing, so that no two contents ever share one. */
  readonly messageId: string;
  /** The mail's Date header. */
  readonly dateMs: TimeMs;
  /** The MIME boundary's base. */
  readonly boundary: string;
  /** The triggers whose lines stand in the mail, in order; those of deleted alerts are left out. */
  readonly lineIds: readonly string[];
  /** The first token under which this content was handed out; tokens before it belong to contents that were certainly not taken. */
  readonly firstToken: number;
}

/** A notification as the machine sees it: one row. Times due and ended are on the wall clock, the others on the monotonic one. */
export interface NotificationRecord {
  readonly id: string;
  readonly state: NotificationState;
  /** Why it stands there. */
  readonly reason: DeliveryReason;
  /** Every trigger (and notice) in it, in order of arrival. */
  readonly triggerIds: readonly string[];
  /** When it could first have gone: when it was started, or when the cooldown that held it back opens. Wall clock. */
  readonly dueMs: TimeMs;
  /** Not before this on the monotonic clock; a back-off does not outlive a reboot. */
  readonly nextAttemptMono: number;
  /** Attempts that ended and were charged: all but those in which the mail server refused us. Lengthens the back-off. */
  readonly attempts: number;
  /** Repeats that left it as unsure as before; at most MAX_REPEATS. */
  readonly repeats: number;
  /** It has been UNSURE, so a copy may have been taken whatever a later attempt says. */
  readonly wasUnsure: boolean;
  /** The newest token given; 0 before the first lease. */
  readonly token: number;
  /** Held by a notifier; null unless SENDING. */
  readonly lease: Lease | null;
  /** Null while WAITING: what is open has no content yet. */
  readonly seal: Seal | null;
  /** The pair's cooldown before this one took it; meaningful while SENDING. */
  readonly cooldownBefore: Cooldown | null;
  /** Wall clock; null until it has ended. */
  readonly endedMs: TimeMs | null;
}
