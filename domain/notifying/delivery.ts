import { backOffMs } from "../back-off.ts";
import type { Cooldown, Instant } from "./cooldown.ts";
import { isOpen, laterCooldown, takeCooldown } from "./cooldown.ts";
import { becomeUnsure, waitAgain } from "./doubt.ts";
import type {
  AmbiguityPolicy,
  DeliveryOutcome,
  DeliveryReason,
  Lease,
  NotificationRecord,
  Seal,
} from "../notification.ts";
import { LEASE_MS } from "./delivery-limits.ts";
import type { HeldLease, Pair, PairChange } from "./pair.ts";
import { endAs, expireNotification, isHeldAs } from "./pair.ts";

// The notifying machine's two acts, begin and end, for one user and symbol. Pure: each takes a pair and says what becomes of it.

/** What a sealing needs from outside. */
export interface Sealing {
  /** New for each call; becomes the mail's Message-ID if this call seals. */
  readonly messageId: string;
  /** The MIME boundary's base. */
  readonly boundary: string;
  /** Whether a trigger's line still belongs in the mail; false when its alert was deleted. */
  readonly isLive: (triggerId: string) => boolean;
}

/**
 * What beginDelivery() found. `seal`: hand `notification` out, its content is new and must be stored with it. `repeat`: hand it out
 * byte for byte as it was stored. `none`: nothing can go now, though records may have ended (`ended`); ask again when something changes.
 */
export type BeginResult = PairChange &
  (
    | {
        readonly kind: "seal" | "repeat";
        readonly notification: NotificationRecord;
        readonly seal: Seal;
        readonly lease: Lease;
      }
    | { readonly kind: "none" }
  );

/** A notifier's word on an attempt. */
export interface DeliveryReport {
  /** The token of the lease under which the attempt was made. */
  readonly token: number;
  readonly outcome: DeliveryOutcome;
}

/** What deciding needs besides the rows. */
export interface DeliverySettings {
  readonly policy: AmbiguityPolicy;
  /** A number in [0, 1) for this call's jitter. */
  readonly random: number;
}

/** Why a report changed nothing: its lease is over, the matter is settled already, or no such token can have been sent under. */
type IgnoredWhy = "FENCED" | "ALREADY_ENDED" | "TOKEN_UNKNOWN";

/** What endDelivery() made of a report. `notification` is the record after it, wherever it now stands. */
export type EndResult = PairChange &
  (
    | { readonly accepted: true; readonly notification: NotificationRecord }
    | { readonly accepted: false; readonly why: IgnoredWhy; readonly notification: NotificationRecord }
  );

/**
 * Gives the pair's next mail to a notifier with a free place: an UNSURE one whose back-off is over, else a WAITING one whose
 * cooldown is open and whose back-off is over. The lease starts now, and the cooldown is taken for as long as the mail may still be
 * taken: to the lease's end plus the hour.
 */
export function beginDelivery(pair: Pair, now: Instant, policy: AmbiguityPolicy, sealing: Sealing): BeginResult {
  const swept = expireNotification(pair, now);
  const { sealed, waiting, cooldown } = swept.pair;
  if (sealed !== null) return repeatSealed(swept, sealed, now, policy);
  if (waiting === null || waiting.nextAttemptMono > now.monoMs || !isOpen(cooldown, now))
    return { ...swept, kind: "none" };
  return sealWaiting(swept, waiting, now, policy, sealing);
}

/**
 * The notifier is about to give DATA (`hold`), and does so only after this was granted and stored. Null: refused, for the lease has
 * ended, the token is old, or it is another notification that is being sent; the notifier then gives up the attempt.
 */
export function announceSending(pair: Pair, held: HeldLease, now: Instant): Pair | null {
  const { sealed } = pair;
  const lease = sealed?.lease;
  if (sealed == null || lease == null || !isHeldAs(sealed, held) || now.monoMs >= lease.endsAt) return null;
  return { ...pair, sealed: { ...sealed, lease: { ...lease, announced: true } } };
}

