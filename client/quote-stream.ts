// Quotes travel to the server and wait for their acknowledgement: one call, batches as large as what waits, a few of them
// under way at a time. A call that breaks is made anew, for ever; what it left unacknowledged is sent again, which the
// server knows by its key.
import { connectivityState } from "@grpc/grpc-js";
import pRetry from "p-retry";
import { AppError, type ErrorReason } from "../domain/error.ts";
import { MINUTE_MS } from "../domain/time.ts";
import type { FetcherReport, SymbolsFound } from "../proto/gen/tickerbell/v1/quote_service.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import { MAX_RECONNECT_BACKOFF_MS } from "../runtime/grpc/channel-options.ts";
import type { Log } from "../runtime/log/log.ts";
import type { QuoteSupply } from "./quote-supply.ts";
import { QuoteCall, type QuoteCallOptions, type StreamQuotesCall } from "./quote-call.ts";

/** Enough for the server to commit several together, few enough to bound what is sent twice after a break. */
const BATCHES_IN_FLIGHT_MAX = 8;
/** A server that is this slow is stuck, or gone without a word. */
export const ACK_LIMIT_MS = 30_000;
const RECONNECT_MIN_MS = 100;
/** How long `close` waits for acknowledgements. */
export const FLUSH_LIMIT_MS = 5_000;
/** How long `close` then waits for the server to end the call. */
const END_LIMIT_MS = 1_000;
/** A call that ends so was cut off; whatever else ends one is the server's answer, or that it gave none to what it took in. */
const NO_ANSWER: readonly ErrorReason[] = ["SERVER_UNREACHABLE", "SERVER_STOPPING"];
/** How often an absent server is told of again. */
export const STILL_LOST_EVERY_MS = MINUTE_MS;

/** The part of the generated client that is needed here. */
export interface QuoteCaller {
  streamQuotes(): StreamQuotesCall;
  getChannel(): { getConnectivityState(tryToConnect: boolean): connectivityState };
}

/** What the server says by itself. */
type Instructions = Pick<QuoteCallOptions, "onFetchAgain" | "onSymbols" | "onSearch">;

export interface QuoteStreamOptions extends Instructions {
  readonly client: QuoteCaller;
  readonly supply: QuoteSupply;
  readonly clock: Clock;
  readonly log: Log;
  /** How the fetcher stands, for the server to show. */
  readonly report?: () => FetcherReport;
  /** Finds a better reason for a failure, if it can; asked once each time the connection is lost. */
  readonly diagnose?: (failure: AppError) => Promise<AppError | null>;
  /** In [0, 1). */
  readonly random?: () => number;
  readonly batchesMax?: number;
  readonly ackLimitMs?: number;
  readonly reconnectMinMs?: number;
  readonly reconnectMaxMs?: number;
}

/** Keeps quotes flowing from the supply to the server until it is closed. */
export class QuoteStream {
  readonly #options: QuoteStreamOptions;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #call: QuoteCall | undefined;
  #closed: Promise<void> | undefined;
  /** What was said last: "connected", or why not. */
  #state = "";
  /** Whether the server last let us in and then took nothing: being let in again is no news then, an acknowledgement is. */
  #isRefused = false;
  /** When the connection's loss was said last, on the monotonic clock. */
  #saidLostAt = 0;

