import type { handleServerStreamingCall } from "@grpc/grpc-js";
import { setImmediate } from "node:timers/promises";
import { FieldProblems } from "../../domain/field-problems.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import type { ExportQuotesRequest, ExportQuotesResponse } from "../../proto/gen/tickerbell/v1/operator_service.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { ExportQuery, ImportStore } from "../import-store.ts";
import { statusOf } from "./answer.ts";
import { timeFrom } from "./time-from.ts";
import { wantedSymbols } from "./wanted-symbols.ts";
import { writeTo } from "./write.ts";

/** Read, and sent, at a time: some milliseconds. */
const QUOTES_PER_PAGE = 1_000;

/** OperatorService.ExportQuotes: as fast as its reader takes it, and prices that come go first. */
export function exportQuotes(
  imports: Pick<ImportStore, "exportPage">,
  log: Log,
): handleServerStreamingCall<ExportQuotesRequest, ExportQuotesResponse> {
  return (call) => {
    const send = async () => {
      let query: ExportQuery | null = queryFrom(call.request);
      while (query !== null && !call.cancelled) {
        const { quotes, next } = await imports.exportPage(query);
        if (quotes.length > 0) await writeTo(call, { quotes: quotes.map((quote) => quoteToProto(quote)) });
        query = next === null ? null : { ...query, after: next };
        await setImmediate();
      }
    };
    send().then(
      () => call.end(),
      (error: unknown) => call.emit("error", statusOf(error, log)),
    );
  };
}

function queryFrom(request: ExportQuotesRequest): ExportQuery {
  const problems = new FieldProblems();
  const symbols = problems.read("symbols", [], () => [...wantedSymbols(request.symbols)]);
  const startMs = problems.read("start_time", null, () => timeFrom(request.startTime, "start_time")) ?? -Infinity;
  const endMs = problems.read("end_time", null, () => timeFrom(request.endTime, "end_time")) ?? Infinity;
  if (startMs >= endMs)
    problems.refuse({ field: "end_time", reason: "FIELD_INVALID", message: "must be later than start_time" });
  problems.check();
  return { symbols, startMs, endMs, after: null, limit: QUOTES_PER_PAGE };
}
