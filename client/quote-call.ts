import { status, type ClientDuplexStream, type ServiceError, type StatusObject } from "@grpc/grpc-js";
import { AppError } from "../domain/error.ts";
import { errorFromStatus, reasonFromProto } from "../proto/convert/error.ts";
import { gapToProto } from "../proto/convert/gap.ts";
import { quoteToProto } from "../proto/convert/quote.ts";
import type {
  BatchAck,
  FetcherReport,
  SearchSymbols,
  StreamQuotesRequest,
  StreamQuotesResponse,
  SymbolsFound,
  WatchedSymbols,
} from "../proto/gen/tickerbell/v1/quote_service.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { QuoteSupply } from "./quote-supply.ts";
import { ReportPacer } from "./report-pacer.ts";
import { Wakeup } from "./wakeup.ts";

/**
 * How often the call looks whether an acknowledgement is overdue, a quote that was put off may go, the report has changed, or the connection is gone:
 * gRPC forgets some calls that were writing just when it broke, and such a call never ends.
 */
const TICK_MS = 1_000;

/** The wire's side of one StreamQuotes call. */
export type StreamQuotesCall = ClientDuplexStream<StreamQuotesRequest, StreamQuotesResponse>;

export interface QuoteCallOptions {
  readonly supply: QuoteSupply;
  readonly clock: Clock;
  readonly log: Log;
  /** How the fetcher stands; without it the server is told nothing. */
  readonly report?: (() => FetcherReport) | undefined;
  /** At most so many batches wait for their acknowledgement. */
  readonly batchesMax: number;
  /** The oldest batch in flight breaks the call when it waits longer, in milliseconds. */
  readonly ackLimitMs: number;
  /** Whether the connection that the call goes over is there now. */
  readonly isConnected: () => boolean;
  /** Called at each sign of life from the server, with whether it has acknowledged a batch. */
  readonly onAlive: (wasOfUse: boolean) => void;
  /** Told of symbols whose prices the server doubts. */
  readonly onFetchAgain?: ((symbols: readonly string[]) => void) | undefined;
  /** Told the server's list of symbols. */
  readonly onSymbols?: ((symbols: WatchedSymbols) => void) | undefined;
  /** Told that the source is to be searched. */
  readonly onSearch?: ((search: SearchSymbols) => void) | undefined;
}

/** One StreamQuotes call, from its opening to its end. */
export class QuoteCall {
  readonly #call: StreamQuotesCall;
  readonly #options: QuoteCallOptions;
  readonly #wakeup = new Wakeup();
  readonly #reports: ReportPacer | null;
  /** The sequences of the batches in flight, oldest first. */
  readonly #inFlight = new Set<number>();
  /** Since when the oldest of them is the server's next: a server may take its time for each of several batches. */
  #oldestSince = 0;
  /** As it was when it was looked at last; gone is only what was there before. */
  #connection: "unknown" | "there" | "gone" = "unknown";
  #mayWrite = true;
  #isLetIn = false;
  #acknowledged = false;
  #isEnding = false;
  #end: AppError | "ok" | undefined;

