import { AppError } from "../../domain/error.ts";
import type { SessionInfo, SessionServiceServer } from "../../proto/gen/tickerbell/v1/session_service.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { SessionView } from "../session-store.ts";
import type { Sessions } from "../sessions.ts";
import { answer } from "./answer.ts";
import { sessionOf } from "./caller.ts";
import { idFrom } from "./id.ts";

/** SessionService: where a user is logged in. */
export function sessionService(sessions: Sessions, log: Log): SessionServiceServer {
  return {
    listSessions: answer(async (_request, caller) => {
      const { record, sessionId } = sessionOf(caller);
      return { sessions: (await sessions.list(record.id)).map((session) => sessionToProto(session, sessionId)) };
    }, log),
    revokeSession: answer(async (request, caller) => {
      const id = idFrom(request.id);
      if (await sessions.end(sessionOf(caller).record.id, id)) return {};
      throw new AppError("NOT_FOUND", "SESSION_NOT_FOUND", `you have no session ${id}`, {
        hint: "SessionService.ListSessions tells those that you have.",
      });
    }, log),
  };
}

function sessionToProto(session: SessionView, currentId: string): SessionInfo {
  const { id, createTimeMs, lastUseTimeMs, lastSeen, expireTimeMs } = session;
  return {
    id,
    createTime: new Date(createTimeMs),
    lastUseTime: new Date(lastUseTimeMs),
    lastAddress: lastSeen.address,
    client: lastSeen.client,
    expireTime: new Date(expireTimeMs),
    isCurrent: id === currentId,
  };
}
