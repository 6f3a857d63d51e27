import { FieldProblems } from "../../domain/field-problems.ts";
import { NOTIFICATION_STATES, type NotificationState } from "../../domain/notification.ts";
import type { Notification } from "../../proto/gen/tickerbell/v1/notification.ts";
import type {
  ListNotificationsRequest,
  ListNotificationsResponse,
  NotificationServiceServer,
} from "../../proto/gen/tickerbell/v1/notification_service.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { DeliveryAttempt, NotificationStore, NotificationView } from "../notification-store.ts";
import { answer } from "./answer.ts";
import { userOf } from "./caller.ts";
import { deliver, type DeliverDeps } from "./deliver.ts";
import { deliveryToProto } from "./delivery-message.ts";
import { parseFilter } from "./filter.ts";
import { idFrom } from "./id.ts";
import { attemptToProto, notificationToProto } from "./notification-message.ts";
import { pageFrom, pageToken } from "./paging.ts";

const PAGE = { usual: 50, most: 1_000 };

/** NotificationService: users read theirs, notifiers take what is due. */
export function notificationService(
  notifications: NotificationStore,
  log: Log,
  deps: DeliverDeps,
): NotificationServiceServer {
  return {
    getNotification: answer(async ({ id }, caller) => {
      const user = userOf(caller);
      const view = await notifications.getNotification(user.id, idFrom(id));
      return withAttempts(view, await notifications.listAttempts(user.id, view.id), deps);
    }, log),
    getNotificationMail: answer(async ({ id }, caller) => {
      return deliveryToProto(await notifications.getMail(userOf(caller).id, idFrom(id)), false);
    }, log),
    resendNotification: answer(async ({ id }, caller) => {
      const user = userOf(caller);
      const view = await notifications.resend(user.id, idFrom(id));
      deps.dispatcher.wake();
      return withAttempts(view, await notifications.listAttempts(user.id, view.id), deps);
    }, log),
    sendTestMail: answer(async (_request, caller) => {
      const view = await notifications.queueTestMail(userOf(caller).id);
      deps.dispatcher.wake();
      return notificationToProto(view, deps.mailServer.isTaking);
    }, log),
    listNotifications: answer((request, caller) => listPage(notifications, userOf(caller).id, request, deps), log),
    deliver: deliver(deps),
  };
}

async function listPage(
  notifications: NotificationStore,
  userId: string,
  request: ListNotificationsRequest,
  { mailServer }: DeliverDeps,
): Promise<ListNotificationsResponse> {
  const problems = new FieldProblems();
  const keys = { symbol: null, state: NOTIFICATION_STATES };
  const { symbol, state } = problems.read("filter", {}, () => parseFilter(request.filter, keys));
  const query = {
    userId,
    symbol: symbol?.toUpperCase() ?? null,
    state: (state ?? null) as NotificationState | null,
    ...pageFrom(problems, request, PAGE, userId),
  };
  problems.check();
  const page = await notifications.listNotifications(query);
  return {
    notifications: page.rows.map((view) => notificationToProto(view, mailServer.isTaking)),
    nextPageToken: pageToken(page.next, userId, request.filter),
  };
}

function withAttempts(
  view: NotificationView,
  attempts: readonly DeliveryAttempt[],
  { mailServer }: DeliverDeps,
): Notification {
  return { ...notificationToProto(view, mailServer.isTaking), attempts: attempts.map(attemptToProto) };
}
