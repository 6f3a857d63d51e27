import { AppError } from "../../domain/error.ts";
import type { AccessToken, AccessTokenServiceServer } from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { AccessTokenView } from "../access-token-store.ts";
import type { AccessTokens } from "../access-tokens.ts";
import { answer } from "./answer.ts";
import { sessionOf } from "./caller.ts";
import { idFrom } from "./id.ts";
import { timeFrom } from "./time-from.ts";

/** AccessTokenService: the tokens that a user makes for scripts. */
export function accessTokenService(accessTokens: AccessTokens, log: Log): AccessTokenServiceServer {
  return {
    createAccessToken: answer(async ({ name, expireTime }, caller) => {
      const { record, sessionId } = sessionOf(caller);
      const session = { userId: record.id, sessionId };
      const { view, secret } = await accessTokens.create(session, name, () => timeFrom(expireTime, "expire_time"));
      return { accessToken: tokenToProto(view), secret };
    }, log),
    listAccessTokens: answer(async (_request, caller) => {
      const tokens = await accessTokens.list(sessionOf(caller).record.id);
      return { accessTokens: tokens.map(tokenToProto) };
    }, log),
    revokeAccessToken: answer(async (request, caller) => {
      const id = idFrom(request.id);
      if (await accessTokens.revoke(sessionOf(caller).record.id, id)) return {};
      throw new AppError("NOT_FOUND", "ACCESS_TOKEN_NOT_FOUND", `you have no access token ${id}`, {
        hint: "AccessTokenService.ListAccessTokens tells those that you have.",
      });
    }, log),
  };
}

function tokenToProto(token: AccessTokenView): AccessToken {
  const { id, name, createTimeMs, expireTimeMs, lastUseTimeMs, lastAddress } = token;
  return {
    id,
    name,
    createTime: new Date(createTimeMs),
    expireTime: new Date(expireTimeMs),
    lastUseTime: lastUseTimeMs === null ? undefined : new Date(lastUseTimeMs),
    lastAddress,
  };
}
