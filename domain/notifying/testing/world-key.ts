import type { NotificationRecord } from "../../notification.ts";
import { COOLDOWN_MS, LEASE_MS } from "../delivery-limits.ts";
import type { Pair } from "../pair.ts";
import { isResendable } from "../resend.ts";
import type { Attempt, Taken, World } from "./world.ts";
import { pairOf, recordsOf } from "./world.ts";

// Two worlds that differ only in what the machine cannot tell apart are one: times count from now, tokens by their order, notifiers
// have no names, back-offs stop growing. When a record was due is left out: a day may pass in any state.

/** More attempts than this only lengthen the back-off. */
const ATTEMPTS_APART = 2;

/** The same text for worlds with the same future. */
export function worldKey(world: World): string {
  const rank = tokenRanks(world);
  const attempts = world.notifiers.map((attempt) => (attempt === null ? "" : attemptKey(attempt, world, rank)));
  return [
    world.fired.join(),
    ...world.pairs.map((pair) => pairKey(pair, world, rank)),
    world.ended.map((record) => endedKey(record, world, rank)).join(";"),
    attempts.sort().join(";"),
    world.taken.map((mail) => takenKey(mail, world, rank)).join(";"),
    world.mailed.toSorted().join(),
    world.resent.toSorted().join(),
    world.resendsLeft,
    world.beginsLeft,
  ].join("|");
}

function pairKey({ waiting, sealed, cooldown }: Pair, world: World, rank: Rank): string {
  const row = (record: NotificationRecord | null) => (record === null ? "" : recordKey(record, world, rank));
  const cooldownMs = cooldown === null ? 0 : Math.max(0, cooldown.openMono - monoOf(world));
  return `${cooldownMs}|${row(waiting)}|${row(sealed)}`;
}

type Rank = (notificationId: string, token: number) => number;

/** Tokens are only compared and counted on, so their order is all that matters: a mail's with those of each of its notifications. */
function tokenRanks(world: World): Rank {
  const used = new Map<string, number[]>();
  const use = (id: string, token: number) => {
    const tokens = used.get(id);
    if (tokens === undefined) used.set(id, [token]);
    else if (!tokens.includes(token)) tokens.push(token);
  };
  for (const { id, token, seal } of recordsOf(world)) {
    use(id, token);
    if (seal === null) continue;
    use(id, seal.firstToken);
    useMail(seal.messageId, use);
    for (const attempt of world.notifiers) if (attempt?.messageId === seal.messageId) use(id, attempt.token);
  }
  for (const attempt of world.notifiers) {
    if (attempt === null) continue;
    use(attempt.notificationId, attempt.token);
    useMail(attempt.messageId, use);
  }
  for (const mail of world.taken) useMail(mail.messageId, use);
  for (const tokens of used.values()) tokens.sort((a, b) => a - b);
  return (id, token) => used.get(id)?.indexOf(token) ?? -1;
}

/** A Message-ID in this world is "nA1.4": the mail's first notification, and the token under which this content was first handed out. */
function useMail(messageId: string, use: (id: string, token: number) => void): void {
  use(firstOf(messageId), sealingOf(messageId));
}

function firstOf(messageId: string): string {
  return messageId.slice(0, messageId.indexOf("."));
}

function sealingOf(messageId: string): number {
  return Number(messageId.slice(messageId.indexOf(".") + 1));
}

function mailKey(messageId: string, rank: Rank): string {
  return `${firstOf(messageId)}.${rank(firstOf(messageId), sealingOf(messageId))}`;
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
    seal === null ? "" : `${mailKey(seal.messageId, rank)}:${rank(record.id, seal.firstToken)}:${seal.lineIds.join()}`,
  ].join();
}

/** An ended record has a future only while a notifier may still report on it, or while its user may have it sent again. */
function endedKey(record: NotificationRecord, world: World, rank: Rank): string {
  const { id, seal, state, triggerIds } = record;
  const again = world.resendsLeft > 0 && isResendable(state) ? `again:${rank(id, record.token)}` : "";
  const isReported = world.notifiers.some((a) => a?.notificationId === id || a?.messageId === seal?.messageId);
  if (!isReported || seal === null) return `${id}:${triggerIds.join()}:${again}`;
  const tokens = `${rank(id, record.token)}:${rank(id, seal.firstToken)}`;
  return `${id}:${triggerIds.join()}:${state === "SENT"}:${mailKey(seal.messageId, rank)}:${tokens}:${again}`;
}

function attemptKey(attempt: Attempt, world: World, rank: Rank): string {
  return [
    attempt.notificationId,
    rank(attempt.notificationId, attempt.token),
    mailKey(attempt.messageId, rank),
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
  const isCovered = mail.lineIds.every((id) => {
    const { cooldown } = pairOf(world, id);
    return ageMs + (cooldown === null ? 0 : cooldown.openMono - monoOf(world)) >= COOLDOWN_MS;
  });
  const age = ageMs > LEASE_MS && isCovered ? "covered" : ageMs;
  return `${mail.notificationId}:${mailKey(mail.messageId, rank)}:${mail.lineIds.join()}:${age}`;
}

function monoOf(world: World): number {
  return world.nowMs - world.bootMs;
}
