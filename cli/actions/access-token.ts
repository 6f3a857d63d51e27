import {
  AccessToken,
  AccessTokenServiceService as tokenService,
} from "../../proto/gen/tickerbell/v1/access_token_service.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { shortIds } from "../render/short-ids.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderShortTime, renderTime } from "../render/time.ts";
import { IdFinder } from "./find-id.ts";
import { parseComing } from "./parse-time.ts";

/** What `bell tokens create` takes. */
export interface CreateTokenOptions {
  readonly expires?: string;
}

const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "NAME", wraps: true },
  { title: "MADE" },
  { title: "ENDS" },
  { title: "LAST USED" },
  { title: "FROM", spare: true },
];

/** `bell tokens create` */
export async function createToken(
  { api, output, context }: Call,
  name: string,
  options: CreateTokenOptions,
): Promise<void> {
  const { expires } = options;
  const expireTime = expires === undefined ? undefined : parseComing("--expires", expires, context.clock.now(), "end");
  const { accessToken, secret } = await api.unary(tokenService.createAccessToken, { name, expireTime });
  const token = accessToken === undefined ? null : jsonFromMessage(AccessToken, accessToken);
  output.show({ accessToken: token, secret }, () => secret);
  output.note(
    `It is not shown again, and counts until ${renderTime(accessToken?.expireTime)}. Keep it in a file of mode 0600 and name that in ` +
      "BELL_ACCESS_TOKEN_FILE.",
  );
}

/** `bell tokens list` */
export async function listTokens({ api, output, context }: Call): Promise<void> {
  const { accessTokens } = await api.unary(tokenService.listAccessTokens, {});
  output.show({ accessTokens: accessTokens.map((one) => jsonFromMessage(AccessToken, one)) }, () => {
    if (accessTokens.length === 0) return "You have no access tokens: ./bell tokens create NAME";
    const ids = shortIds(accessTokens.map(({ id }) => id));
    const now = context.clock.now();
    const rows = accessTokens.map((one, at) => [
      ids[at] ?? "",
      one.name,
      renderShortTime(one.createTime, now),
      renderShortTime(one.expireTime, now),
      renderShortTime(one.lastUseTime, now),
      one.lastAddress,
    ]);
    return renderTable(COLUMNS, rows, output.width);
  });
}

/** `bell tokens revoke` */
export async function revokeToken({ api, output }: Call, given: string): Promise<void> {
  const finder = new IdFinder("ACCESS_TOKEN_NOT_FOUND", "./bell tokens list", async () => {
    const { accessTokens } = await api.unary(tokenService.listAccessTokens, {});
    return { items: accessTokens, nextPageToken: "" };
  });
  const id = await finder.idFrom(given);
  await api.unary(tokenService.revokeAccessToken, { id });
  output.show({ revoked: id }, () => `The access token ${id} counts for nothing any more.`);
}
