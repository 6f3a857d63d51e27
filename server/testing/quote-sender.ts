import type { ClientDuplexStream, ServiceError } from "@grpc/grpc-js";
import { AppError } from "../../domain/error.ts";
import type { Gap } from "../../domain/gap.ts";
import type { Quote } from "../../domain/quote.ts";
import { errorFromStatus } from "../../proto/convert/error.ts";
import { gapToProto } from "../../proto/convert/gap.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import type { Gap as GapMessage, Quote as QuoteMessage } from "../../proto/gen/tickerbell/v1/quote.ts";
import type {
  BatchAck,
  QuoteServiceClient,
  StreamQuotesRequest,
  StreamQuotesResponse,
} from "../../proto/gen/tickerbell/v1/quote_service.ts";

/** The fetcher's side of StreamQuotes, for tests: sends a batch and waits for what becomes of it. */
export class QuoteSender {
  /** Resolves when the server has taken the stream in; what is cancelled before, the library never takes back from the server. */
  readonly opened: Promise<void>;
  /** Resolves when the stream has ended: with its error, or null. */
  readonly ended: Promise<AppError | null>;
  /** The symbols that the server wants to be fetched again, in the order of asking. */
  readonly askedAgain: string[] = [];
  readonly #call: ClientDuplexStream<StreamQuotesRequest, StreamQuotesResponse>;
  readonly #waiting: ((ack: BatchAck) => void)[] = [];
  #sequence = 0;

  constructor(client: QuoteServiceClient) {
    this.#call = client.streamQuotes();
    this.#call.on("data", ({ message }: StreamQuotesResponse) => {
      if (message?.$case === "ack") this.#waiting.shift()?.(message.value);
      if (message?.$case === "fetchAgain") this.askedAgain.push(...message.value.symbols);
    });
    this.opened = new Promise((resolve) => this.#call.once("metadata", () => resolve()));
    this.ended = new Promise((resolve) => {
      // What Node itself says of a stream that was cancelled has no status.
      this.#call.on("error", (error: Error | ServiceError) =>
        resolve("metadata" in error ? errorFromStatus(error) : new AppError("CANCELLED", "DEADLINE", error.message)),
      );
      this.#call.on("end", () => resolve(null));
    });
  }

  /** Sends quotes as one batch; its acknowledgement, or a rejection with the error that ended the stream. */
  send(quotes: readonly Quote[], gaps: readonly Gap[] = []): Promise<BatchAck> {
    const messages = quotes.map((quote) => quoteToProto(quote));
    return this.sendMessages(messages, gaps.map(gapToProto));
  }

  /** The same with messages, which may be wrong. */
  async sendMessages(quotes: QuoteMessage[], gaps: GapMessage[] = []): Promise<BatchAck> {
    this.#sequence += 1;
    const answered = new Promise<BatchAck>((resolve) => this.#waiting.push(resolve));
    this.#call.write({ message: { $case: "batch", value: { sequence: this.#sequence, quotes, gaps } } });
    const first = await Promise.race([answered, this.ended]);
    if (first === null) throw new Error("the stream ended without an acknowledgement");
    if (first instanceof Error) throw first;
    return first;
  }

  /** Anything, such as a message without content. */
  write(request: StreamQuotesRequest): void {
    this.#call.write(request);
  }

  /** Ends the stream in good order. */
  close(): void {
    this.#call.end();
  }

  cancel(): void {
    this.#call.cancel();
  }
}
