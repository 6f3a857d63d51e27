import { Notification, NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import { NotificationServiceService as notificationService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import type { Call } from "../call.ts";
import { enumName } from "../render/enum-name.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { filterFrom, stateOption, symbolOption } from "./filter.ts";
import { IdFinder } from "./find-id.ts";
import { notificationDetails, notificationTable, resentText } from "./notification-text.ts";
import { readPages } from "./pages.ts";

export interface NotificationListOptions {
  readonly symbol?: string;
  readonly state?: string;
  readonly all?: boolean;
}

/** What `bell notifications get` takes. */
export interface NotificationGetOptions {
  /** True: to the screen. */
  readonly eml?: string | true;
}

const PAGE_SIZE = 50;
const LARGE_PAGE_SIZE = 1_000;

/** `bell notifications list` */
export async function listNotifications(
  { api, output, context }: Call,
  options: NotificationListOptions,
): Promise<void> {
  const state = stateOption(isHeld(options.state) ? "waiting" : options.state, NotificationState);
  const filter = filterFrom({ symbol: symbolOption(options.symbol), state });
  const all = options.all === true;
  const { items, more } = await readPages(all, async (pageToken) => {
    const request = { filter, pageSize: all ? LARGE_PAGE_SIZE : PAGE_SIZE, pageToken };
    const page = await api.unary(notificationService.listNotifications, request);
    return { items: page.notifications, nextPageToken: page.nextPageToken };
  });
  const notifications = items.map((item) => jsonFromMessage(Notification, item));
  output.show({ notifications, more }, () =>
    items.length === 0 ? noneText(options) : notificationTable(items, output.width, context.clock.now()),
  );
  if (more) output.note("There are more: ./bell notifications list --all");
}

/** HELD is how the list tells a WAITING one that something holds back. */
function isHeld(state: string | undefined): boolean {
  return state?.toLowerCase() === "held";
}

function noneText({ symbol, state }: NotificationListOptions): string {
  if (symbol === undefined && state === undefined) {
    return "No notifications yet. One comes when an alert fires: ./bell alerts list";
  }
  const about = symbol === undefined ? "" : ` about ${symbol.toUpperCase()}`;
  const standing = state === undefined ? "" : ` that is ${state.toUpperCase()}`;
  return `You have no notification${about}${standing}. All of them: ./bell notifications list`;
}

/** `bell notifications get`; with `eml` its mail, to the screen or to a new file. */
export async function getNotification(call: Call, given: string, { eml }: NotificationGetOptions): Promise<void> {
  const { api, output, context } = call;
  const id = await finderFor(call).idFrom(given);
  if (eml !== undefined) {
    const { showMail } = await import("./notification-eml.ts");
    await showMail(call, id, eml === true ? null : eml);
    return;
  }
  const notification = await api.unary(notificationService.getNotification, { id });
  const others = output.json ? [] : await othersOf(call, notification);
  output.show(jsonFromMessage(Notification, notification), () =>
    notificationDetails(notification, { width: output.width, now: context.clock.now(), others }),
  );
}

/** `bell notifications resend` */
export async function resendNotification(call: Call, given: string): Promise<void> {
  const { api, output, context } = call;
  const id = await finderFor(call).idFrom(given);
  const notification = await api.unary(notificationService.resendNotification, { id });
  output.show(jsonFromMessage(Notification, notification), () => resentText(notification, context.clock.now()));
}

function finderFor({ api }: Call): IdFinder {
  return new IdFinder("NOTIFICATION_NOT_FOUND", "./bell notifications list", async (pageToken) => {
    const request = { filter: "", pageSize: LARGE_PAGE_SIZE, pageToken };
    const page = await api.unary(notificationService.listNotifications, request);
    return { items: page.notifications, nextPageToken: page.nextPageToken };
  });
}

/** Where the others of its mail are, if it was mailed together with others: they stand alike, and not far from it. */
async function othersOf({ api }: Call, { messageId, state, symbol }: Notification): Promise<readonly Notification[]> {
  if (messageId === "" || symbol === "") return [];
  const filter = filterFrom({ state: enumName(NotificationState, state) });
  const request = { filter, pageSize: LARGE_PAGE_SIZE, pageToken: "" };
  return (await api.unary(notificationService.listNotifications, request)).notifications;
}
