import type { AmbiguityPolicy, NotificationRecord } from "../../notification.ts";
import { COOLDOWN_MS } from "../delivery-limits.ts";
import type { Pair } from "../pair.ts";
import type { Attempt, World } from "./world.ts";
import { placeOf, recordsOf } from "./world.ts";

/** What is promised of every interleaving, by name. */
export type PromiseName =
  | "NO_TRIGGER_LOST"
  | "ONE_CONTENT_FOR_ONE_MESSAGE_ID"
  | "ONE_MAIL_AN_HOUR"
  | "AT_MOST_ONCE"
  | "ONE_OPEN_ONE_SEALED"
  | "A_MAIL_STAYS_TOGETHER"
  | "EVERYTHING_CAN_END";

/** The first promise that a world breaks, or null. */
export function brokenIn(world: World): PromiseName | null {
  if (!rowsAreSound(world)) return "ONE_OPEN_ONE_SEALED";
  if (!mailsAreTogether(world)) return "A_MAIL_STAYS_TOGETHER";
  if (!everyTriggerIsInOneNotification(world)) return "NO_TRIGGER_LOST";
  if (!oneContentForOneMessageId(world)) return "ONE_CONTENT_FOR_ONE_MESSAGE_ID";
  return null;
}

/**
 * What breaks when the mail server takes this attempt's mail now: a different one told of one of its symbols within the hour, or (`hold`) one
 * of its lines was taken before, and not because its user had it sent again.
 */
export function brokenByTaking(world: World, attempt: Attempt, policy: AmbiguityPolicy): PromiseName | null {
  const places = new Set(attempt.lineIds.map(placeOf));
  const tooSoon = world.taken.some(
    (mail) =>
      mail.messageId !== attempt.messageId &&
      world.nowMs - mail.atMs < COOLDOWN_MS &&
      mail.lineIds.some((id) => places.has(placeOf(id))),
  );
  if (tooSoon) return "ONE_MAIL_AN_HOUR";
  if (policy !== "hold") return null;
  const wasTaken = world.taken.some(({ messageId }) => messageId === attempt.messageId);
  const isTooOften = attempt.lineIds.some((id) => count(world.mailed, id) > count(world.resent, id));
  return wasTaken || isTooOften ? "AT_MOST_ONCE" : null;
}

/** What breaks when a record ends as it did: SENT is only what a mail that was really taken told in full. */
export function brokenByEnding(world: World, record: NotificationRecord): PromiseName | null {
  if (record.state !== "SENT") return null;
  const mail = world.taken.find((candidate) => candidate.messageId === record.seal?.messageId);
  return mail !== undefined && record.triggerIds.every((id) => mail.lineIds.includes(id)) ? null : "NO_TRIGGER_LOST";
}

function count(ids: readonly string[], wanted: string): number {
  return ids.filter((id) => id === wanted).length;
}

function rowsAreSound({ pairs, ended }: World): boolean {
  return pairs.every(isSound) && ended.every((record) => record.endedMs !== null);
}

function isSound({ waiting, sealed }: Pair): boolean {
  const waitingIsOpen =
    waiting === null || (waiting.state === "WAITING" && waiting.seal === null && !waiting.wasUnsure);
  const sealedIsSealed =
    sealed === null ||
    (sealed.seal !== null &&
      (sealed.state === "UNSURE" ? sealed.lease === null : sealed.lease?.token === sealed.token));
  return waitingIsOpen && sealedIsSealed;
}

/** Whoever is of one mail stands where the others stand: in the same hands, with the same repeats before it, or ended alike. */
function mailsAreTogether(world: World): boolean {
  if (world.pairs.length === 1) return true;
  const standings = new Map<string, string>();
  for (const record of recordsOf(world)) {
    if (record.seal === null) continue;
    const standing = standingOf(record);
    const known = standings.get(record.seal.messageId);
    if (known !== undefined && known !== standing) return false;
    standings.set(record.seal.messageId, standing);
  }
  return true;
}

/** What those of one mail have in common. */
function standingOf({ state, endedMs, lease, wasUnsure, repeats, nextAttemptMono }: NotificationRecord): string {
  if (endedMs !== null) return state;
  const next = lease === null ? [nextAttemptMono] : [lease.token, lease.endsAt, lease.announced];
  return [state, wasUnsure, repeats, ...next].join();
}

function everyTriggerIsInOneNotification(world: World): boolean {
  const listed = recordsOf(world).flatMap((record) => record.triggerIds);
  const fired = world.fired.reduce((sum, each) => sum + each, 0);
  return listed.length === fired && new Set(listed).size === fired;
}

function oneContentForOneMessageId(world: World): boolean {
  const contents = new Map<string, string>();
  for (const mail of [...world.notifiers, ...world.taken]) {
    if (mail === null) continue;
    const known = contents.get(mail.messageId);
    if (known !== undefined && known !== mail.content) return false;
    contents.set(mail.messageId, mail.content);
  }
  return true;
}
