// Who may call what, written by hand and apart from the server's own table, so that a slip there is seen here. Beside it stands what an
// empty request comes to for whoever is let in, and what a request about another user's object does.
import type { Role } from "../../domain/role.ts";

/** Which certificates a method takes, and which user it needs besides. */
type Gate =
  | "anybody" // every role of a client
  | "person" // bell's two certificates
  | "client" // whoever brings people's calls
  | "user" // the same, with a user
  | "session" // the same, with a user who has logged in
  | "admin" // the same, with an operator who has logged in
  | "operator"
  | "fetcher"
  | "notifier";

/** What a gate asks of a caller. */
interface Right {
  readonly roles: readonly Role[];
  readonly user: "nobody" | "user" | "session" | "operator";
}

const CLIENTS: readonly Role[] = ["gateway", "cli", "operator"];

const RIGHTS: Readonly<Record<Gate, Right>> = {
  anybody: { roles: ["fetcher", "notifier", ...CLIENTS], user: "nobody" },
  person: { roles: ["cli", "operator"], user: "nobody" },
  client: { roles: CLIENTS, user: "nobody" },
  user: { roles: CLIENTS, user: "user" },
  session: { roles: CLIENTS, user: "session" },
  admin: { roles: CLIENTS, user: "operator" },
  operator: { roles: ["operator"], user: "nobody" },
  fetcher: { roles: ["fetcher"], user: "nobody" },
  notifier: { roles: ["notifier"], user: "nobody" },
};

/** `OK`; `OPEN`, of a stream that begins; or code and reason. */
export type Verdict = string;

interface Policy {
  readonly gate: Gate;
  /** What an empty request comes to. */
  readonly empty: Verdict;
  /** What a request about another user's object comes to; absent where a request is about no object. */
  readonly foreign?: Verdict;
  /** Whether the caller is told that it is in before its first message is read. */
  readonly isOpenAtOnce?: boolean;
}

const required = "INVALID_ARGUMENT FIELD_REQUIRED";
const invalid = "INVALID_ARGUMENT FIELD_INVALID";
const badSymbol = "INVALID_ARGUMENT SYMBOL_FORMAT";
const badCode = "INVALID_ARGUMENT CODE_WRONG";
const badAddress = "INVALID_ARGUMENT EMAIL_FORMAT";
const noAlert = "NOT_FOUND ALERT_NOT_FOUND";
const noNotification = "NOT_FOUND NOTIFICATION_NOT_FOUND";
const noSession = "NOT_FOUND SESSION_NOT_FOUND";
const noToken = "NOT_FOUND ACCESS_TOKEN_NOT_FOUND";

