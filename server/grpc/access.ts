import type { Role } from "../../domain/role.ts";
import type { AccessTokenServiceService } from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import type { AdminServiceService } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import type { AlertServiceService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { NotificationServiceService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import type { OperatorServiceService } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import type { QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { SessionServiceService } from "../../proto/gen/tickerbell/v1/session_service.ts";
import type { StatusServiceService } from "../../proto/gen/tickerbell/v1/status_service.ts";
import type { SymbolServiceService } from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import type { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";

/**
 * The user that a call needs: `nobody`; `user`, signed in or by an access token; `session`, signed in, for what an access token that got
 * lost must not do; `operator`, signed in and an operator.
 */
export type UserNeed = "nobody" | "user" | "session" | "operator";

/** Who may make a call. */
export interface AccessRule {
  readonly roles: readonly Role[];
  readonly user: UserNeed;
}

/** Every service of the contract. A new one is added here; its methods are then missing in the table below until they have a rule. */
type Service =
  | AccessTokenServiceService
  | AdminServiceService
  | AlertServiceService
  | NotificationServiceService
  | OperatorServiceService
  | QuoteServiceService
  | SessionServiceService
  | StatusServiceService
  | SymbolServiceService
  | UserServiceService;

/** The paths of all methods of a service, or of several. */
type PathsOf<Definition> =
  Definition extends Record<string, { readonly path: infer Path extends string }> ? Path : never;

/** Every method that the server has, by its full path. */
type MethodPath =
  | PathsOf<Service>
  | `/grpc.health.v1.Health/${"Check" | "Watch" | "List"}`
  | `/grpc.reflection.${"v1" | "v1alpha"}.ServerReflection/ServerReflectionInfo`;

const EVERYBODY: readonly Role[] = ["fetcher", "notifier", "gateway", "cli", "operator"];
const CLIENTS: readonly Role[] = ["gateway", "cli", "operator"];

const anybody: AccessRule = { roles: EVERYBODY, user: "nobody" };
const people: AccessRule = { roles: ["cli", "operator"], user: "nobody" };
const client: AccessRule = { roles: CLIENTS, user: "nobody" };
const user: AccessRule = { roles: CLIENTS, user: "user" };
const session: AccessRule = { roles: CLIENTS, user: "session" };
const operatorUser: AccessRule = { roles: CLIENTS, user: "operator" };
const operator: AccessRule = { roles: ["operator"], user: "nobody" };
const fetcher: AccessRule = { roles: ["fetcher"], user: "nobody" };
const notifier: AccessRule = { roles: ["notifier"], user: "nobody" };

/**
 * The one table: which role may call which method, and which user it needs besides. What is not in it is refused; a method of the contract
 * that is not in it does not compile, so that nobody can forget to decide.
 */
const RULES: Readonly<Record<MethodPath, AccessRule>> = {
  "/tickerbell.v1.AccessTokenService/CreateAccessToken": session,
  "/tickerbell.v1.AccessTokenService/ListAccessTokens": session,
  "/tickerbell.v1.AccessTokenService/RevokeAccessToken": session,

  "/tickerbell.v1.AdminService/ListUsers": operatorUser,
  "/tickerbell.v1.AdminService/SuspendUser": operatorUser,
  "/tickerbell.v1.AdminService/ResumeUser": operatorUser,
  "/tickerbell.v1.AdminService/ForcePasswordReset": operatorUser,
  "/tickerbell.v1.AdminService/SetAlertLimit": operatorUser,
  "/tickerbell.v1.AdminService/SetOperator": operatorUser,
  "/tickerbell.v1.AdminService/ListFailedMails": operatorUser,
  "/tickerbell.v1.AdminService/ListAuditEntries": operatorUser,

  "/tickerbell.v1.AlertService/CreateAlert": user,
  "/tickerbell.v1.AlertService/GetAlert": user,
  "/tickerbell.v1.AlertService/ListAlerts": user,
  "/tickerbell.v1.AlertService/UpdateAlert": user,
  "/tickerbell.v1.AlertService/DeleteAlert": user,
  "/tickerbell.v1.AlertService/BatchDeleteAlerts": user,
  "/tickerbell.v1.AlertService/PauseAlert": user,
  "/tickerbell.v1.AlertService/ResumeAlert": user,
  "/tickerbell.v1.AlertService/PreviewAlert": user,
  "/tickerbell.v1.AlertService/ExplainAlert": user,
  "/tickerbell.v1.AlertService/WatchTriggers": user,

  "/tickerbell.v1.NotificationService/ListNotifications": user,
  "/tickerbell.v1.NotificationService/GetNotification": user,
  "/tickerbell.v1.NotificationService/GetNotificationMail": user,
  "/tickerbell.v1.NotificationService/ResendNotification": user,
  "/tickerbell.v1.NotificationService/SendTestMail": user,
  "/tickerbell.v1.NotificationService/Deliver": notifier,

  "/tickerbell.v1.OperatorService/BackUp": operator,
  "/tickerbell.v1.OperatorService/ListHeldSymbols": operator,
  "/tickerbell.v1.OperatorService/ReleaseSymbol": operator,
  "/tickerbell.v1.OperatorService/ImportQuotes": operator,
  "/tickerbell.v1.OperatorService/ExportQuotes": operator,
  "/tickerbell.v1.OperatorService/CreateSetupCode": operator,

  "/tickerbell.v1.QuoteService/StreamQuotes": fetcher,
  "/tickerbell.v1.QuoteService/GetQuote": client,
  "/tickerbell.v1.QuoteService/ListQuotes": client,
  "/tickerbell.v1.QuoteService/ListCandles": client,
  "/tickerbell.v1.QuoteService/WatchQuotes": client,

  "/tickerbell.v1.SessionService/ListSessions": session,
  "/tickerbell.v1.SessionService/RevokeSession": session,

  "/tickerbell.v1.StatusService/GetStatus": client,

  "/tickerbell.v1.SymbolService/ListSymbols": client,
  "/tickerbell.v1.SymbolService/SearchSymbols": client,
  "/tickerbell.v1.SymbolService/AddSymbols": operator,
  "/tickerbell.v1.SymbolService/RemoveSymbols": operator,

  "/tickerbell.v1.UserService/RegisterUser": client,
  "/tickerbell.v1.UserService/VerifyUser": client,
  "/tickerbell.v1.UserService/GetCurrentUser": user,
  "/tickerbell.v1.UserService/UpdateCurrentUser": session,
  "/tickerbell.v1.UserService/LogIn": client,
  "/tickerbell.v1.UserService/RefreshSession": client,
  "/tickerbell.v1.UserService/LogOut": session,
  "/tickerbell.v1.UserService/ChangePassword": session,
  "/tickerbell.v1.UserService/RequestPasswordReset": client,
  "/tickerbell.v1.UserService/ResetPassword": client,
  "/tickerbell.v1.UserService/ExportCurrentUser": session,
  "/tickerbell.v1.UserService/DeleteCurrentUser": session,
  "/tickerbell.v1.UserService/ClaimOperator": session,

  "/grpc.health.v1.Health/Check": anybody,
  "/grpc.health.v1.Health/Watch": anybody,
  "/grpc.health.v1.Health/List": anybody,
  "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo": people,
  "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": people,
};

const rules = new Map<string, AccessRule>(Object.entries(RULES));

/** The rule for a method by its full path; undefined: nobody may call it. */
export function accessRule(path: string): AccessRule | undefined {
  return rules.get(path);
}
