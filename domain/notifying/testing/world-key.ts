import type { NotificationRecord } from "../../notification.ts";
import { COOLDOWN_MS, LEASE_MS } from "../delivery-limits.ts";
import type { Attempt, Taken, World } from "./world.ts";
import { liveRecords } from "./world.ts";

// Two worlds that differ only in what the machine cannot tell apart are one: times count from now, tokens by their order, notifiers
// have no names, back-offs stop growing. When a record was due is left out: a day may pass in any state.

/** More attempts than this only lengthen the back-off. */
const ATTEMPTS_APART = 2;

/** The same text for worlds with the same future. */
export function worldKey(world: World): string {
  const rank = tokenRanks(world);
  const row = (record: NotificationRecord | null) => (record === null ? "" : recordKey(record, world, rank));
  const cooldownMs = world.pair.cooldown === null ? 0 : world.pair.cooldown.openMono - monoOf(world);
  const attempts = world.notifiers.map((attempt) => (attempt === null ? "" : attemptKey(attempt, world, rank)));
  return [
    world.fired,
    Math.max(0, cooldownMs),
    row(world.pair.waiting),
    row(world.pair.sealed),
    world.ended.map((record) => endedKey(record, world, rank)).join(";"),
    attempts.sort().join(";"),
    world.taken.map((mail) => takenKey(mail, world, rank)).join(";"),
    world.mailed.length,
  ].join("|");
}

type Rank = (notificationId: string, token: number) => number;

/** Tokens are only compared and counted on, so their order is all that matters. */
function tokenRanks(world: World): Rank {
  const used = new Map<string, number[]>();
  const use = (id: string, token: number) => {
    const tokens = used.get(id);
    if (tokens === undefined) used.set(id, [token]);
    else if (!tokens.includes(token)) tokens.push(token);
  };
  for (const record of [...liveRecords(world), ...world.ended]) {
    use(record.id, record.token);
    if (record.seal !== null) use(record.id, record.seal.firstToken);
  }
  for (const attempt of world.notifiers) if (attempt !== null) use(attempt.notificationId, attempt.token);
  for (const mail of world.taken) use(mail.notificationId, sealingOf(mail.messageId));
  for (const attempt of world.notifiers)
    if (attempt !== null) use(attempt.notificationId, sealingOf(attempt.messageId));
  for (const tokens of used.values()) tokens.sort((a, b) => a - b);
  return (id, token) => used.get(id)?.indexOf(token) ?? -1;
}

/** A Message-ID in this world is "n1.4": the notification, and the token under which this content was first handed out. */
function sealingOf(messageId: string): number {
  return Number(messageId.slice(messageId.indexOf(".") + 1));
}

function recordKey(record: NotificationRecord, world: World, rank: Rank): string {
  const monoMs = monoOf(world);
  const { seal, lease } = record;
  const before = record.cooldownBefore === null ? 0 : record.cooldownBefore.openMono - monoMs;
  return [
    record.id,
    record.state,
    record.triggerIds.join(),
    Math.max(0, record.nextAttemptMono - monoMs),
    Math.min(record.attempts, ATTEMPTS_APART),
    record.repeats,
    record.wasUnsure,
    rank(record.id, record.token),
    lease === null ? "" : `${Math.max(0, lease.endsAt - monoMs)}${lease.announced}${Math.max(0, before)}`,
    seal === null ? "" : `${rank(record.id, seal.firstToken)}:${seal.lineIds.join()}`,
  ].join();
}

/** An ended record has a future only while a notifier may still report on it. */
function endedKey(record: NotificationRecord, world: World, rank: Rank): string {
  const isReported = world.notifiers.some((attempt) => attempt?.notificationId === record.id);
  if (!isReported || record.seal === null) return `${record.id}:${record.triggerIds.join()}`;
  const tokens = `${rank(record.id, record.token)}:${rank(record.id, record.seal.firstToken)}`;
  return `${record.id}:${record.triggerIds.join()}:${record.state === "SENT"}:${tokens}`;
}

function attemptKey(attempt: Attempt, world: World, rank: Rank): string {
  return [
    attempt.notificationId,
    rank(attempt.notificationId, attempt.token),
    rank(attempt.notificationId, sealingOf(attempt.messageId)),
    attempt.lineIds.join(),
    attempt.outcome?.kind ?? `${Math.max(0, attempt.deadlineMs - world.nowMs)}${attempt.mayGiveData}`,
  ].join();
}

/**
 * A mail's age matters when the cooldown does not cover it. If it does, the cooldown must shrink first, and whatever could make it
 * shrink does so to nothing, or to an hour from now: older than a lease, such mails are alike.
 */
function takenKey(mail: Taken, world: World, rank: Rank): string {
  const ageMs = Math.min(world.nowMs - mail.atMs, COOLDOWN_MS);
  const coveredMs = world.pair.cooldown === null ? 0 : world.pair.cooldown.openMono - monoOf(world);
  const isAlike = ageMs > LEASE_MS && ageMs + coveredMs >= COOLDOWN_MS;
  const age = isAlike ? "covered" : ageMs;
  return `${mail.notificationId}:${rank(mail.notificationId, sealingOf(mail.messageId))}:${mail.lineIds.join()}:${age}`;
}

function monoOf(world: World): number {
  return world.nowMs - world.bootMs;
}
