import type { AmbiguityPolicy, NotificationRecord } from "../../notification.ts";
import { COOLDOWN_MS } from "../delivery-limits.ts";
import type { Attempt, World } from "./world.ts";
import { liveRecords } from "./world.ts";

/** What is promised of every interleaving, by name. */
export type PromiseName =
  | "NO_TRIGGER_LOST"
  | "ONE_CONTENT_FOR_ONE_MESSAGE_ID"
  | "ONE_MAIL_AN_HOUR"
  | "AT_MOST_ONCE"
  | "ONE_OPEN_ONE_SEALED"
  | "EVERYTHING_CAN_END";

/** The first promise that a world breaks, or null. */
export function brokenIn(world: World): PromiseName | null {
  if (!rowsAreSound(world)) return "ONE_OPEN_ONE_SEALED";
  if (!everyTriggerIsInOneNotification(world)) return "NO_TRIGGER_LOST";
  if (!oneContentForOneMessageId(world)) return "ONE_CONTENT_FOR_ONE_MESSAGE_ID";
  return null;
}

/** What breaks when the mail server takes this attempt's mail now. */
export function brokenByTaking(world: World, attempt: Attempt, policy: AmbiguityPolicy): PromiseName | null {
  const tooSoon = world.taken.some(
    (mail) => mail.messageId !== attempt.messageId && world.nowMs - mail.atMs < COOLDOWN_MS,
  );
  if (tooSoon) return "ONE_MAIL_AN_HOUR";
  if (policy === "hold" && attempt.lineIds.some((id) => world.mailed.includes(id))) return "AT_MOST_ONCE";
  return null;
}

/** What breaks when a record ends as it did: SENT is only what a mail that was really taken told in full. */
export function brokenByEnding(world: World, record: NotificationRecord): PromiseName | null {
  if (record.state !== "SENT") return null;
  const mail = world.taken.find((candidate) => candidate.messageId === record.seal?.messageId);
  return mail !== undefined && record.triggerIds.every((id) => mail.lineIds.includes(id)) ? null : "NO_TRIGGER_LOST";
}

function rowsAreSound(world: World): boolean {
  const { waiting, sealed } = world.pair;
  const waitingIsOpen =
    waiting === null || (waiting.state === "WAITING" && waiting.seal === null && !waiting.wasUnsure);
  const sealedIsSealed =
    sealed === null ||
    (sealed.seal !== null &&
      (sealed.state === "UNSURE" ? sealed.lease === null : sealed.lease?.token === sealed.token));
  return waitingIsOpen && sealedIsSealed && world.ended.every((record) => record.endedMs !== null);
}

function everyTriggerIsInOneNotification(world: World): boolean {
  const listed = [...liveRecords(world), ...world.ended].flatMap((record) => record.triggerIds);
  return listed.length === world.fired && new Set(listed).size === world.fired;
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