/**
 * Writes down how an attempt ended. `notification` is the record reported on, loaded by its id: the pair's, or one that has ended.
 * A 250 is believed from every token under which the present content was handed out, however late; anything else only from the
 * lease that still stands. An accepted word may come again: it is then ALREADY_ENDED or FENCED, and changes nothing.
 *
 * After `serverTrouble` the caller (the notifier's breaker, and the store that hands out) must stop beginning deliveries until a
 * probe succeeds: nothing was charged and there is no back-off here, so that every mail goes as soon as the server takes mail again.
 * After `refused` for the address, the caller counts a strike (address-strikes.ts).
 */
export function endDelivery(
  pair: Pair,
  notification: NotificationRecord,
  report: DeliveryReport,
  now: Instant,
  settings: DeliverySettings,
): EndResult {
  const { token, outcome } = report;
  if (outcome.kind === "taken") return endTaken(pair, notification, token, now);
  const current = pair.sealed;
  if (current === null || current.id !== notification.id || current.lease?.token !== token)
    return ignored(pair, notification, notification.endedMs === null ? "FENCED" : "ALREADY_ENDED");
  switch (outcome.kind) {
    case "notTaken":
      return accepted(endNotTaken(pair, current, now, settings), current.id);
    case "unsure":
      return accepted(becomeUnsure(pair, current, now, settings.policy, "CONNECTION_BROKE"), current.id);
    case "refused":
      return accepted(
        endRefused(pair, current, now, outcome.addressFault ? "REFUSED_ADDRESS" : "REFUSED_CONTENT"),
        current.id,
      );
    case "serverTrouble":
      return accepted(
        stepBack(pair, current, { attempts: current.attempts, nextAttemptMono: now.monoMs }, "SERVER_TROUBLE"),
        current.id,
      );
  }
}

function repeatSealed(
  swept: PairChange,
  sealed: NotificationRecord,
  now: Instant,
  policy: AmbiguityPolicy,
): BeginResult {
  const { seal } = sealed;
  if (sealed.state !== "UNSURE" || seal === null) return { ...swept, kind: "none" };
  if (policy === "hold") {
    // Left from when the policy was `resend`: `hold` never sends again what may have been taken.
    const unknown = endAs(sealed, "UNKNOWN", "HOLDING", now);
    return { pair: { ...swept.pair, sealed: null }, ended: [...swept.ended, unknown], goneId: null, kind: "none" };
  }
  if (sealed.nextAttemptMono > now.monoMs) return { ...swept, kind: "none" };
  return handOut(swept, "repeat", { ...sealed, seal }, now, policy);
}

function sealWaiting(
  swept: PairChange,
  waiting: NotificationRecord,
  now: Instant,
  policy: AmbiguityPolicy,
  sealing: Sealing,
): BeginResult {
  const lineIds = waiting.triggerIds.filter((id) => sealing.isLive(id));
  if (lineIds.length === 0) {
    const cancelled = endAs(waiting, "CANCELLED", "NO_LINES_LEFT", now);
    return { pair: { ...swept.pair, waiting: null }, ended: [...swept.ended, cancelled], goneId: null, kind: "none" };
  }
  const { messageId, boundary } = sealing;
  const seal: Seal = { messageId, boundary, dateMs: now.wallMs, lineIds, firstToken: waiting.token + 1 };
  const cooldownBefore = swept.pair.cooldown;
  const opened = { ...swept, pair: { ...swept.pair, waiting: null } };
  return handOut(opened, "seal", { ...waiting, seal, cooldownBefore }, now, policy);
}

