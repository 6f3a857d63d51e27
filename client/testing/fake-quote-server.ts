// A real gRPC server on this machine that takes quotes as a test tells it to.
import { Metadata, Server, ServerCredentials, status, type ServerDuplexStream } from "@grpc/grpc-js";
import { credentials } from "@grpc/grpc-js";
import type { ErrorReason } from "../../domain/error.ts";
import type { Gap } from "../../domain/gap.ts";
import type { Quote } from "../../domain/quote.ts";
import { reasonToProto } from "../../proto/convert/error.ts";
import { gapFromProto } from "../../proto/convert/gap.ts";
import { quoteFromProto } from "../../proto/convert/quote.ts";
import {
  QuoteServiceClient,
  QuoteServiceService,
  type FetcherReport,
  type StreamQuotesRequest,
  type StreamQuotesResponse,
  type SymbolsFound,
} from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { channelOptions } from "../../runtime/grpc/channel-options.ts";

/** A batch as it arrived. */
export interface ReceivedBatch {
  /** The stream it came on, from 1. */
  readonly stream: number;
  readonly sequence: number;
  readonly quotes: readonly Quote[];
}

/** How a test answers on one stream. */
export interface ServerStream {
  readonly number: number;
  acknowledge(sequence: number, refused?: readonly { index: number; reason: ErrorReason }[]): void;
  /** Any response, such as one of a kind that is not known yet. */
  send(response: StreamQuotesResponse): void;
  /** Ends the stream with an error status. */
  fail(code?: status, details?: string): void;
  /** Ends the stream with OK. */
  end(): void;
}

export interface FakeQuoteServerOptions {
  readonly onBatch: (batch: ReceivedBatch, stream: ServerStream) => void;
  /** Called when a stream opens; false leaves it unread. */
  readonly onOpen?: (stream: ServerStream) => boolean;
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** Absent: plain text. */
  readonly credentials?: ServerCredentials;
}

type Call = ServerDuplexStream<StreamQuotesRequest, StreamQuotesResponse>;

/** Takes StreamQuotes calls. */
export class FakeQuoteServer {
  /** Everything that came, in order of arrival. */
  readonly batches: ReceivedBatch[] = [];
  /** What was told to be missing, in order of arrival. */
  readonly gaps: Gap[] = [];
  /** What the fetcher told of itself; nothing is answered to it, as by a server of an earlier version. */
  readonly reports: FetcherReport[] = [];
  /** What came of searches. */
  readonly found: SymbolsFound[] = [];
  /** How many streams were opened. */
  streams = 0;
  /** How many streams the client ended in good order. */
  halfClosed = 0;
  readonly #server = new Server();
  readonly #options: FakeQuoteServerOptions;
  readonly #clients: QuoteServiceClient[] = [];
  #port = 0;

  private constructor(options: FakeQuoteServerOptions) {
    this.#options = options;
    this.#server.addService(QuoteServiceService, { streamQuotes: (call: Call) => this.#take(call) });
  }

  static async start(options: FakeQuoteServerOptions): Promise<FakeQuoteServer> {
    const fake = new FakeQuoteServer(options);
    fake.#port = await new Promise<number>((resolve, reject) => {
      const address = `127.0.0.1:${options.port ?? 0}`;
      fake.#server.bindAsync(address, options.credentials ?? ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    return fake;
  }

  get port(): number {
    return this.#port;
  }

  /** All quotes that came, in order of arrival. */
  get quotes(): Quote[] {
    return this.batches.flatMap(({ quotes }) => quotes);
  }

  /** A client of this server; ends with it. */
  client(): QuoteServiceClient {
    const client = new QuoteServiceClient(`127.0.0.1:${this.#port}`, credentials.createInsecure(), channelOptions);
    this.#clients.push(client);
    return client;
  }

  /** Breaks every connection; the clients live on. */
  stop(): void {
    this.#server.forceShutdown();
  }

  close(): void {
    for (const client of this.#clients) client.close();
    this.stop();
  }

  #take(call: Call): void {
    this.streams += 1;
    const stream = streamOf(call, this.streams);
    call.on("error", () => undefined);
    call.sendMetadata(new Metadata());
    if (this.#options.onOpen?.(stream) === false) return;
    call.on("data", ({ message }: StreamQuotesRequest) => {
      if (message?.$case === "report") this.reports.push(message.value);
      if (message?.$case === "found") this.found.push(message.value);
      if (message?.$case !== "batch") return;
      const { sequence, quotes, gaps } = message.value;
      this.gaps.push(...gaps.map(gapFromProto));
      const batch = { stream: stream.number, sequence, quotes: quotes.map(quoteFromProto) };
      this.batches.push(batch);
      this.#options.onBatch(batch, stream);
    });
    call.on("end", () => {
      this.halfClosed += 1;
      call.end();
    });
  }
}

/** Acknowledges everything. */
export function acknowledgeAll({ sequence }: ReceivedBatch, stream: ServerStream): void {
  stream.acknowledge(sequence);
}

function streamOf(call: Call, number: number): ServerStream {
  return {
    number,
    acknowledge: (sequence, items = []) => {
      const refused = items.map(({ index, reason }) => ({ index, reason: reasonToProto(reason), message: "no" }));
      call.write({ message: { $case: "ack", value: { sequence, storedCount: 0, knownCount: 0, refused } } });
    },
    send: (response) => void call.write(response),
    fail: (code = status.UNAVAILABLE, details = "broken on purpose") => {
      call.emit("error", { code, details, name: "Error", message: details });
    },
    end: () => void call.end(),
  };
}
