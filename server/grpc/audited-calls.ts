// Which calls are written to the audit, under which name, and what they were done to. Reading one's own things is in no audit; looking at
// other people's is.
import type { AuditAction } from "../../domain/audit.ts";
import { maskEmail } from "../../domain/audit.ts";
import { AccessTokenServiceService as tokens } from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AdminServiceService as admin } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { AlertServiceService as alerts } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceService as notifications } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { OperatorServiceService as operators } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { SessionServiceService as sessions } from "../../proto/gen/tickerbell/v1/session_service.ts";
import { SymbolServiceService as symbols } from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import { UserServiceService as users, type User } from "../../proto/gen/tickerbell/v1/user_service.ts";

/** What an entry says besides who called. */
export interface Said {
  readonly object?: string;
  readonly detail?: string;
  /** Who did it, of a call that makes somebody known. */
  readonly actor?: User | undefined;
}

/** A call that is written down. */
export interface AuditedCall {
  /** Null: only that it was refused is written. */
  readonly action: AuditAction | null;
  /** What it is called when it was refused; null: only the access check's refusals are written. */
  readonly refused: AuditAction | null;
  /** Of a call that was refused, and of one whose answer is a stream, there is no response. */
  readonly say: (request: unknown, response: unknown) => Said;
}

/** A method of the contract, by the types of what goes in and out. */
interface Method<Request, Response> {
  readonly path: string;
  readonly requestDeserialize: (bytes: Buffer) => Request;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

type Say<Request, Response> = (request: Request, response: Response | undefined) => Said;

const byId = ({ id }: { id: string }): Said => ({ object: id });
const byEmail = ({ email }: { email: string }): Said => ({ detail: maskEmail(email) });

const audited = new Map<string, AuditedCall>([
  entry(users.registerUser, "user_register", byEmail, "call_failed"),
  entry(users.verifyUser, "user_verify", (_code, made) => ({ actor: made?.user }), "call_failed"),
  entry(users.logIn, "log_in", ({ email }, made) => ({ ...byEmail({ email }), actor: made?.user }), "log_in_failed"),
  entry(users.refreshSession, null, () => ({}), "session_refresh_failed"), // each log-in does it four times an hour
  entry(users.logOut, "log_out", ({ allSessions }) => ({ detail: allSessions ? "every session" : "" })),
  entry(users.updateCurrentUser, "user_update"),
  entry(users.changePassword, "password_change", () => ({}), "call_failed"),
  entry(users.requestPasswordReset, "password_reset_request", byEmail, "call_failed"),
  entry(users.resetPassword, "password_reset", (_code, made) => byEmail({ email: made?.email ?? "" }), "call_failed"),
  entry(users.exportCurrentUser, "user_export"),
  entry(users.deleteCurrentUser, "user_delete", () => ({}), "call_failed"),
  entry(users.claimOperator, "operator_claim", () => ({}), "call_failed"),
  entry(sessions.revokeSession, "session_revoke", byId),
  entry(tokens.createAccessToken, "access_token_create", (_wish, made) => ({ object: made?.accessToken?.id ?? "" })),
  entry(tokens.revokeAccessToken, "access_token_revoke", byId),
  entry(alerts.createAlert, "alert_create", (_wish, made) => ({ object: made?.id ?? "" })),
  entry(alerts.updateAlert, "alert_update", ({ alert }) => ({ object: alert?.id ?? "" })),
  entry(alerts.deleteAlert, "alert_delete", byId),
  entry(alerts.batchDeleteAlerts, "alert_delete", ({ ids }) => ({
    object: ids[0] ?? "",
    detail: `${ids.length} alerts`,
  })),
  entry(alerts.pauseAlert, "alert_pause", byId),
  entry(alerts.resumeAlert, "alert_resume", byId),
  entry(notifications.resendNotification, "notification_resend", byId),
  entry(notifications.sendTestMail, "test_mail_send"),
  entry(admin.listUsers, "users_list"),
  entry(admin.suspendUser, "user_suspend", ({ id, note }) => ({ object: id, detail: note })),
  entry(admin.resumeUser, "user_resume", byId),
  entry(admin.forcePasswordReset, "password_reset_force", byId),
  entry(admin.setAlertLimit, "alert_limit_set", ({ id, alertLimit }) => ({ object: id, detail: `${alertLimit}` })),
  entry(admin.setOperator, "operator_set", ({ id, isOperator }) => ({
    object: id,
    detail: isOperator ? "is one" : "is none",
  })),
  entry(admin.listFailedMails, "failed_mails_list"),
  entry(admin.listAuditEntries, "audit_list"),
  entry(operators.createSetupCode, "setup_code_create"),
  entry(operators.releaseSymbol, "symbol_release", ({ symbol }) => ({ object: symbol })),
  entry(operators.backUp, "backup"),
  entry(operators.importQuotes, "quotes_import"),
  entry(operators.exportQuotes, "quotes_export"),
  entry(symbols.addSymbols, "symbol_add", ({ symbols: added }) => ({
    object: added[0] ?? "",
    detail: added.join(" "),
  })),
  entry(symbols.removeSymbols, "symbol_remove", ({ symbols: gone }) => ({
    object: gone[0] ?? "",
    detail: gone.join(" "),
  })),
]);

/** How a call is written down; undefined: not at all. */
export function auditedCall(path: string): AuditedCall | undefined {
  return audited.get(path);
}

function entry<Request, Response>(
  { path }: Method<Request, Response>,
  action: AuditAction | null,
  say: Say<Request, Response> = () => ({}),
  refused: AuditAction | null = null,
): [string, AuditedCall] {
  return [path, { action, refused, say: say as AuditedCall["say"] }];
}