  /** Connects at once, and again whenever the call breaks. */
  constructor(options: QuoteStreamOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Waits up to 5 s until all is acknowledged, then ends. Calling it again waits for the same end. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Answers a search of the server's; where there is no server any more nobody waits for it. */
  sendFound(found: SymbolsFound): void {
    this.#call?.sendFound(found);
  }

  async #run(): Promise<void> {
    try {
      for (;;) await pRetry(() => this.#runCall(), this.#retryOptions());
    } catch (error) {
      if (!this.#closing.signal.aborted) throw error;
    }
  }

  #retryOptions() {
    const {
      random = Math.random,
      reconnectMinMs = RECONNECT_MIN_MS,
      reconnectMaxMs = MAX_RECONNECT_BACKOFF_MS,
    } = this.#options;
    return {
      retries: Infinity,
      minTimeout: reconnectMinMs,
      // Jitter is cut off at the longest wait, so that one is drawn as well.
      maxTimeout: reconnectMaxMs * (1 + random()) * 0.5,
      randomize: true,
      signal: this.#closing.signal,
    };
  }

  /** One call to its end. Returns if it was of use, so that the next attempt is the first again; throws AppError if not. */
  async #runCall(): Promise<void> {
    const { client, supply, clock, log, report, onFetchAgain, onSymbols, onSearch } = this.#options;
    const { batchesMax = BATCHES_IN_FLIGHT_MAX, ackLimitMs = ACK_LIMIT_MS } = this.#options;
    let call: QuoteCall | undefined;
    const onAlive = (wasOfUse: boolean): void => {
      if (wasOfUse || !this.#isRefused) this.#sayConnected();
    };
    try {
      const isConnected = (): boolean => client.getChannel().getConnectivityState(false) === connectivityState.READY;
      const limits = { batchesMax, ackLimitMs, isConnected };
      const told = { onAlive, onFetchAgain, onSymbols, onSearch };
      call = new QuoteCall(client.streamQuotes(), { supply, clock, log, report, ...limits, ...told });
      this.#call = call;
      await call.run();
      throw new AppError("UNAVAILABLE", "SERVER_UNREACHABLE", "the server ended the stream");
    } catch (error) {
      const failure = error instanceof AppError ? error : defect(error);
      this.#isRefused = call?.wasLetIn === true && !NO_ANSWER.includes(failure.reason);
      if (!this.#closing.signal.aborted) await this.#sayLost(failure);
      if (call?.wasOfUse !== true) throw failure;
    } finally {
      this.#call = undefined;
    }
  }

  #sayConnected(): void {
    if (this.#state === "connected") return;
    this.#state = "connected";
    const news = this.#isRefused ? "the server takes quotes again" : "connected to the server";
    this.#isRefused = false;
    this.#options.log.info({ waiting: this.#options.supply.size }, news);
  }

  async #sayLost(failure: AppError): Promise<void> {
    if (failure.reason === "SERVER_STOPPING" && this.#state === "connected") {
      // No fault of anybody's: the server stops, or renews the connection. If it stays away, the next attempt says so.
      this.#options.log.debug({ detail: failure.message }, "the server ends the stream; it is made anew");
      return;
    }
    const state = `${this.#isRefused ? "refused" : "away"} ${failure.code} ${failure.reason}`;
    if (this.#state === state) {
      this.#sayStillLost();
      return;
    }
    this.#state = state;
    this.#saidLostAt = this.#options.clock.monotonic();
    const { code, reason, message, hint } = (await this.#options.diagnose?.(failure)) ?? failure;
    const fields = { code, reason, detail: message, hint, waiting: this.#options.supply.size };
    const what = this.#isRefused ? "the server takes no quotes" : "no connection to the server";
    this.#options.log.warn(fields, `${what}: quotes wait, and it is tried again`);
  }

  #sayStillLost(): void {
    const { clock, log, supply } = this.#options;
    const now = clock.monotonic();
    if (now - this.#saidLostAt < STILL_LOST_EVERY_MS) return;
    this.#saidLostAt = now;
    const what = this.#isRefused
      ? "the server still takes no quotes: they wait"
      : "still no connection to the server: quotes wait";
    log.warn({ waiting: supply.size }, what);
  }

  async #close(): Promise<void> {
    const { supply, log } = this.#options;
    await this.#within(FLUSH_LIMIT_MS, this.#settled());
    this.#closing.abort(new AppError("CANCELLED", "SERVER_STOPPING", "the stream is closed"));
    this.#call?.end();
    await this.#within(END_LIMIT_MS, this.#running);
    this.#call?.abort();
    await this.#running;
    if (supply.size > 0) log.warn({ waiting: supply.size }, "closed with quotes that the server did not acknowledge");
  }

  /** Resolves once all that may be sent is acknowledged. */
  async #settled(): Promise<void> {
    const { supply } = this.#options;
    if (supply.isSettled()) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const unsubscribe = supply.subscribe(() => {
      if (supply.isSettled()) resolve(undefined);
    });
    await promise.finally(unsubscribe);
  }

  /** Waits for `done`, but no longer than that. */
  async #within(limitMs: number, done: Promise<void>): Promise<void> {
    const timer = new AbortController();
    const late = this.#options.clock.sleep(limitMs, timer.signal).catch(() => undefined);
    await Promise.race([done, late]);
    timer.abort();
  }
}

/** Retried like any failure (p-retry alone would give up on a TypeError), but named as what it is. */
function defect(cause: unknown): AppError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new AppError("INTERNAL", "INTERNAL_ERROR", `the stream failed by a defect: ${text}`, { cause });
}
