import type { TimeMs } from "./time.ts";

/** Where a notification stands. WAITING is open (triggers join); SENDING and UNSURE are sealed; the others have ended. */
export type NotificationState =
  | "WAITING"
  | "SENDING"
  | "UNSURE"
  | "SENT"
  | "DEAD"
  | "UNKNOWN"
  | "EXPIRED"
  | "CANCELLED";

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

/** The lease under which a notifier holds a sealed notification. */
export interface Lease {
  /** Grows with every lease of this notification; an older token has been fenced off. */
  readonly token: number;
  /** On the cooldown clock, in milliseconds. */
  readonly endsAt: number;
  /** The notifier announced that DATA comes next (`hold` only). */
  readonly announced: boolean;
}

/** How long a notifier has one notification; every timeout inside nests within it. */
export const LEASE_MS = 45_000;
/** Between two different mails to a user that name a symbol. */
export const COOLDOWN_MS = 3_600_000;
/** How long after it was due a notification is still worth sending. */
export const NOTIFICATION_LIFE_MS: TimeMs = 86_400_000;
