import { SessionInfo, SessionServiceService as sessionService } from "../../proto/gen/tickerbell/v1/session_service.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { shortIds } from "../render/short-ids.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderShortTime } from "../render/time.ts";
import { IdFinder } from "./find-id.ts";

const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "LOGGED IN" },
  { title: "LAST USED" },
  { title: "FROM" },
  { title: "CLIENT", wraps: true, spare: true },
  { title: "ENDS" },
  { title: "" },
];

/** `bell sessions list` */
export async function listSessions({ api, output, context }: Call): Promise<void> {
  const { sessions } = await api.unary(sessionService.listSessions, {});
  output.show({ sessions: sessions.map((one) => jsonFromMessage(SessionInfo, one)) }, () => {
    const ids = shortIds(sessions.map(({ id }) => id));
    const now = context.clock.now();
    const rows = sessions.map((one, at) => [
      ids[at] ?? "",
      renderShortTime(one.createTime, now),
      renderShortTime(one.lastUseTime, now),
      one.lastAddress,
      one.client,
      renderShortTime(one.expireTime, now),
      one.isCurrent ? "this one" : "",
    ]);
    return renderTable(COLUMNS, rows, output.width);
  });
}

/** `bell sessions revoke` */
export async function revokeSession({ api, output }: Call, given: string): Promise<void> {
  const finder = new IdFinder("SESSION_NOT_FOUND", "./bell sessions list", async () => {
    const { sessions } = await api.unary(sessionService.listSessions, {});
    return { items: sessions, nextPageToken: "" };
  });
  const id = await finder.idFrom(given);
  await api.unary(sessionService.revokeSession, { id });
  output.show({ revoked: id }, () => `The log-in ${id} has ended.`);
}
