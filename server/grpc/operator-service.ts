import type { handleServerStreamingCall } from "@grpc/grpc-js";
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type {
  BackUpRequest,
  BackUpResponse,
  OperatorServiceServer,
} from "../../proto/gen/tickerbell/v1/operator_service.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import { parseSymbol } from "../../domain/symbol.ts";
import { heldSymbolToProto, holdVerdictFromProto, seenPriceFromProto } from "../../proto/convert/held-symbol.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { identityUri } from "../../runtime/tls/identity.ts";
import { newCode } from "../code.ts";
import type { EventClock } from "../event-clock.ts";
import type { Ingest } from "../ingest.ts";
import type { QuoteFeed } from "../quote-feed.ts";
import type { QuoteImports } from "../quote-imports.ts";
import type { Store, StoreUpkeep } from "../store.ts";
import { answer, statusOf } from "./answer.ts";
import { exportQuotes } from "./export-quotes.ts";
import { importQuotes } from "./import-quotes.ts";
import { writeTo } from "./write.ts";

export interface OperatorServiceDeps {
  readonly store: Pick<Store, "backUp" | "holds" | "imports" | "quotes" | "users">;
  readonly imports: QuoteImports;
  readonly clock: Pick<Clock, "now">;
  readonly ingest: Pick<Ingest, "wake">;
  readonly feed: Pick<QuoteFeed, "publish">;
  readonly eventClock: Pick<EventClock, "now">;
  readonly log: Log;
}

/** OperatorService: what only operators do. */
export function operatorService(deps: OperatorServiceDeps): OperatorServiceServer {
  const { store, ingest, feed, eventClock, clock, log } = deps;
  return {
    backUp: backUp(store, log),
    listHeldSymbols: answer(async () => ({ symbols: (await store.holds.listHeld()).map(heldSymbolToProto) }), log),
    releaseSymbol: answer(async (request, { peer }) => {
      const problems = new FieldProblems();
      const symbol = problems.read("symbol", "", () => parseSymbol(request.symbol));
      const verdict = problems.read("verdict", "reject", () => holdVerdictFromProto(request.verdict));
      const seenClose = problems.read("seen_price", null, () => seenPriceFromProto(request.seenPrice));
      problems.check();
      await store.holds.release(symbol, verdict, eventClock.now(), seenClose);
      log.info({ symbol, verdict, operator: identityUri(peer) }, "an operator ended a HOLD");
      ingest.wake();
      const newest = await store.quotes.getQuote(symbol);
      if (newest !== null) feed.publish([newest]); // whoever watches sees that the doubt is over
      return {};
    }, log),
    createSetupCode: answer(async () => {
      const { code, codeHash, expireTimeMs } = newCode(clock.now());
      await store.users.insertSetupCode({ codeHash, expireTimeMs });
      return { code, expireTime: new Date(expireTimeMs) };
    }, log),
    importQuotes: importQuotes(deps),
    exportQuotes: exportQuotes(store.imports, log),
  };
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
