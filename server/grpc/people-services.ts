import type { Server } from "@grpc/grpc-js";
import { AccessTokenServiceService } from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AdminServiceService } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { SessionServiceService } from "../../proto/gen/tickerbell/v1/session_service.ts";
import { UserServiceService } from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { AccountThrottle, type ThrottleRules } from "../account-throttle.ts";
import { Accounts } from "../accounts.ts";
import type { Dispatcher } from "../dispatcher.ts";
import { Passwords } from "../passwords.ts";
import type { Store } from "../store.ts";
import { accessTokenService } from "./access-token-service.ts";
import { adminService } from "./admin-service.ts";
import type { Identity } from "./identity.ts";
import { sessionService } from "./session-service.ts";
import { userService } from "./user-service.ts";

export interface PeopleDeps {
  readonly store: Pick<Store, "users" | "throttles" | "admin" | "audit" | "notifications">;
  readonly identity: Identity;
  /** Mails codes and notices. */
  readonly dispatcher: Dispatcher;
  readonly throttles: ThrottleRules;
  readonly clock: Clock;
  readonly log: Log;
}

/** Adds the services that are about people: their accounts, log-ins and access tokens, and what operators do with them. */
export function peopleServices(deps: PeopleDeps): (server: Server) => void {
  const { store, identity, dispatcher, throttles, clock, log } = deps;
  const { users, admin, audit, notifications } = store;
  const { sessions, accessTokens, openCalls } = identity;
  const throttle = new AccountThrottle(store.throttles, users, throttles);
  const accounts = new Accounts({ users, passwords: new Passwords(), throttle, sessions, dispatcher, clock });
  const wake = () => dispatcher.wake();
  sessions.onEnd(wake); // of a theft its victim is told at once
  const onShutOut = () => openCalls.reviewSoon();
  const services = {
    users: userService({ accounts, sessions, users, clock, log }),
    sessions: sessionService(sessions, log),
    accessTokens: accessTokenService(accessTokens, log),
    admin: adminService({ admin, audit, notifications, wake, onShutOut, clock, log }),
  };
  return (server: Server): void => {
    server.addService(UserServiceService, services.users);
    server.addService(SessionServiceService, services.sessions);
    server.addService(AccessTokenServiceService, services.accessTokens);
    server.addService(AdminServiceService, services.admin);
  };
}
