import { Notification, NotificationState } from "../../proto/gen/tickerbell/v1/notification.ts";
import { NotificationServiceService as notificationService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { filterFrom, stateOption, symbolOption } from "./filter.ts";
import { IdFinder } from "./find-id.ts";
import { notificationDetails, notificationTable } from "./notification-text.ts";
import { readPages } from "./pages.ts";

export interface NotificationListOptions {
  readonly symbol?: string;
  readonly state?: string;
  readonly all?: boolean;
}

const PAGE_SIZE = 50;
const LARGE_PAGE_SIZE = 1_000;

/** `bell notifications list` */
export async function listNotifications(
  { api, output, context }: Call,
  options: NotificationListOptions,
): Promise<void> {
  const state = stateOption(options.state, NotificationState);
  const filter = filterFrom({ symbol: symbolOption(options.symbol), state });
  const all = options.all === true;
  const { items, more } = await readPages(all, async (pageToken) => {
    const request = { filter, pageSize: all ? LARGE_PAGE_SIZE : PAGE_SIZE, pageToken };
    const page = await api.unary(notificationService.listNotifications, request);
    return { items: page.notifications, nextPageToken: page.nextPageToken };
  });
  const notifications = items.map((item) => jsonFromMessage(Notification, item));
  output.show({ notifications, more }, () => notificationTable(items, output.width, context.clock.now()));
  if (more) output.note("There are more: ./bell notifications list --all");
}

/** `bell notifications get` */
export async function getNotification({ api, output, context }: Call, given: string): Promise<void> {
  const finder = new IdFinder("NOTIFICATION_NOT_FOUND", "./bell notifications list", async (pageToken) => {
    const request = { filter: "", pageSize: LARGE_PAGE_SIZE, pageToken };
    const page = await api.unary(notificationService.listNotifications, request);
    return { items: page.notifications, nextPageToken: page.nextPageToken };
  });
  const id = await finder.idFrom(given);
  const notification = await api.unary(notificationService.getNotification, { id });
  output.show(jsonFromMessage(Notification, notification), () =>
    notificationDetails(notification, output.width, context.clock.now()),
  );
}
