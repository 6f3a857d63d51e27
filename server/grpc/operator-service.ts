import type { handleServerStreamingCall } from "@grpc/grpc-js";
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type {
  BackUpRequest,
  BackUpResponse,
  OperatorServiceServer,
} from "../../proto/gen/tickerbell/v1/operator_service.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { StoreUpkeep } from "../store.ts";
import { statusOf } from "./answer.ts";
import { writeTo } from "./write.ts";

/** OperatorService: what only operators do. */
export function operatorService(store: Pick<StoreUpkeep, "backUp">, log: Log): OperatorServiceServer {
  return { backUp: backUp(store, log) };
}

/** Sends a copy of the database, as fast as its reader takes it, and last what the copy must be. */
function backUp(
  store: Pick<StoreUpkeep, "backUp">,
  log: Log,
): handleServerStreamingCall<BackUpRequest, BackUpResponse> {
  return (call) => {
    const gone = new AbortController();
    call.on("cancelled", () => gone.abort());
    const send = async () => {
      const hash = createHash("sha256");
      let sizeBytes = 0;
      for await (const chunk of store.backUp(gone.signal)) {
        if (gone.signal.aborted) return;
        hash.update(chunk);
        sizeBytes += chunk.length;
        await writeTo(call, { part: { $case: "chunk", value: chunk } });
        await setImmediate(); // prices come first, also when the reader is quick
      }
      await writeTo(call, { part: { $case: "end", value: { sizeBytes, sha256: hash.digest() } } });
      log.info({ bytes: sizeBytes }, "a backup was taken");
    };
    send().then(
      () => call.end(),
      (error: unknown) => {
        if (!gone.signal.aborted) call.emit("error", statusOf(error, log));
      },
    );
  };
}
