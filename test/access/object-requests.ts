// For every method that is about one object of a user: a request about it. Whoever sends it with another user's id must hear what is said
// of an id that never was.
import { AccessTokenServiceService as tokens } from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import {
  AlertServiceService as alerts,
  ExplainAlertRequest,
  PauseAlertRequest,
  UpdateAlertRequest,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceService as notifications } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { SessionServiceService as sessions } from "../../proto/gen/tickerbell/v1/session_service.ts";
import type { OwnedThings } from "./owned-things.ts";

/** A request about an object. */
export interface ObjectRequest {
  /** What it is about. */
  readonly thing: Exclude<keyof OwnedThings, "scriptToken">;
  /** Its bytes, for an object's id. */
  readonly bytesFor: (id: string) => Buffer;
}

function about<Request>(
  thing: ObjectRequest["thing"],
  method: { readonly requestSerialize: (request: Request) => Buffer },
  request: (id: string) => Request,
): ObjectRequest {
  return { thing, bytesFor: (id) => Buffer.from(method.requestSerialize(request(id))) };
}

/** By the method's name; a test finds those that are missing. */
export const OBJECT_REQUESTS: Readonly<Record<string, ObjectRequest>> = {
  "AccessTokenService/RevokeAccessToken": about("accessToken", tokens.revokeAccessToken, (id) => ({ id })),
  "AlertService/GetAlert": about("alert", alerts.getAlert, (id) => ({ id })),
  "AlertService/UpdateAlert": about("alert", alerts.updateAlert, (id) =>
    UpdateAlertRequest.fromPartial({ alert: { id, note: "mine now" }, updateMask: ["note"] }),
  ),
  "AlertService/DeleteAlert": about("alert", alerts.deleteAlert, (id) => ({ id, etag: "" })),
  "AlertService/BatchDeleteAlerts": about("alert", alerts.batchDeleteAlerts, (id) => ({ ids: [id] })),
  "AlertService/PauseAlert": about("alert", alerts.pauseAlert, (id) => PauseAlertRequest.fromPartial({ id })),
  "AlertService/ResumeAlert": about("alert", alerts.resumeAlert, (id) => ({ id })),
  "AlertService/ExplainAlert": about("alert", alerts.explainAlert, (id) => ExplainAlertRequest.fromPartial({ id })),
  "NotificationService/GetNotification": about("notification", notifications.getNotification, (id) => ({ id })),
  "NotificationService/GetNotificationMail": about("notification", notifications.getNotificationMail, (id) => ({ id })),
  "NotificationService/ResendNotification": about("notification", notifications.resendNotification, (id) => ({ id })),
  "SessionService/RevokeSession": about("session", sessions.revokeSession, (id) => ({ id })),
};
