import type { Trigger } from "../../proto/gen/tickerbell/v1/alert.ts";
import { NotificationState, type Notification } from "../../proto/gen/tickerbell/v1/notification.ts";
import { enumName } from "../render/enum-name.ts";
import { renderFields, renderTable, type Column } from "../render/table.ts";
import { shortIds } from "../render/short-ids.ts";
import { renderTime } from "../render/time.ts";
import { isSimulated, priceText } from "./quote-text.ts";

const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "SYMBOL" },
  { title: "" },
  { title: "STATE" },
  { title: "CREATED" },
  { title: "WHAT", shrinks: true },
  { title: "DETAIL", shrinks: true },
];

const TRIGGER_COLUMNS: readonly Column[] = [
  { title: "FIRED" },
  { title: "PRICE", align: "right" },
  { title: "" },
  { title: "ALERT", shrinks: true },
  { title: "NOTE", shrinks: true },
  { title: "ALERT ID" },
];

/** Notifications as a table, or a word when there are none. */
export function notificationTable(notifications: readonly Notification[], width: number | null): string {
  if (notifications.length === 0) return "No notifications here. One comes when an alert fires: ./bell alerts list";
  const ids = shortIds(notifications.map(({ id }) => id));
  const rows = notifications.map((notification, at) => [
    ids[at] ?? notification.id,
    notification.symbol,
    notification.triggers.some(isMadeUp) ? "SIMULATED" : "",
    enumName(NotificationState, notification.state),
    renderTime(notification.createTime),
    whatText(notification.triggers),
    [heldText(notification), notification.detail].filter((part) => part !== "").join("; "),
  ]);
  return renderTable(COLUMNS, rows, width);
}

/** Everything about one notification. */
export function notificationDetails(notification: Notification, width: number | null): string {
  const fields = renderFields([
    ["id", notification.id],
    ["symbol", notification.symbol],
    [
      "state",
      [enumName(NotificationState, notification.state), heldText(notification)]
        .filter((part) => part !== "")
        .join(", "),
    ],
    ["detail", notification.detail === "" ? "-" : notification.detail],
    ["created", renderTime(notification.createTime)],
    ["ended", renderTime(notification.endTime)],
    ["attempts", String(notification.attemptCount)],
    ["message id", notification.messageId === "" ? "-" : notification.messageId],
  ]);
  return `${fields}\n\n${triggerTable(notification.triggers, width)}`;
}

function triggerTable(triggers: readonly Trigger[], width: number | null): string {
  const rows = triggers.map((trigger) => [
    renderTime(trigger.fireTime),
    priceText(trigger.price),
    isMadeUp(trigger) ? "SIMULATED" : "",
    trigger.sentence,
    trigger.note,
    trigger.alertId,
  ]);
  return renderTable(TRIGGER_COLUMNS, rows, width);
}

function whatText(triggers: readonly Trigger[]): string {
  const [first] = triggers;
  if (first === undefined) return "-";
  const rest = triggers.length === 1 ? "" : ` and ${triggers.length - 1} more`;
  return `${first.sentence}${rest}`;
}

function isMadeUp(trigger: Trigger): boolean {
  return isSimulated(trigger.quote);
}

/** Held back is something to be seen, not a silence. */
function heldText({ heldUntilTime }: Notification): string {
  return heldUntilTime === undefined ? "" : `held until ${renderTime(heldUntilTime)}`;
}
