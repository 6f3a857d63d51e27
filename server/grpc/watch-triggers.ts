import { Metadata, type handleServerStreamingCall, type ServerWritableStream } from "@grpc/grpc-js";
import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import type { WatchTriggersRequest, WatchTriggersResponse } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { UserStore } from "../user-store.ts";
import { MOST_TRIGGERS_BEHIND, type TriggerFeed } from "../trigger-feed.ts";
import { statusOf } from "./answer.ts";
import { callerOf, userOf } from "./caller.ts";
import { triggerToProto } from "./delivery-message.ts";
import { wantedSymbols } from "./wanted-symbols.ts";
import { writeTo } from "./write.ts";

/** A log-in that has ended is found out after so long at most. */
const CHECK_SESSION_EVERY_MS = 30 * SECOND_MS;

type TriggerCall = ServerWritableStream<WatchTriggersRequest, WatchTriggersResponse>;

export interface WatchTriggersDeps {
  readonly triggers: TriggerFeed;
  readonly users: Pick<UserStore, "getSessionUser">;
  readonly clock: Clock;
  readonly log: Log;
}

/** AlertService.WatchTriggers: a stream of the user's own triggers, for as long as the log-in lasts. */
export function watchTriggers(
  deps: WatchTriggersDeps,
): handleServerStreamingCall<WatchTriggersRequest, WatchTriggersResponse> {
  return (call) => {
    const gone = new AbortController();
    const fail = (error: unknown) => {
      if (gone.signal.aborted) return;
      gone.abort(); // nobody reads on
      call.emit("error", statusOf(error, deps.log));
    };
    call.on("cancelled", () => gone.abort());
    sendAll(call, deps, gone.signal, fail).then(() => {
      if (!gone.signal.aborted) call.end();
    }, fail);
    outliveNoSession(call, deps, gone.signal).catch(fail);
  };
}

async function sendAll(
  call: TriggerCall,
  { triggers }: WatchTriggersDeps,
  gone: AbortSignal,
  fail: (error: AppError) => void,
): Promise<void> {
  const userId = userOf(callerOf(call.metadata)).id;
  const symbols = wantedSymbols(call.request.symbols);
  const fired = triggers.read({ userId, symbols, onCut: () => fail(tooSlow()) }, gone);
  const first = fired.next(); // watching begins before the caller is told that it is in
  call.sendMetadata(new Metadata());
  for (let next = await first; next.done !== true; next = await fired.next()) {
    await writeTo(call, { trigger: triggerToProto(next.value) });
  }
}

/** Rejects with UNAUTHENTICATED SESSION_ENDED when the session is over; resolves when the caller is gone. */
async function outliveNoSession(call: TriggerCall, deps: WatchTriggersDeps, gone: AbortSignal): Promise<void> {
  const { users, clock } = deps;
  const sessionId = callerOf(call.metadata).user?.sessionId ?? "";
  const goesOn = () =>
    clock.sleep(CHECK_SESSION_EVERY_MS, gone).then(
      () => true,
      () => false,
    );
  while (await goesOn()) {
    if ((await users.getSessionUser(sessionId)) !== null) continue;
    throw new AppError("UNAUTHENTICATED", "SESSION_ENDED", "the session has ended", { hint: "./bell login EMAIL" });
  }
}

function tooSlow(): AppError {
  const message = `more than ${MOST_TRIGGERS_BEHIND} triggers waited to be read`;
  return new AppError("RESOURCE_EXHAUSTED", "READER_TOO_SLOW", message, {
    hint: "Nothing is lost: `./bell notifications list` has every trigger. Watch again, and read faster.",
  });
}
