import type { Role } from "../../domain/role.ts";
import { AlertServiceService } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import { NotificationServiceService } from "../../proto/gen/tickerbell/v1/notification_service.ts";
import { OperatorServiceService } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { QuoteServiceService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { StatusServiceService } from "../../proto/gen/tickerbell/v1/status_service.ts";
import { SymbolServiceService } from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";

/** Who may make a call. */
export interface AccessRule {
  readonly roles: readonly Role[];
  /** Whether it also needs a signed-in user. */
  readonly user: boolean;
}

const EVERYBODY: readonly Role[] = ["fetcher", "notifier", "gateway", "cli", "operator"];
const CLIENTS: readonly Role[] = ["gateway", "cli", "operator"];

/** The one table: which role may call which method, and which methods need a signed-in user. What is not in it is refused. */
const rules = new Map<string, AccessRule>([
  ...allow(["fetcher"], false, QuoteServiceService.streamQuotes),
  ...allow(CLIENTS, false, QuoteServiceService.getQuote, QuoteServiceService.listQuotes),
  ...allow(CLIENTS, false, QuoteServiceService.listCandles, QuoteServiceService.watchQuotes),
  ...allow(CLIENTS, true, ...Object.values(AlertServiceService)),
  ...allow(CLIENTS, true, NotificationServiceService.listNotifications, NotificationServiceService.getNotification),
  ...allow(["notifier"], false, NotificationServiceService.deliver),
  ...allow(CLIENTS, false, UserServiceService.registerUser, UserServiceService.verifyUser),
  ...allow(CLIENTS, false, UserServiceService.logIn, UserServiceService.refreshSession),
  ...allow(CLIENTS, true, UserServiceService.logOut, UserServiceService.getCurrentUser),
  ...allow(["operator"], false, ...Object.values(OperatorServiceService)),
  ...allow(CLIENTS, false, SymbolServiceService.listSymbols, SymbolServiceService.searchSymbols),
  ...allow(["operator"], false, SymbolServiceService.addSymbols, SymbolServiceService.removeSymbols),
  ...allow(CLIENTS, false, StatusServiceService.getStatus),
  ...allow(EVERYBODY, false, { path: "/grpc.health.v1.Health/Check" }, { path: "/grpc.health.v1.Health/Watch" }),
  ...allow(EVERYBODY, false, { path: "/grpc.health.v1.Health/List" }),
  ...allow(["cli", "operator"], false, { path: "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo" }),
  ...allow(["cli", "operator"], false, { path: "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo" }),
]);

/** The rule for a method by its full path; undefined: nobody may call it. */
export function accessRule(path: string): AccessRule | undefined {
  return rules.get(path);
}

function allow(roles: readonly Role[], user: boolean, ...methods: { path: string }[]): [string, AccessRule][] {
  return methods.map(({ path }) => [path, { roles, user }]);
}
