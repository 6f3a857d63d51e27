import type { Alert, AlertState, Trigger } from "../../domain/alert.ts";
import { forMsOf } from "../../domain/condition.ts";
import { holdsAt } from "../../domain/judging/firing.ts";
import { formatDuration } from "../../domain/duration.ts";
import type { JudgeReason } from "../../domain/judging/judge-reason.ts";
import { formatMoment } from "../../domain/moment-text.ts";
import { formatPrice } from "../../domain/price.ts";
import type { Sight } from "../../domain/judging/sight.ts";
import { isToTellBack } from "../../domain/judging/telling.ts";
import { backText, heldText, spanText, standingOf } from "./standing.ts";

/** What is known of a judgement that is to be told. */
export interface ToldJudgement {
  readonly alert: Alert;
  readonly reason: JudgeReason;
  /** Before and after it. */
  readonly before: AlertState;
  readonly after: AlertState;
  readonly sight: Sight;
  readonly trigger: Trigger | null;
}

/** Why a price changed an alert, or did not, in one sentence with its values. */
export function judgementDetail(told: ToldJudgement): string {
  const standing = standingOf(told.alert.condition, told.sight.quote.close);
  return (VALUED_DETAILS[told.reason] ?? ((_, where) => `${where}; ${reasonDetail(told.reason)}`))(told, standing);
}

type ValuedDetail = (told: ToldJudgement, standing: string) => string;

/** What is told with the values of a price; `standing` is how its close stands to the condition. */
const VALUED_DETAILS: Readonly<Partial<Record<JudgeReason, ValuedDetail>>> = {
  FIRED: firedText,
  FIRED_ALREADY_TRUE: firedText,
  FIRED_TOO_OFTEN: firedText,
  NOT_MET: ({ alert, sight }, standing) =>
    holdsAt(alert.condition, sight.quote.close) ? `${standing}, and did not come from the other side` : standing,
  PENDING_BEGUN: ({ alert }, standing) => `${standing}; it must stay so${heldText(alert)}`,
  STILL_PENDING: (told, standing) => `${standing}${runText(told)}`,
  NO_LONGER_TRUE: ({ before }, standing) =>
    `${standing}: no longer what it waits for${before.remindSinceSeenMs === null ? "" : ", and no reminder comes"}`,
  WITHIN_BAND: (told, standing) => `${standing}; ${waitingText(told)}`,
  NOT_BACK_FOR_LONG: ({ alert, sight, after }, standing) =>
    `${standing}; back for ${spanText(seenSince(sight, after))} of ${formatDuration(alert.rearmForMs)}`,
  REARMED: (told) => `${returnText(told)}: armed again${isToTellBack(told.alert, told.before) ? ", and told" : ""}`,
  REMINDED: ({ alert, after }, standing) =>
    `${standing} after ${formatDuration(alert.remindEveryMs)} more: reminder ${after.reminderCount}`,
  TOLD_BACK: (told) => `${returnText(told)}: told`,
  BASELINE_TAKEN: (_, standing) => `${standing}: the first price after arming, from which it watches`,
  BASELINE_ALREADY_TRUE: ({ alert, after }, standing) =>
    `${standing}: true already at the first price after arming${waitText(alert, after)}`,
  EXPIRED: ({ alert }) =>
    alert.expireTimeMs === null ? reasonDetail("EXPIRED") : `its time was over at ${formatMoment(alert.expireTimeMs)}`,
};

/** The same where no values are known: for an owner's act, and for what was judged before the alert was last changed. */
export function reasonDetail(reason: JudgeReason): string {
  return DETAILS[reason];
}

const DETAILS: Readonly<Record<JudgeReason, string>> = {
  FIRED: "it fired",
  FIRED_TOO_OFTEN: "it fired for the 15th time within three minutes, and was stopped",
  FIRED_ALREADY_TRUE: "it was true when armed, still was at the next price, and fired",
  REARMED: "the price was back, and it armed again",
  BASELINE_TAKEN: "the first price after arming, from which it watches",
  BASELINE_ALREADY_TRUE: "true already at the first price after arming",
  NO_LONGER_TRUE: "it was no longer true",
  PENDING_BEGUN: "it came true, and had to stay so for a while",
  STILL_PENDING: "it was true, not yet for long enough or at enough prices",
  NOT_BACK_FOR_LONG: "the price was back, not yet for long enough",
  REMINDED: "it still held, and its owner was told again",
  TOLD_BACK: "the price was back, and its owner was told",
  EXPIRED: "its time was over",
  NOT_MET: "the price did not meet it",
  WITHIN_BAND: "the price was not back yet",
  NOT_WATCHING: "it did not watch",
  ARMED: "armed on the last price",
  ARMED_AWAITING_BASELINE: "armed; there is no price yet, or only an old one, so that the next one is where it starts",
  ARMED_ALREADY_TRUE: "true already when armed; it waits until the price has moved back",
  ARMED_TO_FIRE_IF_TRUE: "true already when armed; it fires at the next price if it still is",
  PAUSED: "paused by its owner",
  DELETED: "deleted by its owner",
  JUDGING_FAILED: "it could not be judged and was set aside; the server's log says why",
};

function firedText({ alert, reason, sight, trigger }: ToldJudgement, standing: string): string {
  const stopped = reason === "FIRED_TOO_OFTEN" ? ", for the 15th time within three minutes: stopped" : "";
  if (trigger === null) return `${standing}: fired${stopped}`;
  const before = sight.previous === null ? "" : ` (the price before it ${formatPrice(sight.previous.close)})`;
  return `${formatPrice(trigger.price)} met ${formatPrice(trigger.level)}${heldText(alert)}${before}${stopped}`;
}

function runText({ alert, after, sight }: ToldJudgement): string {
  const forMs = forMsOf(alert.condition);
  const parts = [
    ...(forMs === 0 ? [] : [`for ${spanText(seenSince(sight, after))} of ${formatDuration(forMs)}`]),
    ...(alert.confirm === 1 ? [] : [`at ${after.confirmCount} of ${alert.confirm} prices`]),
  ];
  return parts.length === 0 ? "" : `, ${parts.join(" and ")}`;
}

function waitText(alert: Alert, after: AlertState): string {
  return after.name === "DISARMED"
    ? `; it arms ${backText(alert, after.edge)}`
    : "; it fires at the next one if it still is";
}

function returnText({ alert, before, sight }: ToldJudgement): string {
  return `close ${formatPrice(sight.quote.close)} is back, ${backText(alert, before.edge)}`;
}

/** What an alert that fired waits for. */
function waitingText({ alert, after, sight }: ToldJudgement): string {
  if (after.name === "DISARMED") return `it arms again ${backText(alert, after.edge)}`;
  if (isToTellBack(alert, after)) return `it is told when it is ${backText(alert, after.edge)}`;
  const sinceMs = after.remindSinceSeenMs ?? sight.seenMs;
  return `a reminder comes after ${spanText(Math.max(0, sinceMs + alert.remindEveryMs - sight.seenMs))} more of market time`;
}

function seenSince({ seenMs }: Sight, { sinceSeenMs }: AlertState): number {
  return sinceSeenMs === null ? 0 : Math.max(0, seenMs - sinceSeenMs);
}
