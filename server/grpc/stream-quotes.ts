// Steps 4 to 6 of a quote's story, seen from the server: a fetcher's batches come in over mutual TLS, wait for a commit together with
// other streams', and are acknowledged when they are on disk and judged. So many of a stream are read ahead; what has not been read yet
// waits at the fetcher, by HTTP/2's own flow control.
import { Metadata, type handleBidiStreamingCall, type ServerDuplexStream } from "@grpc/grpc-js";
import { AppError } from "../../domain/error.ts";
import { IMPORT_SOURCE, type Quote } from "../../domain/quote.ts";
import { reasonToProto } from "../../proto/convert/error.ts";
import { quoteFromProto } from "../../proto/convert/quote.ts";
import type { Quote as QuoteMessage } from "../../proto/gen/tickerbell/v1/quote.ts";
import type {
  FetcherReport,
  QuoteBatch,
  RefusedQuote,
  StreamQuotesRequest,
  StreamQuotesResponse,
  SymbolsFound,
} from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Log } from "../../runtime/log/log.ts";
import type { GapStore } from "../gap-store.ts";
import type { Ingest } from "../ingest.ts";
import type { BatchResult } from "../waiting-batch.ts";
import { statusOf } from "./answer.ts";
import { soundGaps } from "./sound-gaps.ts";
import { writeTo } from "./write.ts";

const LARGEST_BATCH = 1_000;
/** So many batches of a stream are taken in before the first of them is acknowledged: as many as our fetcher sends. */
const BATCHES_IN_FLIGHT_MAX = 8;

/** The server's side of a StreamQuotes call. */
export type QuoteCall = ServerDuplexStream<StreamQuotesRequest, StreamQuotesResponse>;

export interface StreamQuotesDeps {
  readonly ingest: Ingest;
  readonly gaps: GapStore;
  readonly log: Log;
  /** Told of every call when it begins. */
  readonly onOpen?: (call: QuoteCall) => void;
  /** Told what a fetcher tells of itself. */
  readonly onReport?: (report: FetcherReport, call: QuoteCall) => void;
  /** Told what came of a search that a fetcher was asked for. */
  readonly onFound?: (found: SymbolsFound, call: QuoteCall) => void;
  /** Told of every acknowledgement. */
  readonly onAcknowledged?: (call: QuoteCall) => void;
  /** Told of every call that is about to be ended with an error. */
  readonly onRefused?: (call: QuoteCall) => void;
}

/** QuoteService.StreamQuotes. */
export function streamQuotes(
  deps: StreamQuotesDeps,
): handleBidiStreamingCall<StreamQuotesRequest, StreamQuotesResponse> {
  return (call) => {
    call.sendMetadata(new Metadata()); // tells the fetcher that it is in
    deps.onOpen?.(call);
    new QuoteIntake(call, deps).start();
  };
}

/** One call: reads as long as there is room, and acknowledges in the order in which it read. */
class QuoteIntake {
  readonly #call: QuoteCall;
  readonly #deps: StreamQuotesDeps;
  readonly #gone = new AbortController();
  /** Everything that was taken in so far is acknowledged. */
  #acknowledged: Promise<void> = Promise.resolve();
  #inFlight = 0;
  #isWaiting = false;
  #hasFailed = false;

  constructor(call: QuoteCall, deps: StreamQuotesDeps) {
    this.#call = call;
    this.#deps = deps;
  }

  start(): void {
    this.#call.on("cancelled", () => this.#gone.abort());
    this.#call.on("data", (request: StreamQuotesRequest) => void this.#receive(request));
    this.#call.on("end", () => void this.#end());
  }

  async #receive({ message }: StreamQuotesRequest): Promise<void> {
    try {
      if (message?.$case === "batch") await this.#takeBatch(message.value);
      if (message?.$case === "report") this.#deps.onReport?.(message.value, this.#call);
      if (message?.$case === "found") this.#deps.onFound?.(message.value, this.#call);
      // A kind of message that this version does not know comes from a newer fetcher, which can do without.
    } catch (error) {
      this.#fail(error);
    }
  }

  async #takeBatch({ sequence, quotes, gaps: told }: QuoteBatch): Promise<void> {
    const { accepted, refused } = sortOut(quotes, this.#deps.ingest);
    const gaps = soundGaps(told, this.#deps.ingest, this.#deps.log);
    this.#inFlight += 1;
    this.#readOn({ isWaiting: true });
    if (gaps.length > 0) await this.#deps.gaps.recordGaps(gaps);
    const { through } = await this.#deps.ingest.submit(accepted, this.#gone.signal);
    this.#acknowledged = this.#acknowledged.then(() => this.#acknowledge(sequence, through, refused));
    this.#acknowledged.catch((error: unknown) => this.#fail(error));
    this.#readOn({ isWaiting: false });
  }

  async #acknowledge(sequence: number, through: Promise<BatchResult>, refused: RefusedQuote[]): Promise<void> {
    const { storedCount, knownCount, doubted } = await through;
    await writeTo(this.#call, { message: { $case: "ack", value: { sequence, storedCount, knownCount, refused } } });
    if (doubted.length > 0) {
      await writeTo(this.#call, { message: { $case: "fetchAgain", value: { symbols: [...doubted] } } });
    }
    this.#deps.onAcknowledged?.(this.#call);
    this.#inFlight -= 1;
    this.#readOn({ isWaiting: this.#isWaiting });
  }

  /** Reads on, unless a batch waits for room or too many are in flight. */
  #readOn({ isWaiting }: { isWaiting: boolean }): void {
    this.#isWaiting = isWaiting;
    if (isWaiting || this.#inFlight >= BATCHES_IN_FLIGHT_MAX) this.#call.pause();
    else this.#call.resume();
  }

  async #end(): Promise<void> {
    await this.#acknowledged.catch(() => undefined); // #fail() has it
    if (!this.#hasFailed) this.#call.end();
  }

  /** Ends the call with an error, the first that there is. */
  #fail(error: unknown): void {
    if (this.#hasFailed || this.#call.cancelled) return;
    this.#hasFailed = true;
    this.#gone.abort();
    this.#deps.onRefused?.(this.#call);
    this.#call.emit("error", statusOf(error, this.#deps.log));
  }
}

/** The quotes of a batch, and those that are none: each is refused by itself. Throws INVALID_ARGUMENT for a batch that is too large. */
function sortOut(messages: readonly QuoteMessage[], ingest: Ingest): { accepted: Quote[]; refused: RefusedQuote[] } {
  if (messages.length > LARGEST_BATCH) {
    throw AppError.invalidField("batch.quotes", "FIELD_INVALID", `must hold at most ${LARGEST_BATCH} quotes`);
  }
  const accepted: Quote[] = [];
  const refused: RefusedQuote[] = [];
  messages.forEach((message, index) => {
    const quote = acceptQuote(message, ingest);
    if (quote instanceof AppError)
      refused.push({ index, reason: reasonToProto(quote.fields[0]?.reason ?? quote.reason), message: quote.message });
    else accepted.push(quote);
  });
  return { accepted, refused };
}

function acceptQuote(message: QuoteMessage, ingest: Ingest): Quote | AppError {
  try {
    const quote = quoteFromProto(message);
    if (quote.source === IMPORT_SOURCE) throw notImported();
    ingest.check(quote);
    return quote;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function notImported(): AppError {
  return AppError.invalidField("source", "FIELD_INVALID", `must not be "${IMPORT_SOURCE}", which imported prices name`);
}
