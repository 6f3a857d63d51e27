import type { handleServerStreamingCall } from "@grpc/grpc-js";
import { mailSettingsToProto } from "../../proto/convert/mail-settings.ts";
import type {
  ExportCurrentUserRequest,
  ExportCurrentUserResponse,
  Session,
  User,
  UserServiceServer,
} from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { Accounts, LoggedIn } from "../accounts.ts";
import { ALERTS_PER_USER } from "../alert-limit.ts";
import type { Sessions, SessionTokens } from "../sessions.ts";
import type { UserRecord } from "../user-record.ts";
import type { UserStore } from "../user-store.ts";
import { answer, statusOf } from "./answer.ts";
import { callerOf, sessionOf, userOf } from "./caller.ts";
import { userChangeFrom } from "./user-change.ts";
import { writeTo } from "./write.ts";

export interface UserServiceDeps {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly users: Pick<UserStore, "exportUser">;
  readonly clock: Clock;
  readonly log: Log;
}

/** UserService: everything that people do to their own accounts. */
export function userService({ accounts, sessions, users, clock, log }: UserServiceDeps): UserServiceServer {
  return {
    registerUser: answer(async (request, { seen }) => {
      const { email, expireTimeMs } = await accounts.register(request, seen);
      return { email, expireTime: new Date(expireTimeMs) };
    }, log),
    verifyUser: answer(async ({ code }, { seen }) => loggedInToProto(await accounts.verify(code, seen)), log),
    getCurrentUser: answer((_request, caller) => Promise.resolve(userToProto(userOf(caller))), log),
    updateCurrentUser: answer(async (request, caller) => {
      return userToProto(await accounts.update(sessionOf(caller), userChangeFrom(request, clock.now())));
    }, log),
    logIn: answer(async ({ email, password }, { seen }) => {
      return loggedInToProto(await accounts.logIn(email, password, seen));
    }, log),
    ...sessionCalls(sessions, log),
    changePassword: answer(async ({ currentPassword, newPassword }, caller) => {
      const words = { current: currentPassword, next: newPassword };
      return { endedSessionCount: await accounts.changePassword(sessionOf(caller), words, caller.seen) };
    }, log),
    requestPasswordReset: answer(async ({ email }, { seen }) => {
      return { expireTime: new Date((await accounts.requestReset(email, seen)).expireTimeMs) };
    }, log),
    resetPassword: answer(async ({ code, newPassword }, { seen }) => {
      return { email: (await accounts.resetPassword(code, newPassword, seen)).email };
    }, log),
    exportCurrentUser: exportCurrentUser(users, log),
    deleteCurrentUser: answer(async ({ password }, caller) => {
      await accounts.delete(sessionOf(caller), password, caller.seen);
      return {};
    }, log),
    claimOperator: answer(async ({ code }, caller) => {
      return userToProto(await accounts.claimOperator(sessionOf(caller), code, caller.seen));
    }, log),
  };
}

function sessionCalls(sessions: Sessions, log: Log): Pick<UserServiceServer, "refreshSession" | "logOut"> {
  return {
    refreshSession: answer(async ({ refreshToken }, { seen }) => {
      return { session: sessionToProto(await sessions.refresh(refreshToken, seen)) };
    }, log),
    logOut: answer(async ({ allSessions }, caller) => {
      const { record, sessionId } = sessionOf(caller);
      if (allSessions) await sessions.endAll(record.id, null);
      else await sessions.end(record.id, sessionId);
      return {};
    }, log),
  };
}

/** Everything that is kept of the user, as fast as the reader takes it. */
function exportCurrentUser(
  users: Pick<UserStore, "exportUser">,
  log: Log,
): handleServerStreamingCall<ExportCurrentUserRequest, ExportCurrentUserResponse> {
  return (call) => {
    const send = async () => {
      const { record } = sessionOf(callerOf(call.metadata));
      for await (const lines of users.exportUser(record.id)) {
        if (call.cancelled) return;
        await writeTo(call, { lines: [...lines] });
      }
    };
    send().then(
      () => call.end(),
      (error: unknown) => call.emit("error", statusOf(error, log)),
    );
  };
}

function loggedInToProto({ user, tokens }: LoggedIn): { user: User; session: Session } {
  return { user: userToProto(user), session: sessionToProto(tokens) };
}

function userToProto({ id, email, timeZone, isOperator, isAddressRefused, ...user }: UserRecord): User {
  const createTime = new Date(user.createTimeMs);
  const alertLimit = user.alertLimit ?? ALERTS_PER_USER;
  const mailSettings = mailSettingsToProto(user.mailSettings);
  return { id, email, createTime, timeZone, isOperator, alertLimit, mailSettings, isAddressRefused };
}

function sessionToProto(tokens: SessionTokens): Session {
  return {
    accessToken: tokens.accessToken,
    accessExpireTime: new Date(tokens.accessExpireTimeMs),
    refreshToken: tokens.refreshToken,
    refreshExpireTime: new Date(tokens.refreshExpireTimeMs),
  };
}
