import type { DeliveryReason } from "../../domain/notification.ts";
import { holdReasonToProto, operatorNoticeToProto, stateToProto } from "../../proto/convert/notification.ts";
import type { DeliveryAttempt as AttemptMessage, Notification } from "../../proto/gen/tickerbell/v1/notification.ts";
import type { DeliveryAttempt, NotificationView } from "../notification-store.ts";
import { triggerToProto } from "./delivery-message.ts";

/** What each reason tells the user; empty where the state says it all. */
const DETAILS: Readonly<Record<DeliveryReason, string>> = {
  TRIGGERED: "",
  LEASED: "a notifier has it",
  TAKEN: "handed to your mail server",
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
  RESENT: "you asked for another attempt",
  NO_LINES_LEFT: "every alert in it was deleted",
};

/** A notification for the wire; its attempts are added where they are asked for. */
export function notificationToProto(view: NotificationView, isMailServerTaking: boolean): Notification {
  const isWaiting = view.state === "WAITING" || view.state === "UNSURE";
  const hold =
    view.hold ?? (isWaiting && !isMailServerTaking ? ({ reason: "MAIL_SERVER", untilMs: null } as const) : null);
  return {
    id: view.id,
    symbol: view.symbol,
    state: stateToProto(view.state),
    detail: detailOf(view),
    heldUntilTime: timeOf(hold?.untilMs ?? null),
    createTime: new Date(view.createTimeMs),
    endTime: timeOf(view.endTimeMs),
    attemptCount: view.attemptCount,
    messageId: view.messageId ?? "",
    triggers: view.triggers.map(triggerToProto),
    holdReason: holdReasonToProto(hold?.reason ?? null),
    attempts: [],
    operatorNotices: view.operatorNotices.map(operatorNoticeToProto),
    isUrgent: view.isUrgent,
  };
}

/** An attempt for the wire. */
export function attemptToProto({ beginTimeMs, endTimeMs, reason, reply }: DeliveryAttempt): AttemptMessage {
  const detail = reason === null ? "" : detailOfReason(reason);
  return { beginTime: new Date(beginTimeMs), endTime: timeOf(endTimeMs), detail, reply };
}

/** What a reason tells the user; empty where the state says it all. */
export function detailOfReason(reason: DeliveryReason): string {
  return DETAILS[reason];
}

function detailOf({ reason, reply, hold }: NotificationView): string {
  if (hold?.reason === "ADDRESS_REFUSED") {
    return "your address was refused three times in a row; prove it anew: ./bell register EMAIL";
  }
  return [detailOfReason(reason), reply].filter((part) => part !== "").join(": ");
}

function timeOf(timeMs: number | null): Date | undefined {
  return timeMs === null ? undefined : new Date(timeMs);
}
