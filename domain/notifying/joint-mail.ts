import type { AmbiguityPolicy, NotificationRecord } from "../notification.ts";
import type { Instant } from "./cooldown.ts";
import { beginDelivery, type BeginResult, type Sealing } from "./delivery.ts";
import type { Pair } from "./pair.ts";

/**
 * Gives one mail that is made of several pairs of a user to a notifier: each pair goes through beginDelivery() by itself and takes its own
 * cooldown, all under one Message-ID and one token. From then on whatever is said of the mail is said of each of its notifications, in one
 * transaction, so that they stay together until the mail has ended or is certain not to have been taken. Those with nothing to send are left out.
 *
 * One pair makes an ordinary mail. The same number of results, in the same order.
 */
export function beginMail(
  pairs: readonly Pair[],
  now: Instant,
  policy: AmbiguityPolicy,
  sealing: Sealing,
): readonly BeginResult[] {
  const records = pairs.map(nextOf).filter((record) => record !== null);
  const together = {
    token: Math.max(...records.map(({ token }) => token)),
    attempts: Math.max(...records.map(({ attempts }) => attempts)),
    dueMs: Math.max(...records.map(({ dueMs }) => dueMs)),
  };
  return pairs.map((pair) => beginDelivery(aligned(pair, together), now, policy, sealing));
}

/** What all notifications of a mail agree on: the fencing token, the back-off, and the day in which they may go. */
type Together = Pick<NotificationRecord, "token" | "attempts" | "dueMs">;

function aligned(pair: Pair, together: Together): Pair {
  if (pair.sealed !== null) return { ...pair, sealed: { ...pair.sealed, ...together } };
  if (pair.waiting !== null) return { ...pair, waiting: { ...pair.waiting, ...together } };
  return pair;
}

/** What beginDelivery() would hand out. */
function nextOf({ sealed, waiting }: Pair): NotificationRecord | null {
  return sealed ?? waiting;
}
