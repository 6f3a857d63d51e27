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
  { title: "STATE" },
  { title: "FIRED" },
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
  if (notifications.length === 0) return "No notifications here: none of your alerts has fired.";
  const ids = shortIds(notifications.map(({ id }) => id));
  const rows = notifications.map((notification, at) => [
    ids[at] ?? notification.id,
    notification.symbol,
    stateText(notification),
    String(notification.triggers.length),
    renderTime(notification.createTime),
    whatText(notification.triggers),
    notification.detail,
  ]);
  return renderTable(COLUMNS, rows, width);
}

/** Everything about one notification. */
export function notificationDetails(notification: Notification, width: number | null): string {
  const fields = renderFields([
    ["id", notification.id],
    ["symbol", notification.symbol],
    ["state", stateText(notification)],
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
    simulationMark(trigger),
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
  return [`${first.sentence}${rest}`, simulationMark(first)].filter((part) => part !== "").join(" ");
}

function simulationMark(trigger: Trigger): string {
  return isSimulated(trigger.quote) ? "SIMULATED" : "";
}

/** Held back is something to be seen, not a silence. */
function stateText({ state, heldUntilTime }: Notification): string {
  const name = enumName(NotificationState, state);
  return heldUntilTime === undefined ? name : `${name}, held until ${renderTime(heldUntilTime)}`;
}
