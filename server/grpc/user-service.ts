import type { UserServiceServer } from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { Session, User } from "../../proto/gen/tickerbell/v1/user_service.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { Accounts, LoggedIn } from "../accounts.ts";
import type { Sessions, SessionTokens } from "../sessions.ts";
import type { UserRecord, UserStore } from "../user-store.ts";
import { answer } from "./answer.ts";
import { userOf } from "./caller.ts";

/** UserService: register, verify, log in, refresh, log out, who am I. */
export function userService(accounts: Accounts, sessions: Sessions, users: UserStore, log: Log): UserServiceServer {
  return {
    registerUser: answer(async ({ email, password }) => {
      const registered = await accounts.register(email, password);
      return { email: registered.email, expireTime: new Date(registered.expireTimeMs) };
    }, log),
    verifyUser: answer(async ({ code }) => loggedInToProto(await accounts.verify(code)), log),
    logIn: answer(async ({ email, password }) => loggedInToProto(await accounts.logIn(email, password)), log),
    refreshSession: answer(
      async ({ refreshToken }) => ({ session: sessionToProto(await sessions.refresh(refreshToken)) }),
      log,
    ),
    logOut: answer(async (_request, caller) => {
      if (caller.user !== null) await users.endSession(caller.user.sessionId);
      return {};
    }, log),
    getCurrentUser: answer((_request, caller) => Promise.resolve(userToProto(userOf(caller))), log),
  };
}

function loggedInToProto({ user, tokens }: LoggedIn): { user: User; session: Session } {
  return { user: userToProto(user), session: sessionToProto(tokens) };
}

function userToProto({ id, email, createTimeMs }: UserRecord): User {
  return { id, email, createTime: new Date(createTimeMs) };
}

function sessionToProto(tokens: SessionTokens): Session {
  return {
    accessToken: tokens.accessToken,
    accessExpireTime: new Date(tokens.accessExpireTimeMs),
    refreshToken: tokens.refreshToken,
    refreshExpireTime: new Date(tokens.refreshExpireTimeMs),
  };
}