/** One line for each method there is; a test holds it against the contract. */
export const POLICY: Readonly<Record<string, Policy>> = {
  "AccessTokenService/CreateAccessToken": { gate: "session", empty: required },
  "AccessTokenService/ListAccessTokens": { gate: "session", empty: "OK" },
  "AccessTokenService/RevokeAccessToken": { gate: "session", empty: required, foreign: noToken },

  "AdminService/ListUsers": { gate: "admin", empty: "OK" },
  "AdminService/SuspendUser": { gate: "admin", empty: required },
  "AdminService/ResumeUser": { gate: "admin", empty: required },
  "AdminService/ForcePasswordReset": { gate: "admin", empty: required },
  "AdminService/SetAlertLimit": { gate: "admin", empty: required },
  "AdminService/SetOperator": { gate: "admin", empty: required },
  "AdminService/ListFailedMails": { gate: "admin", empty: "OK" },
  "AdminService/ListAuditEntries": { gate: "admin", empty: "OK" },

  "AlertService/CreateAlert": { gate: "user", empty: required },
  "AlertService/GetAlert": { gate: "user", empty: required, foreign: noAlert },
  "AlertService/ListAlerts": { gate: "user", empty: "OK" },
  "AlertService/UpdateAlert": { gate: "user", empty: required, foreign: noAlert },
  "AlertService/DeleteAlert": { gate: "user", empty: required, foreign: noAlert },
  "AlertService/BatchDeleteAlerts": { gate: "user", empty: invalid, foreign: noAlert },
  "AlertService/PauseAlert": { gate: "user", empty: required, foreign: noAlert },
  "AlertService/ResumeAlert": { gate: "user", empty: required, foreign: noAlert },
  "AlertService/PreviewAlert": { gate: "user", empty: required },
  "AlertService/ExplainAlert": { gate: "user", empty: required, foreign: noAlert },
  "AlertService/WatchTriggers": { gate: "user", empty: "OPEN" },

  "NotificationService/ListNotifications": { gate: "user", empty: "OK" },
  "NotificationService/GetNotification": { gate: "user", empty: required, foreign: noNotification },
  "NotificationService/GetNotificationMail": { gate: "user", empty: required, foreign: noNotification },
  "NotificationService/ResendNotification": { gate: "user", empty: required, foreign: noNotification },
  "NotificationService/SendTestMail": { gate: "user", empty: "OK" },
  "NotificationService/Deliver": { gate: "notifier", empty: "OPEN", isOpenAtOnce: true },

  "OperatorService/BackUp": { gate: "operator", empty: "OPEN" },
  "OperatorService/ListHeldSymbols": { gate: "operator", empty: "OK" },
  "OperatorService/ReleaseSymbol": { gate: "operator", empty: badSymbol },
  "OperatorService/ImportQuotes": { gate: "operator", empty: invalid },
  "OperatorService/ExportQuotes": { gate: "operator", empty: "OPEN" },
  "OperatorService/CreateSetupCode": { gate: "operator", empty: "OK" },

  "QuoteService/StreamQuotes": { gate: "fetcher", empty: "OPEN", isOpenAtOnce: true },
  "QuoteService/GetQuote": { gate: "client", empty: badSymbol },
  "QuoteService/ListQuotes": { gate: "client", empty: "OK" },
  "QuoteService/ListCandles": { gate: "client", empty: badSymbol },
  "QuoteService/WatchQuotes": { gate: "client", empty: "OPEN" },

  "SessionService/ListSessions": { gate: "session", empty: "OK" },
  "SessionService/RevokeSession": { gate: "session", empty: required, foreign: noSession },

  "StatusService/GetStatus": { gate: "client", empty: "OK" },

  "SymbolService/ListSymbols": { gate: "client", empty: "OK" },
  "SymbolService/SearchSymbols": { gate: "client", empty: required },
  "SymbolService/AddSymbols": { gate: "operator", empty: required },
  "SymbolService/RemoveSymbols": { gate: "operator", empty: required },

  "UserService/RegisterUser": { gate: "client", empty: badAddress },
  "UserService/VerifyUser": { gate: "client", empty: badCode },
  "UserService/GetCurrentUser": { gate: "user", empty: "OK" },
  "UserService/UpdateCurrentUser": { gate: "session", empty: "INVALID_ARGUMENT UPDATE_MASK" },
  "UserService/LogIn": { gate: "client", empty: "UNAUTHENTICATED LOGIN_FAILED" },
  "UserService/RefreshSession": { gate: "client", empty: "UNAUTHENTICATED SESSION_ENDED" },
  "UserService/LogOut": { gate: "session", empty: "OK" },
  "UserService/ChangePassword": { gate: "session", empty: "INVALID_ARGUMENT PASSWORD_WEAK" },
  "UserService/RequestPasswordReset": { gate: "client", empty: badAddress },
  "UserService/ResetPassword": { gate: "client", empty: badCode },
  "UserService/ExportCurrentUser": { gate: "session", empty: "OPEN" },
  "UserService/DeleteCurrentUser": { gate: "session", empty: "PERMISSION_DENIED PASSWORD_WRONG" },
  "UserService/ClaimOperator": { gate: "session", empty: badCode },

  "Health/Check": { gate: "anybody", empty: "OK" },
  "Health/Watch": { gate: "anybody", empty: "OPEN" },
  "Health/List": { gate: "anybody", empty: "OK" },
  "v1.ServerReflection/ServerReflectionInfo": { gate: "person", empty: "OPEN" },
  "v1alpha.ServerReflection/ServerReflectionInfo": { gate: "person", empty: "OPEN" },
};

/** What is decided for a method. Throws when nothing is. */
export function policyOf(method: string): Policy {
  const policy = POLICY[method];
  if (policy === undefined) throw new Error(`nobody has written down who may call ${method}`);
  return policy;
}

/** What a method asks of its caller. Throws when nothing is decided. */
export function rightOf(method: string): Right {
  return RIGHTS[policyOf(method).gate];
}

/** What a caller proves, as far as the policy is concerned. */
export interface Proofs {
  /** The certificate's role; or what everything comes to that is asked with such a certificate. */
  readonly certificate: Role | { readonly refusal: Verdict };
  /** Who the bearer is; or what everything comes to that needs a user. */
  readonly bearer: "user" | "script" | "operator" | "operator's script" | { readonly refusal: Verdict };
}

/** What stops a caller before the request is looked at; null: nothing does. First the certificate, then its role, the user, the user's rights. */
export function refusalFor(method: string, { certificate, bearer }: Proofs): Verdict | null {
  const { roles, user } = rightOf(method);
  if (typeof certificate !== "string") return certificate.refusal;
  if (!roles.includes(certificate)) return "PERMISSION_DENIED ROLE_NOT_ALLOWED";
  if (user === "nobody") return null;
  if (typeof bearer !== "string") return bearer.refusal;
  if (user === "user") return null;
  if (bearer === "script" || bearer === "operator's script") return "PERMISSION_DENIED SESSION_REQUIRED";
  return user === "operator" && bearer !== "operator" ? "PERMISSION_DENIED OPERATOR_REQUIRED" : null;
}
