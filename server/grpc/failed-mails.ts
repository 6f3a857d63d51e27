// The operators' view of mails that failed: whose, where to and why, never what they say.
import { maskEmail, maskEmails } from "../../domain/audit.ts";
import { AppError } from "../../domain/error.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import { NOTIFICATION_STATES, type NotificationState } from "../../domain/notification.ts";
import { isResendable } from "../../domain/notifying/resend.ts";
import { stateToProto } from "../../proto/convert/notification.ts";
import * as messages from "../../proto/gen/tickerbell/v1/notification.ts";
import type {
  FailedMail,
  ListFailedMailsRequest,
  ListFailedMailsResponse,
} from "../../proto/gen/tickerbell/v1/admin_service.ts";
import type { FailedMailRecord, NotificationStore } from "../notification-store.ts";
import { detailOfReason } from "./notification-message.ts";
import { pageSize, pageToken, positionFromToken } from "./paging.ts";

const PAGE = { usual: 100, most: 1_000 };

/** AdminService.ListFailedMails. */
export async function listFailedMails(
  notifications: Pick<NotificationStore, "listFailedMails">,
  request: ListFailedMailsRequest,
): Promise<ListFailedMailsResponse> {
  const problems = new FieldProblems();
  const state = problems.read("state", null, () => stateFrom(request.state));
  const before = problems.read("page_token", null, () => positionFromToken(request.pageToken, state));
  const limit = problems.read("page_size", PAGE.usual, () => pageSize(request.pageSize, PAGE));
  problems.check();
  const page = await notifications.listFailedMails({ state, before, limit });
  return { mails: page.rows.map(failedMailToProto), nextPageToken: pageToken(page.next, state) };
}

function stateFrom(wanted: messages.NotificationState): NotificationState | null {
  if (wanted === messages.NotificationState.UNSPECIFIED) return null;
  const state = NOTIFICATION_STATES.find((one) => stateToProto(one) === wanted);
  if (state !== undefined && isResendable(state)) return state;
  throw AppError.invalidField("state", "FIELD_INVALID", "must be DEAD, UNKNOWN or EXPIRED");
}

function failedMailToProto(mail: FailedMailRecord): FailedMail {
  const { notificationId, userId, toAddress, state, reason, reply, endTimeMs } = mail;
  return {
    notificationId,
    userId: userId ?? "",
    maskedAddress: maskEmail(toAddress),
    state: stateToProto(state),
    detail: detailOfReason(reason),
    reply: maskEmails(reply),
    endTime: new Date(endTimeMs),
  };
}