function handOut(
  swept: PairChange,
  kind: "seal" | "repeat",
  record: NotificationRecord & { readonly seal: Seal },
  now: Instant,
  policy: AmbiguityPolicy,
): BeginResult {
  const token = record.token + 1;
  const lease: Lease = { token, endsAt: now.monoMs + LEASE_MS, announced: policy === "resend" };
  const notification: NotificationRecord = { ...record, state: "SENDING", reason: "LEASED", token, lease };
  const cooldown = swept.pair.takesCooldown ? takeCooldown(now, LEASE_MS) : null;
  return {
    ...swept,
    pair: { ...swept.pair, sealed: notification, cooldown },
    kind,
    notification,
    seal: record.seal,
    lease,
  };
}

function endTaken(pair: Pair, notification: NotificationRecord, token: number, now: Instant): EndResult {
  const { seal } = notification;
  if (notification.state === "SENT") return ignored(pair, notification, "ALREADY_ENDED");
  if (seal === null || token < seal.firstToken || token > notification.token)
    return ignored(pair, notification, "TOKEN_UNKNOWN");
  const sent = endAs(notification, "SENT", "TAKEN", now);
  const isOnlyCopy = notification.lease?.token === token && !notification.wasUnsure;
  const rest = pair.sealed?.id === notification.id ? { ...pair, sealed: null } : pair;
  return accepted({ pair: cooledDown(rest, now, isOnlyCopy), ended: [sent], goneId: null }, sent.id);
}

/**
 * The hour from now. If there was more than one attempt, another copy may still be on its way until the last lease ends, so the
 * cooldown that covers it is never shortened; and a delivery in progress may give back no cooldown older than this one.
 */
function cooledDown(pair: Pair, now: Instant, isOnlyCopy: boolean): Pair {
  if (!pair.takesCooldown) return pair;
  const hour = takeCooldown(now);
  const cooldown = isOnlyCopy ? hour : laterCooldown(pair.cooldown, hour);
  const { sealed } = pair;
  const later =
    sealed?.lease == null ? sealed : { ...sealed, cooldownBefore: laterCooldown(sealed.cooldownBefore, hour) };
  return { ...pair, cooldown, sealed: later };
}

function endNotTaken(pair: Pair, record: NotificationRecord, now: Instant, settings: DeliverySettings): PairChange {
  const attempts = record.attempts + 1;
  const nextAttemptMono = now.monoMs + backOffMs(attempts, settings.random);
  return stepBack(pair, record, { attempts, nextAttemptMono }, "NOT_TAKEN");
}

/** This attempt was certainly not taken. If an earlier one may have been, that is still so: the seal and the cooldown stay. */
function stepBack(
  pair: Pair,
  record: NotificationRecord,
  next: { readonly attempts: number; readonly nextAttemptMono: number },
  reason: DeliveryReason,
): PairChange {
  if (!record.wasUnsure) return waitAgain(pair, { ...record, ...next }, reason);
  const unsure: NotificationRecord = { ...record, ...next, state: "UNSURE", reason, lease: null };
  return { pair: { ...pair, sealed: unsure }, ended: [], goneId: null };
}

function endRefused(pair: Pair, record: NotificationRecord, now: Instant, reason: DeliveryReason): PairChange {
  const dead = endAs({ ...record, attempts: record.attempts + 1 }, "DEAD", reason, now);
  const cooldown: Cooldown | null = record.wasUnsure ? pair.cooldown : record.cooldownBefore;
  return { pair: { ...pair, sealed: null, cooldown }, ended: [dead], goneId: null };
}

function accepted(change: PairChange, id: string): EndResult {
  const records = [...change.ended, change.pair.sealed, change.pair.waiting];
  const notification = records.find((record) => record?.id === id);
  if (notification == null) throw new Error(`notification ${id} left its pair without ending`); // a defect of the machine itself
  return { ...change, accepted: true, notification };
}

function ignored(pair: Pair, notification: NotificationRecord, why: IgnoredWhy): EndResult {
  return { pair, ended: [], goneId: null, accepted: false, why, notification };
}
