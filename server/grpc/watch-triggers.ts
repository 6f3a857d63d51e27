import { Metadata, type handleServerStreamingCall, type ServerWritableStream } from "@grpc/grpc-js";
import { AppError } from "../../domain/error.ts";
import type { WatchTriggersRequest, WatchTriggersResponse } from "../../proto/gen/tickerbell/v1/alert_service.ts";
import type { Log } from "../../runtime/log/log.ts";
import { MOST_TRIGGERS_BEHIND, type TriggerFeed } from "../trigger-feed.ts";
import { statusOf } from "./answer.ts";
import { callerOf, userOf } from "./caller.ts";
import { triggerToProto } from "./delivery-message.ts";
import { wantedSymbols } from "./wanted-symbols.ts";
import { writeTo } from "./write.ts";

type TriggerCall = ServerWritableStream<WatchTriggersRequest, WatchTriggersResponse>;

export interface WatchTriggersDeps {
  readonly triggers: TriggerFeed;
  readonly log: Log;
}

/** AlertService.WatchTriggers: a stream of the user's own triggers, for as long as the log-in lasts (OpenCalls). */
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

function tooSlow(): AppError {
  const message = `more than ${MOST_TRIGGERS_BEHIND} triggers waited to be read`;
  return new AppError("RESOURCE_EXHAUSTED", "READER_TOO_SLOW", message, {
    hint: "Nothing is lost: `./bell notifications list` has every trigger. Watch again, and read faster.",
  });
}
