import type { TimeMs } from "../../domain/time.ts";
import type { Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { NotificationState, type Notification } from "../../proto/gen/tickerbell/v1/notification.ts";
import { enumName } from "../render/enum-name.ts";
import { renderFields, renderTable, type Column } from "../render/table.ts";
import { shortIds } from "../render/short-ids.ts";
import { renderShortTime, renderTime } from "../render/time.ts";
import { namedSentence } from "./alert-words.ts";
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

/** Notifications as a table whose times are short as of `now`, or a word when there are none. */
export function notificationTable(notifications: readonly Notification[], width: number | null, now: TimeMs): string {
  if (notifications.length === 0) return "No notifications here. One comes when an alert fires: ./bell alerts list";
  const ids = shortIds(notifications.map(({ id }) => id));
  const rows = notifications.map((notification, at) => [
    ids[at] ?? notification.id,
    renderShortTime(notification.createTime, now),
    whatText(notification),
    stateText(
      notification,
      heldUntil(notification, (time) => renderShortTime(time, now)),
      notification.detail,
    ),
  ]);
  return renderTable(COLUMNS, rows, width);
}

/** Everything about one notification; the times of its table are short as of `now`. */
export function notificationDetails(notification: Notification, width: number | null, now: TimeMs): string {
  const fields = renderFields([
    ["id", notification.id],
    ["symbol", notification.symbol],
    ["state", stateText(notification, heldUntil(notification, renderTime))],
    ["detail", notification.detail === "" ? "-" : notification.detail],
    ["created", renderTime(notification.createTime)],
    ["ended", renderTime(notification.endTime)],
    ["attempts", String(notification.attemptCount)],
    ["message id", notification.messageId === "" ? "-" : notification.messageId],
  ]);
  return `${fields}\n\n${triggerTable(notification.triggers, width, now)}`;
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

function whatText({ symbol, triggers }: Notification): string {
  const [first] = triggers;
  if (first === undefined) return symbol;
  const rest = triggers.length === 1 ? "" : ` and ${triggers.length - 1} more`;
  return `${toldText(first)}${rest}${simulatedText(triggers)}`;
}

/** The sentence of what fired; of a notice with what became of it. */
function toldText(trigger: Trigger): string {
  return `${isFire(trigger) ? "" : `${kindText(trigger)}: `}${namedSentence(trigger)}`;
}

function simulatedText(triggers: readonly Trigger[]): string {
  return triggers.some(({ quote }) => isSimulated(quote)) ? " (SIMULATED)" : "";
}

/** The state and whatever there is to say of it. */
function stateText({ state }: Notification, ...words: readonly string[]): string {
  return [enumName(NotificationState, state), ...words].filter((part) => part !== "").join(", ");
}

/** Held back is something to be seen, not a silence. */
function heldUntil({ heldUntilTime }: Notification, render: (time: Date) => string): string {
  return heldUntilTime === undefined ? "" : `held until ${render(heldUntilTime)}`;
}
