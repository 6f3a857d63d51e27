import {
  AccessTokenServiceService as tokens,
  CreateAccessTokenRequest,
} from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import {
  AdminServiceService as admin,
  ListAuditEntriesRequest,
  ListUsersRequest,
} from "../../proto/gen/tickerbell/v1/admin_service.ts";
import {
  AlertServiceService as alerts,
  ExplainAlertRequest,
  PreviewAlertRequest,
} from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { SessionServiceService as sessions } from "../../proto/gen/tickerbell/v1/session_service.ts";
import { sound, type SoundRequest } from "./generated-inputs.ts";

/** A sound request for what is asked of sessions, access tokens, other people's accounts, the audit and an alert's past.. */
export function soundOfPeople(id: string): readonly SoundRequest[] {
  const nobody = `${id}0`;
  const [startTime, endTime] = [new Date(1e12), new Date(2e12)];
  return [
    sound(sessions.listSessions, {}),
    sound(sessions.revokeSession, { id: nobody }),
    sound(tokens.listAccessTokens, {}),
    sound(tokens.createAccessToken, CreateAccessTokenRequest.fromPartial({ name: "script" })),
    sound(tokens.createAccessToken, CreateAccessTokenRequest.fromPartial({ name: "s", expireTime: new Date(4e12) })),
    sound(tokens.revokeAccessToken, { id: nobody }),
    sound(admin.listUsers, ListUsersRequest.fromPartial({ pageSize: 2, emailPart: "caller" })),
    sound(admin.suspendUser, { id: nobody, note: "asked for it" }),
    sound(admin.resumeUser, { id: nobody }),
    sound(admin.forcePasswordReset, { id: nobody }),
    sound(admin.setAlertLimit, { id: nobody, alertLimit: 100 }),
    sound(admin.setOperator, { id: nobody, isOperator: true }),
    sound(
      admin.listAuditEntries,
      ListAuditEntriesRequest.fromPartial({ pageSize: 2, userId: id, action: "log_in", last: { seconds: 60 } }),
    ),
    sound(alerts.explainAlert, ExplainAlertRequest.fromPartial({ id, atTime: startTime, limit: 5 })),
    sound(alerts.previewAlert, PreviewAlertRequest.fromPartial({ text: "AAPL above 200", startTime, endTime })),
  ];
}
