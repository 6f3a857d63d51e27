import type { TimeMs } from "../../domain/time.ts";
import type { Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import {
  NotificationState,
  OperatorNoticeKind,
  type Notification,
  type OperatorNotice,
} from "../../proto/gen/tickerbell/v1/notification.ts";
import { enumName } from "../render/enum-name.ts";
import { renderTable, type Column } from "../render/table.ts";
import { shortIds } from "../render/short-ids.ts";
import { renderShortTime, renderTime } from "../render/time.ts";
import { wrapFields } from "../render/wrapped-fields.ts";
import { namedSentence } from "./alert-words.ts";
import { attemptTable } from "./attempt-text.ts";
import { holdReasonText, standingText } from "./hold-text.ts";
import { priceText } from "./price-text.ts";
import { isSimulated } from "./quote-text.ts";
import { isFire, kindText } from "./trigger-text.ts";

const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "CREATED", wraps: true },
  { title: "WHAT", wraps: true },
  { title: "STATE", wraps: true },
];

const TRIGGER_COLUMNS: readonly Column[] = [
  { title: "ALERT ID" },
  { title: "WHEN", wraps: true },
  { title: "PRICE", align: "right" },
  { title: "ALERT", wraps: true },
  { title: "NOTE", wraps: true },
];

const NOTICE_COLUMNS: readonly Column[] = [
  { title: "WHEN", wraps: true },
  { title: "NOTICE", wraps: true },
  { title: "DETAIL", wraps: true },
];

/** What a state means to whoever waits for the mail; WAITING says it by what holds it. */
const MEANINGS: ReadonlyMap<NotificationState, string> = new Map([
  [NotificationState.SENDING, "a notifier has it"],
  [NotificationState.UNSURE, "the mail server may have taken it; the same mail is sent again"],
  [NotificationState.SENT, "handed to your mail server; whether it reached an inbox, nobody here knows"],
  [NotificationState.DEAD, "refused for good; another attempt: ./bell notifications resend ID"],
  [
    NotificationState.UNKNOWN,
    "the mail server may have taken it, and it is not sent again by itself; if it did not come: ./bell notifications resend ID",
  ],
  [NotificationState.EXPIRED, "it could not be sent within a day; another attempt: ./bell notifications resend ID"],
  [NotificationState.CANCELLED, "every alert in it was deleted before it went"],
]);

/** Notifications as a table whose times are short as of `now`. */
export function notificationTable(notifications: readonly Notification[], width: number | null, now: TimeMs): string {
  const ids = shortIds(notifications.map(({ id }) => id));
  const rows = notifications.map((notification, at) => [
    ids[at] ?? notification.id,
    renderShortTime(notification.createTime, now),
    `${notification.isUrgent ? "URGENT: " : ""}${whatText(notification)}`,
    words(
      standingText(notification, (time) => renderShortTime(time, now)),
      togetherText(notification, notifications),
      notification.detail,
    ),
  ]);
  return renderTable(COLUMNS, rows, width);
}

/** What the details of one are told with. */
export interface DetailsView {
  readonly width: number | null;
  readonly now: TimeMs;
  /** Those among which the others of its mail are looked for. */
  readonly others?: readonly Notification[];
}

/** Everything about one notification; the times of its tables of what fired are short as of `now`. */
export function notificationDetails(notification: Notification, { width, now, others = [] }: DetailsView): string {
  const { id, symbol, state, detail, triggers, operatorNotices, attempts } = notification;
  const meaning = MEANINGS.get(state)?.replace("ID", shortIds([id]).join(""));
  const reason = holdReasonText(notification);
  const fields: [string, string][] = [
    ["id", id],
    [symbol === "" ? "about" : "symbol", aboutText(notification)],
    ["state", standingText(notification, renderTime)],
    ...(meaning === undefined ? [] : [["", meaning] as [string, string]]),
    ...(reason === "" ? [] : [["held by", reason] as [string, string]]),
    ["detail", detail === "" ? "-" : detail],
    ...(notification.isUrgent ? [["urgent", "passes quiet hours, a snooze and a digest"] as [string, string]] : []),
    ["created", renderTime(notification.createTime)],
    ["ended", renderTime(notification.endTime)],
    ["attempts", String(notification.attemptCount)],
    ["message id", notification.messageId === "" ? "-" : notification.messageId],
    ...togetherFields(notification, others),
  ];
  const tables = [
    triggers.length === 0 ? "" : triggerTable(triggers, width, now),
    operatorNotices.length === 0 ? "" : noticeTable(operatorNotices, width, now),
    attempts.length === 0 ? "" : attemptTable(attempts, width, now),
  ];
  return [wrapFields(fields, width), ...tables].filter((part) => part !== "").join("\n\n");
}

