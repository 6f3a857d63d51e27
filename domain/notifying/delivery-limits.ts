import type { TimeMs } from "../time.ts";

// The times and counts of delivery, in one place, since they nest within each other.

/** How long a notifier has one notification; every timeout inside nests within it. */
export const LEASE_MS = 45_000;
/** Between two different mails to a user that name a symbol. */
export const COOLDOWN_MS = 3_600_000;
/** How long after it was due a notification is still worth sending. */
export const NOTIFICATION_LIFE_MS: TimeMs = 86_400_000;
/** How often a mail that may have been taken is sent again (`resend`). */
export const MAX_REPEATS = 3;
/** A delivery that takes longer than this is slow: its notifier takes another one meanwhile, and its domain gets no more than a share. */
export const SLOW_DELIVERY_MS = 2_000;
/** A notifier may have so many mails under way on one stream. */
export const MOST_PLACES = 256;
