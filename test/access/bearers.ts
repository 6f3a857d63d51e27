// Tokens that speak for somebody, and tokens that have.
import {
  AccessTokenServiceService as tokens,
  CreateAccessTokenRequest,
} from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import { AdminServiceService as admin } from "../../proto/gen/tickerbell/v1/admin_service.ts";
import { OperatorServiceService as operators } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { UserServiceService as users } from "../../proto/gen/tickerbell/v1/user_service.ts";
import { MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { SignedUp, TestServer } from "../support/test-server.ts";
import type { Bearer } from "./caller-kinds.ts";

/** An access token is over after so long. */
export const SESSION_LIFE_MS = 15 * MINUTE_MS;

type Tokens = readonly (readonly [Bearer, string])[];

/** A user becomes an operator. */
export async function makeOperator(server: TestServer, { token }: SignedUp): Promise<void> {
  const { code } = await server.ask(operators.createSetupCode, {}, { role: "operator" });
  await server.ask(users.claimOperator, { code }, { token });
}

/** A token for a script of a user; `expireTime` absent: in 90 days. */
export async function scriptOf(server: TestServer, { token }: SignedUp, expireTime?: Date): Promise<string> {
  const request = CreateAccessTokenRequest.fromPartial({ name: "script", expireTime });
  return (await server.ask(tokens.createAccessToken, request, { token })).secret;
}

/** Tokens that are over once the clock has gone on by `SESSION_LIFE_MS`. */
export async function shortBearers(server: TestServer, now: TimeMs): Promise<Tokens> {
  const person = await server.signUp();
  return [
    ["expired access token", person.token],
    ["expired script", await scriptOf(server, person, new Date(now + SESSION_LIFE_MS - MINUTE_MS))],
  ];
}

/** Tokens that are none, and tokens of people who are shut out. */
export async function shutOutBearers(server: TestServer, operator: SignedUp): Promise<Tokens> {
  const [suspended, gone, deleted, other] = [
    await server.signUp(),
    await server.signUp(),
    await server.signUp(),
    await server.signUp(),
  ];
  await server.ask(admin.suspendUser, { id: suspended.userId, note: "" }, { token: operator.token });
  await server.ask(users.logOut, { allSessions: false }, { token: gone.token });
  await server.ask(users.deleteCurrentUser, { password: deleted.password }, { token: deleted.token });
  return [
    ["garbage", "garbage"],
    ["suspended user", suspended.token],
    ["user who has logged out", gone.token],
    ["deleted user", deleted.token],
    ["refresh token", other.refreshToken],
    ["revoked script", await revokedScriptOf(server, other)],
  ];
}

async function revokedScriptOf(server: TestServer, { token }: SignedUp): Promise<string> {
  const request = CreateAccessTokenRequest.fromPartial({ name: "revoked" });
  const { accessToken, secret } = await server.ask(tokens.createAccessToken, request, { token });
  await server.ask(tokens.revokeAccessToken, { id: accessToken?.id ?? "" }, { token });
  return secret;
}