/** What becomes of one that is to be sent again. */
export function resentText(notification: Notification, now: TimeMs): string {
  const standing = standingText(notification, (time) => renderShortTime(time, now));
  const reason = holdReasonText(notification);
  const when = reason === "" ? "It goes at once, as a new mail." : `${standing}: ${reason}.`;
  return `It waits again. ${when}\nWhat becomes of it: ./bell notifications get ${shortIds([notification.id]).join("")}`;
}

function aboutText({ symbol, operatorNotices }: Notification): string {
  if (symbol !== "") return symbol;
  return operatorNotices.length > 0 ? "the system: you are an operator" : "no symbol: a test, or your account";
}

function triggerTable(triggers: readonly Trigger[], width: number | null, now: TimeMs): string {
  const ids = shortIds(triggers.map(({ alertId }) => alertId));
  const rows = triggers.map((trigger, at) => [
    ids[at] ?? trigger.alertId,
    renderShortTime(trigger.fireTime, now),
    priceText(trigger.price),
    `${toldText(trigger)}${simulatedText([trigger])}`,
    trigger.note,
  ]);
  return renderTable(TRIGGER_COLUMNS, rows, width);
}

function noticeTable(notices: readonly OperatorNotice[], width: number | null, now: TimeMs): string {
  const rows = notices.map(({ time, kind, detail }) => [renderShortTime(time, now), noticeText(kind), detail]);
  return renderTable(NOTICE_COLUMNS, rows, width);
}

/** `FEED STALE` */
function noticeText(kind: OperatorNoticeKind): string {
  return enumName(OperatorNoticeKind, kind).replaceAll("_", " ");
}

function whatText({ symbol, triggers, operatorNotices }: Notification): string {
  const [notice] = operatorNotices;
  if (notice !== undefined) {
    return `${noticeText(notice.kind)}: ${notice.detail}${restText(operatorNotices)}`;
  }
  const [first] = triggers;
  if (first === undefined) return symbol;
  return `${toldText(first)}${restText(triggers)}${simulatedText(triggers)}`;
}

function restText({ length }: readonly unknown[]): string {
  return length === 1 ? "" : ` and ${length - 1} more`;
}

/** The others that went in the same mail, a digest. */
function togetherWith({ id, messageId }: Notification, others: readonly Notification[]): readonly Notification[] {
  if (messageId === "") return [];
  return others.filter((other) => other.messageId === messageId && other.id !== id);
}

function togetherText(notification: Notification, others: readonly Notification[]): string {
  const symbols = togetherWith(notification, others).map(({ symbol }) => symbol);
  return symbols.length === 0 ? "" : `in one mail with ${symbols.join(", ")}`;
}

function togetherFields(notification: Notification, others: readonly Notification[]): [string, string][] {
  const together = togetherWith(notification, others);
  const ids = shortIds(together.map(({ id }) => id));
  return together.map(({ symbol }, at) => [at === 0 ? "one mail with" : "", `${ids[at] ?? ""} ${symbol}`]);
}

/** The sentence of what fired; of a notice with what became of it. */
function toldText(trigger: Trigger): string {
  return `${isFire(trigger) ? "" : `${kindText(trigger)}: `}${namedSentence(trigger)}`;
}

function simulatedText(triggers: readonly Trigger[]): string {
  return triggers.some(({ quote }) => isSimulated(quote)) ? " (SIMULATED)" : "";
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(", ");
}