  constructor(call: StreamQuotesCall, options: QuoteCallOptions) {
    this.#call = call;
    this.#options = options;
    this.#reports = options.report === undefined ? null : new ReportPacer(options.report, options.clock);
    call.on("metadata", () => this.#noteAlive());
    call.on("data", (response: StreamQuotesResponse) => this.#receive(response));
    call.on("drain", () => this.#setMayWrite(true));
    call.on("error", (failure: ServiceError) => this.#ended(errorFromStatus(failure)));
    call.on("status", ({ code }: StatusObject) => {
      if (code === status.OK) this.#ended("ok");
    });
  }

  /** Whether the server took the call. */
  get wasLetIn(): boolean {
    return this.#isLetIn;
  }

  /** Whether the server acknowledged a batch: the call was of use, however it ended. */
  get wasOfUse(): boolean {
    return this.#acknowledged;
  }

  /**
   * Sends what the supply gives until the call ends; what is in flight by then waits again. Resolves when the server ended
   * the call with OK; throws AppError for whatever broke it.
   */
  async run(): Promise<void> {
    const { supply, clock } = this.#options;
    const unsubscribe = supply.subscribe(() => this.#wakeup.ring());
    const ticking = new AbortController();
    const ticks = this.#tick(clock, ticking.signal);
    try {
      while (this.#end === undefined) {
        this.#checkOverdue();
        this.#sendReport();
        if (!this.#sendNext()) await this.#wakeup.wait();
      }
      if (this.#end !== "ok") throw this.#end;
    } finally {
      this.#end ??= "ok"; // nothing that arrives from now on counts
      unsubscribe();
      ticking.abort();
      await ticks;
      this.#call.cancel();
      supply.takeBack();
    }
  }

  /** No more batches: tells the server so, which then ends the call. */
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#call.end();
  }

  /** Answers a search. */
  sendFound(found: SymbolsFound): void {
    if (this.#end !== undefined || this.#isEnding) return;
    this.#setMayWrite(this.#call.write({ message: { $case: "found", value: found } }));
  }

  /** Ends the call at once. */
  abort(): void {
    this.#ended("ok");
  }

  /** False if nothing can be sent now. */
  #sendNext(): boolean {
    if (!this.#mayWrite || this.#isEnding || this.#inFlight.size >= this.#options.batchesMax) return false;
    const batch = this.#options.supply.takeBatch();
    if (batch === undefined) return false;
    if (this.#inFlight.size === 0) this.#oldestSince = this.#options.clock.monotonic();
    this.#inFlight.add(batch.sequence);
    const quotes = batch.quotes.map((quote) => quoteToProto(quote));
    const gaps = (batch.gaps ?? []).map(gapToProto);
    const message = { $case: "batch" as const, value: { sequence: batch.sequence, quotes, gaps } };
    this.#setMayWrite(this.#call.write({ message }));
    return true;
  }

  /** A server that does not know it ignores it. */
  #sendReport(): void {
    if (!this.#mayWrite || this.#isEnding) return;
    const report = this.#reports?.next() ?? null;
    if (report !== null) this.#setMayWrite(this.#call.write({ message: { $case: "report", value: report } }));
  }

  #receive({ message }: StreamQuotesResponse): void {
    if (this.#end !== undefined) return;
    if (message?.$case === "ack") this.#acknowledge(message.value);
    if (message?.$case === "fetchAgain") this.#options.onFetchAgain?.(message.value.symbols);
    if (message?.$case === "symbols") this.#options.onSymbols?.(message.value);
    if (message?.$case === "search") this.#options.onSearch?.(message.value);
    // Other kinds are for later versions.
    this.#noteAlive();
  }

  #noteAlive(): void {
    this.#isLetIn = true;
    this.#options.onAlive(this.#acknowledged);
  }

  #acknowledge({ sequence, storedCount, knownCount, refused }: BatchAck): void {
    const { supply, log } = this.#options;
    const items = refused.map(({ index, reason, message }) => ({ index, reason: reasonFromProto(reason), message }));
    const [oldest] = this.#inFlight;
    if (sequence === oldest) this.#oldestSince = this.#options.clock.monotonic();
    this.#inFlight.delete(sequence);
    if (!supply.acknowledge(sequence, items)) {
      log.warn({ sequence }, "the server acknowledged a batch that is not in flight: ignored");
      return;
    }
    this.#acknowledged = true;
    const counts = { stored_count: storedCount, known_count: knownCount, refused_count: refused.length };
    log.debug({ sequence, ...counts }, "batch acknowledged");
    this.#wakeup.ring();
  }

  #checkOverdue(): void {
    const { clock, ackLimitMs } = this.#options;
    if (this.#inFlight.size === 0 || clock.monotonic() - this.#oldestSince < ackLimitMs) return;
    const text = `the server did not acknowledge a batch within ${ackLimitMs / 1_000} s`;
    throw new AppError("DEADLINE_EXCEEDED", "DEADLINE", text);
  }

  /** A call that gRPC has not forgotten has ended by the time it is looked again. */
  #checkConnection(): void {
    if (this.#options.isConnected()) this.#connection = "there";
    else if (this.#connection === "there") this.#connection = "gone";
    else if (this.#connection === "gone") this.#ended(lostConnection());
  }

  #setMayWrite(mayWrite: boolean): void {
    this.#mayWrite = mayWrite;
    this.#wakeup.ring();
  }

  #ended(how: AppError | "ok"): void {
    this.#end ??= how;
    this.#wakeup.ring();
  }

  async #tick(clock: Clock, signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await clock.sleep(TICK_MS, signal);
        this.#checkConnection();
        this.#wakeup.ring();
      }
    } catch (error) {
      if (!signal.aborted) this.#ended(lostConnection(error)); // such as a channel that is shut: nobody awaits this before the end
    }
  }
}

function lostConnection(cause?: unknown): AppError {
  return new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", "the connection was lost", { cause });
}
