import { Metadata, type ClientDuplexStream } from "@grpc/grpc-js";
import { once } from "node:events";
import type { Quote } from "../../domain/quote.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import type {
  BatchAck,
  QuoteServiceClient,
  StreamQuotesRequest,
  StreamQuotesResponse,
} from "../../proto/gen/tickerbell/v1/quote_service.ts";

/** A fetcher that knows nothing but its stream: sends a batch, waits for its acknowledgement. */
export class QuoteSender {
  readonly #stream: ClientDuplexStream<StreamQuotesRequest, StreamQuotesResponse>;
  readonly #broken = new AbortController();
  #sequence = 0;

  /** `client` holds a fetcher's certificate. */
  constructor(client: QuoteServiceClient) {
    this.#stream = client.streamQuotes(new Metadata());
    this.#stream.on("error", (error) => this.#broken.abort(error)); // also between two batches, when nobody waits
    this.#stream.on("end", () => this.#broken.abort(new Error("the server ended the stream")));
  }

  /** Rejects when the stream breaks before the acknowledgement: then nobody knows. */
  async send(quotes: readonly Quote[]): Promise<BatchAck> {
    this.#sequence += 1;
    const batch = { sequence: this.#sequence, quotes: quotes.map((quote) => quoteToProto(quote)), gaps: [] };
    this.#stream.write({ message: { $case: "batch", value: batch } });
    const [response] = (await once(this.#stream, "data", { signal: this.#broken.signal })) as [StreamQuotesResponse];
    if (response.message?.$case !== "ack") throw new Error("the server answered something else");
    return response.message.value;
  }

  end(): void {
    this.#stream.cancel();
  }
}
