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
import type { FailedMailPlace, FailedMailRecord, NotificationStore } from "../notification-store.ts";
import { detailOfReason } from "./notification-message.ts";
import { foreignToken, pageSize, placeFromToken, placeToken } from "./paging.ts";

const PAGE = { usual: 100, most: 1_000 };

/** AdminService.ListFailedMails. */
export async function listFailedMails(
  notifications: Pick<NotificationStore, "listFailedMails">,
  request: ListFailedMailsRequest,
): Promise<ListFailedMailsResponse> {
  const problems = new FieldProblems();
  const state = problems.read("state", null, () => stateFrom(request.state));
  const before = problems.read("page_token", null, () => placeFrom(request.pageToken, state));
  const limit = problems.read("page_size", PAGE.usual, () => pageSize(request.pageSize, PAGE));
  problems.check();
  const page = await notifications.listFailedMails({ state, before, limit });
  return { mails: page.rows.map(failedMailToProto), nextPageToken: placeToken(textOf(page.next), state) };
}

function textOf(place: FailedMailPlace | null): string | null {
  return place === null ? null : `${place.endTimeMs}.${place.row}`;
}

/** The place in a token; null for the first page. */
function placeFrom(token: string, state: NotificationState | null): FailedMailPlace | null {
  const place = placeFromToken(token, state);
  if (place === null) return null;
  const [, endTimeMs, row] = /^(\d{1,16})\.(\d{1,16})$/.exec(place) ?? [];
  if (endTimeMs === undefined) throw foreignToken();
  return { endTimeMs: Number(endTimeMs), row: Number(row) };
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
