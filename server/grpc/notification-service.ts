import { FieldProblems } from "../../domain/field-problems.ts";
import { NOTIFICATION_STATES, type DeliveryReason, type NotificationState } from "../../domain/notification.ts";
import { stateToProto } from "../../proto/convert/notification.ts";
import type { Notification } from "../../proto/gen/tickerbell/v1/notification.ts";
import type {
  ListNotificationsRequest,
  ListNotificationsResponse,
  NotificationServiceServer,
} from "../../proto/gen/tickerbell/v1/notification_service.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { NotificationStore, NotificationView } from "../store.ts";
import { answer } from "./answer.ts";
import { userOf } from "./caller.ts";
import { deliver, type DeliverDeps } from "./deliver.ts";
import { triggerToProto } from "./delivery-message.ts";
import { parseFilter } from "./filter.ts";
import { idFrom } from "./id.ts";
import { pageFrom, pageToken } from "./paging.ts";

const PAGE = { usual: 50, most: 1_000 };

/** What each reason tells the user; empty where the state says it all. */
const DETAILS: Readonly<Record<DeliveryReason, string>> = {
  TRIGGERED: "",
  LEASED: "a notifier has it",
  TAKEN: "the mail server took it",
  NOT_TAKEN: "the mail server did not take it this time; it is tried again",
  CONNECTION_BROKE: "the connection to the mail server broke while it was being handed over",
  STREAM_BROKE: "the notifier went away while it had it",
  LEASE_RAN_OUT: "the notifier that had it did not report in time",
  REBOOTED: "the machine restarted while it was being sent",
  REPEATS_USED_UP: "nobody knows whether it was taken, and it was repeated as often as it may be",
  HOLDING: "it may have been taken, so it is not sent again",
  REFUSED_ADDRESS: "the mail server refuses the address",
  REFUSED_CONTENT: "the mail server refuses the content",
  SERVER_TROUBLE: "the mail server is away or refuses every mail; it is tried again",
  TOO_LATE: "it could not be sent within a day of being due",
  NO_LINES_LEFT: "every alert in it was deleted",
};

/** NotificationService: users read theirs, notifiers take what is due. */
export function notificationService(
  notifications: NotificationStore,
  log: Log,
  deps: DeliverDeps,
): NotificationServiceServer {
  return {
    getNotification: answer(async ({ id }, caller) => {
      return notificationToProto(await notifications.getNotification(userOf(caller).id, idFrom(id)));
    }, log),
    listNotifications: answer((request, caller) => listPage(notifications, userOf(caller).id, request), log),
    deliver: deliver(deps),
  };
}

async function listPage(
  notifications: NotificationStore,
  userId: string,
  request: ListNotificationsRequest,
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
    notifications: page.rows.map(notificationToProto),
    nextPageToken: pageToken(page.next, userId, request.filter),
  };
}

function detailOf(view: NotificationView): string {
  if (view.endTimeMs === null && view.isSuspended) {
    return "your address was refused three times in a row; prove it anew: ./bell register EMAIL";
  }
  return [DETAILS[view.reason], view.reply].filter((part) => part !== "").join(": ");
}

function notificationToProto(view: NotificationView): Notification {
  const detail = detailOf(view);
  return {
    id: view.id,
    symbol: view.symbol,
    state: stateToProto(view.state),
    detail,
    heldUntilTime: view.heldUntilMs === null ? undefined : new Date(view.heldUntilMs),
    createTime: new Date(view.createTimeMs),
    endTime: view.endTimeMs === null ? undefined : new Date(view.endTimeMs),
    attemptCount: view.attemptCount,
    messageId: view.messageId ?? "",
    triggers: view.triggers.map(triggerToProto),
  };
}
