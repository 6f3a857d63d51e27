// Steps 4 to 6 of a quote's story, seen from the server: a fetcher's batches come in over mutual TLS, each is taken in by one
// transaction, and its acknowledgement leaves when that is on disk. One batch at a time: what has not been read yet waits at the
// fetcher, by HTTP/2's own flow control.
import { Metadata, type handleBidiStreamingCall, type ServerDuplexStream } from "@grpc/grpc-js";
import { AppError } from "../../domain/error.ts";
import type { Quote } from "../../domain/quote.ts";
import { reasonToProto } from "../../proto/convert/error.ts";
import { quoteFromProto } from "../../proto/convert/quote.ts";
import type { Quote as QuoteMessage } from "../../proto/gen/tickerbell/v1/quote.ts";
import type {
  BatchAck,
  QuoteBatch,
  RefusedQuote,
  StreamQuotesRequest,
  StreamQuotesResponse,
} from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { Ingest } from "../ingest.ts";
import { statusOf } from "./answer.ts";
import { messagesOf } from "./messages-of.ts";
import { writeTo } from "./write.ts";

const LARGEST_BATCH = 1_000;

type QuoteCall = ServerDuplexStream<StreamQuotesRequest, StreamQuotesResponse>;

/** QuoteService.StreamQuotes. */
export function streamQuotes(
  ingest: Ingest,
  log: Log,
): handleBidiStreamingCall<StreamQuotesRequest, StreamQuotesResponse> {
  return (call) => {
    call.sendMetadata(new Metadata()); // tells the fetcher that it is in
    takeAll(call, ingest).then(
      () => call.end(),
      (error: unknown) => {
        if (!call.cancelled) call.emit("error", statusOf(error, log));
      },
    );
  };
}

async function takeAll(call: QuoteCall, ingest: Ingest): Promise<void> {
  for await (const { message } of messagesOf<StreamQuotesRequest, StreamQuotesResponse>(call)) {
    // A kind of message that this version does not know comes from a newer fetcher, which can do without.
    if (message?.$case !== "batch") continue;
    const ack = await takeBatch(message.value, ingest);
    await writeTo(call, { message: { $case: "ack", value: ack } });
  }
}

/** Stores and judges a batch; a quote that is no quote is refused by itself. */
async function takeBatch({ sequence, quotes }: QuoteBatch, ingest: Ingest): Promise<BatchAck> {
  if (quotes.length > LARGEST_BATCH) {
    throw AppError.invalidField("batch.quotes", "FIELD_INVALID", `must hold at most ${LARGEST_BATCH} quotes`);
  }
  const accepted: Quote[] = [];
  const refused: RefusedQuote[] = [];
  quotes.forEach((message, index) => {
    const quote = acceptQuote(message, ingest);
    if (quote instanceof AppError)
      refused.push({ index, reason: reasonToProto(quote.fields[0]?.reason ?? quote.reason), message: quote.message });
    else accepted.push(quote);
  });
  const { stored, knownCount } = await ingest.record(accepted);
  return { sequence, storedCount: stored.length, knownCount, refused };
}

function acceptQuote(message: QuoteMessage, ingest: Ingest): Quote | AppError {
  try {
    const quote = quoteFromProto(message);
    ingest.check(quote);
    return quote;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
