import type { Role } from "../../domain/role.ts";
import { AccessTokenServiceService } from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AdminServiceService } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { AlertServiceService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { OperatorServiceService } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { SessionServiceService } from "../../proto/gen/tickerbell/v1/session_service.ts";
import { StatusServiceService } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { SymbolServiceService } from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";

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

const EVERYBODY: readonly Role[] = ["fetcher", "notifier", "gateway", "cli", "operator"];
const CLIENTS: readonly Role[] = ["gateway", "cli", "operator"];
const PEOPLE: readonly Role[] = ["cli", "operator"];

const users = UserServiceService;
const quotes = QuoteServiceService;
const symbols = SymbolServiceService;
const notices = NotificationServiceService;

/** The one table: which role may call which method, and which user it needs besides. What is not in it is refused. */
const rules = new Map<string, AccessRule>([
  ...allow(["fetcher"], "nobody", quotes.streamQuotes),
  ...allow(CLIENTS, "nobody", quotes.getQuote, quotes.listQuotes, quotes.listCandles, quotes.watchQuotes),
  ...allow(CLIENTS, "user", ...Object.values(AlertServiceService)),
  ...allow(CLIENTS, "user", notices.listNotifications, notices.getNotification),
  ...allow(["notifier"], "nobody", notices.deliver),
  ...allow(CLIENTS, "nobody", users.registerUser, users.verifyUser, users.logIn, users.refreshSession),
  ...allow(CLIENTS, "nobody", users.requestPasswordReset, users.resetPassword),
  ...allow(CLIENTS, "user", users.getCurrentUser),
  ...allow(CLIENTS, "session", users.logOut, users.updateCurrentUser, users.changePassword),
  ...allow(CLIENTS, "session", users.exportCurrentUser, users.deleteCurrentUser, users.claimOperator),
  ...allow(CLIENTS, "session", ...Object.values(SessionServiceService)),
  ...allow(CLIENTS, "session", ...Object.values(AccessTokenServiceService)),
  ...allow(CLIENTS, "operator", ...Object.values(AdminServiceService)),
  ...allow(["operator"], "nobody", ...Object.values(OperatorServiceService)),
  ...allow(CLIENTS, "nobody", symbols.listSymbols, symbols.searchSymbols),
  ...allow(["operator"], "nobody", symbols.addSymbols, symbols.removeSymbols),
  ...allow(CLIENTS, "nobody", StatusServiceService.getStatus),
  ...allow(EVERYBODY, "nobody", { path: "/grpc.health.v1.Health/Check" }, { path: "/grpc.health.v1.Health/Watch" }),
  ...allow(EVERYBODY, "nobody", { path: "/grpc.health.v1.Health/List" }),
  ...allow(PEOPLE, "nobody", { path: "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo" }),
  ...allow(PEOPLE, "nobody", { path: "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo" }),
]);

/** The rule for a method by its full path; undefined: nobody may call it. */
export function accessRule(path: string): AccessRule | undefined {
  return rules.get(path);
}

function allow(roles: readonly Role[], user: UserNeed, ...methods: { path: string }[]): [string, AccessRule][] {
  return methods.map(({ path }) => [path, { roles, user }]);
}
