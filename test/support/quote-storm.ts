// Prices that do not stop, from fetchers that do what ours does: whatever was not acknowledged is sent again, in its order, to
// whichever server is there next.
import { Metadata, type ClientDuplexStream } from "@grpc/grpc-js";
import type { Quote } from "../../domain/quote.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import {
  QuoteServiceClient,
  type StreamQuotesRequest,
  type StreamQuotesResponse,
} from "../../proto/gen/tickerbell/v1/quote_service.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { channelCredentials } from "../../runtime/tls/channel-credentials.ts";
import { exampleTick } from "../examples.ts";
import type { KillMarket } from "./kill-market.ts";
import { filesOfRole, uncheckedFiles } from "./shared-certificates.ts";

/** Each stream sends a tick of each of its symbols so often. */
const ROUND_MS = 30;
/** Beyond so many unacknowledged batches no new ones are made: the server is away. */
const MOST_WAITING = 8;
const RETRY_MS = 50;
const STREAMS = 3;

type Call = ClientDuplexStream<StreamQuotesRequest, StreamQuotesResponse>;

/** Sends a tick of every symbol, round after round, on a few streams, over as many servers' lives as it takes. */
export class QuoteStorm {
  readonly #streams: readonly StormStream[];

  private constructor(streams: readonly StormStream[]) {
    this.#streams = streams;
  }

  /** Begins at once. `address` is the server's. */
  static async start(address: string, market: KillMarket): Promise<QuoteStorm> {
    const credentials = channelCredentials(uncheckedFiles(await filesOfRole("fetcher")));
    const options = {
      "grpc.initial_reconnect_backoff_ms": RETRY_MS,
      "grpc.max_reconnect_backoff_ms": RETRY_MS,
      "grpc.use_local_subchannel_pool": 1,
    };
    const streams = Array.from({ length: STREAMS }, (_, at) => {
      const client = new QuoteServiceClient(address, credentials, options);
      const symbols = market.symbols.filter((_symbol, place) => place % STREAMS === at);
      return new StormStream(client, market, symbols);
    });
    return new QuoteStorm(streams);
  }

  /** Every quote that a server has acknowledged as stored or known. */
  get acknowledged(): readonly Quote[] {
    return this.#streams.flatMap(({ acknowledged }) => acknowledged);
  }

  get acknowledgedCount(): number {
    return this.#streams.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  }

  /** Every quote that was ever given to a stream. */
  get sent(): readonly Quote[] {
    return this.#streams.flatMap(({ sent }) => sent);
  }

  /** What was said that should not be: a refused quote. */
  get complaints(): readonly string[] {
    return this.#streams.flatMap(({ complaints }) => complaints);
  }

  /** How many batches wait for their acknowledgement on a stream that stands. */
  get batchesInFlight(): number {
    return this.#streams.reduce((sum, { inFlight }) => sum + inFlight, 0);
  }

  /** Ends when all is acknowledged: a server has to be there. */
  async stop(): Promise<void> {
    await Promise.all(this.#streams.map((stream) => stream.stop()));
  }
}

class StormStream {
  readonly acknowledged: Quote[] = [];
  readonly sent: Quote[] = [];
  readonly complaints: string[] = [];
  readonly #client: QuoteServiceClient;
  readonly #market: KillMarket;
  readonly #symbols: readonly string[];
  /** Oldest first. */
  readonly #waiting: (readonly Quote[])[] = [];
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #call: Call | null = null;
  /** Whether a server has answered the call. */
  #isIn = false;
  /** The first of the call's batches that is not acknowledged. */
  #oldestSequence = 1;
  #lastSequence = 0;
  #lastTimeMs = 0;

  constructor(client: QuoteServiceClient, market: KillMarket, symbols: readonly string[]) {
    this.#client = client;
    this.#market = market;
    this.#symbols = symbols;
    this.#running = this.#run();
  }

  get inFlight(): number {
    return this.#call === null || !this.#isIn ? 0 : this.#lastSequence - this.#oldestSequence + 1;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#call?.cancel();
    this.#client.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted || this.#waiting.length > 0) {
      if (this.#call === null) this.#open();
      if (!this.#stopping.signal.aborted && this.#waiting.length < MOST_WAITING) this.#makeBatch();
      await systemClock.sleep(this.#call === null ? RETRY_MS : ROUND_MS);
    }
  }

  #open(): void {
    const call = this.#client.streamQuotes(new Metadata());
    this.#call = call;
    this.#isIn = false;
    this.#oldestSequence = 1;
    this.#lastSequence = 0;
    const gone = (): void => {
      if (this.#call === call) this.#call = null;
    };
    call.on("metadata", () => (this.#isIn = true));
    call.on("error", gone);
    call.on("end", gone);
    call.on("data", (response: StreamQuotesResponse) => {
      if (this.#call === call) this.#receive(response);
    });
    for (const batch of this.#waiting) this.#send(call, batch);
  }

  #makeBatch(): void {
    this.#lastTimeMs = Math.max(this.#lastTimeMs + 1, systemClock.now());
    const times = { quoteTimeMs: this.#lastTimeMs, fetchTimeMs: this.#lastTimeMs };
    const batch = this.#symbols.map((symbol) => exampleTick(0, this.#market.priceOf(symbol), { symbol, ...times }));
    this.#waiting.push(batch);
    this.sent.push(...batch);
    if (this.#call !== null) this.#send(this.#call, batch);
  }

  #send(call: Call, batch: readonly Quote[]): void {
    this.#lastSequence += 1;
    const value = { sequence: this.#lastSequence, quotes: batch.map((quote) => quoteToProto(quote)), gaps: [] };
    call.write({ message: { $case: "batch", value } });
  }

  #receive({ message }: StreamQuotesResponse): void {
    if (message?.$case !== "ack") return;
    const { sequence, storedCount, knownCount, refused } = message.value;
    const batch = sequence === this.#oldestSequence ? this.#waiting.shift() : undefined;
    if (batch === undefined) {
      this.complaints.push(`an acknowledgement of ${sequence}, while ${this.#oldestSequence} is the next`);
      return;
    }
    this.#oldestSequence += 1;
    if (storedCount + knownCount === batch.length) this.acknowledged.push(...batch);
    else this.complaints.push(`of ${batch.length} quotes ${refused.length} were refused: ${refused[0]?.message ?? ""}`);
  }
}
