// The first two hops of a quote's story: a request goes out when the key's limiter allows it, and the text that comes back
// becomes quotes or a refusal with a class.

import nodeFetch from "node-fetch";
import pRetry, { AbortError } from "p-retry";
import { SECOND_MS } from "../../../domain/time.ts";
import type { Clock } from "../../../runtime/clock/clock.ts";
import type { Log } from "../../../runtime/log/log.ts";
import type { RateLimiter } from "../../rate-limiter.ts";
import type { FetchOptions, FetchResult, Refusal, RefusalClass, Source } from "../source.ts";
import { classifyAnswer, refusalOf, type Answer } from "./classify-answer.ts";
import { fetchAnswer, type Fetch } from "./fetch-answer.ts";
import { HandedOut } from "./handed-out.ts";
import { parseBulkQuotes } from "./parse-bulk-quotes.ts";
import { parseGlobalQuote } from "./parse-global-quote.ts";
import { parseIntraday } from "./parse-intraday.ts";
import type { Reading, ReadingContext } from "./quote-collector.ts";
import { BULK_SYMBOLS_MAX, requestUrl, type AlphaVantageFunction, type Entitlement } from "./request-url.ts";

export interface AlphaVantageOptions {
  /** The service's root or its `/query` address. */
  readonly baseUrl: string;
  readonly key: string;
  readonly function: AlphaVantageFunction;
  /** Bulk quotes always come as JSON. */
  readonly datatype: "json" | "csv";
  readonly entitlement?: Entitlement;
}

export interface AlphaVantageDeps {
  /** One for each key, shared by all who use the key. */
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch?: Fetch;
  /** Before the first retry; the next waits twice as long, each with jitter. */
  readonly retryMinMs?: number;
}

/** What the local simulator calls itself in its `Server` header, so that its prices are never taken for real ones. */
const SIMULATOR_SERVER = "tickerbell-simulator";
/** How often one question is asked before it is given up for this round. */
const TRIES_MAX = 3;

const RETRY_MIN_MS = SECOND_MS;
const RETRY_MAX_MS = 10 * SECOND_MS;
/** Asking again may help within the same round. */
const RETRIABLE: ReadonlySet<RefusalClass> = new Set<RefusalClass>(["throttle", "outage"]);
/** What is true of the key is true of every symbol: the rest of the round need not ask. */
const ROUND_WIDE: ReadonlySet<RefusalClass> = new Set<RefusalClass>([
  "throttle",
  "daily_quota",
  "not_entitled",
  "bad_key",
]);

type DataAnswer = Exclude<Answer, { kind: "refusal" }>;
type Asked =
  | { readonly kind: "data"; readonly answer: DataAnswer; readonly server: string; readonly fetchTimeMs: number }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

/** Carries a refusal through the retries. */
class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** Alpha Vantage, or a service that speaks like it. */
export class AlphaVantageSource implements Source {
  readonly name = "alpha-vantage";
  readonly #options: AlphaVantageOptions;
  readonly #deps: AlphaVantageDeps;
  readonly #handedOut = new HandedOut();

  constructor(options: AlphaVantageOptions, deps: AlphaVantageDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /** Asks for each symbol in turn (bulk quotes: for a hundred at once), only for quotes not handed out before. */
  async *fetch(
    symbols: readonly string[],
    signal: AbortSignal,
    options: FetchOptions = {},
  ): AsyncGenerator<FetchResult, void, undefined> {
    const { onFailedTry = () => undefined } = options;
    const size = this.#options.function === "bulk-quotes" ? BULK_SYMBOLS_MAX : 1;
    let tries = TRIES_MAX;
    let forAll: Refusal | null = null;
    for (let start = 0; start < symbols.length; start += size) {
      const group = symbols.slice(start, start + size);
      const asked: Asked =
        forAll === null ? await this.#ask(group, tries, onFailedTry, signal) : { kind: "refusal", refusal: forAll };
      if (asked.kind === "refusal") {
        if (ROUND_WIDE.has(asked.refusal.class)) forAll = asked.refusal;
        if (asked.refusal.class === "outage") tries = 1; // a dead service must not hold up the round for every symbol
      }
      yield* this.#results(group, asked, options);
    }
  }

  *#results(symbols: readonly string[], asked: Asked, options: FetchOptions): Generator<FetchResult, void, undefined> {
    if (asked.kind === "refusal") {
      for (const symbol of symbols) yield { kind: "refusal", symbol, refusal: asked.refusal };
      return;
    }
    const readings = this.#read(symbols, asked);
    for (const [index, symbol] of symbols.entries()) {
      const reading = readings[index];
      if (reading === undefined) continue; // there is one for each symbol
      if (reading.kind === "refusal") yield { kind: "refusal", symbol, refusal: reading.refusal };
      else yield* this.#newQuotes(symbol, reading, options);
    }
  }

  /** Remembers only after the caller came back for more: what a caller failed to take is handed out again. */
  *#newQuotes(
    symbol: string,
    reading: Extract<Reading, { kind: "quotes" }>,
    { newestAgain = false }: FetchOptions,
  ): Generator<FetchResult, void, undefined> {
    yield { ...reading, symbol, quotes: this.#handedOut.newOnes(symbol, reading.quotes, newestAgain) };
    this.#handedOut.mark(symbol, reading.quotes);
  }

  #read(symbols: readonly string[], asked: Extract<Asked, { kind: "data" }>): Reading[] {
    const simulated = asked.server === SIMULATOR_SERVER;
    const contexts = symbols.map((symbol): ReadingContext => ({
      symbol,
      source: simulated ? "simulator" : this.name,
      neverCloses: simulated,
      fetchTimeMs: asked.fetchTimeMs,
    }));
    if (this.#options.function === "bulk-quotes") return parseBulkQuotes(asked.answer, contexts);
    return contexts.map((context) =>
      this.#options.function === "intraday"
        ? parseIntraday(asked.answer, context, 1)
        : parseGlobalQuote(asked.answer, context),
    );
  }

  /** One question, asked again after a throttle or an outage. Throws only the signal's reason. */
  async #ask(
    symbols: readonly string[],
    tries: number,
    onFailedTry: (refusal: Refusal) => void,
    signal: AbortSignal,
  ): Promise<Asked> {
    const { log, retryMinMs = RETRY_MIN_MS } = this.#deps;
    let last: Refusal | null = null;
    try {
      return await pRetry(() => this.#askOnce(symbols, last, signal), {
        retries: tries - 1,
        minTimeout: retryMinMs,
        maxTimeout: RETRY_MAX_MS,
        randomize: true,
        signal,
        onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
          if (!(error instanceof Refused)) return;
          last = error.refusal;
          onFailedTry(last);
          log.debug({ symbols, attempt: attemptNumber, left: retriesLeft, ...last }, "price request refused");
        },
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refused) return { kind: "refusal", refusal: error.refusal };
      throw error;
    }
  }

  /** Throws Refused if asking again may help; whatever else is known comes back. Without leave to ask, `last` stands. */
  async #askOnce(symbols: readonly string[], last: Refusal | null, signal: AbortSignal): Promise<Asked> {
    const { limiter, clock, fetch = nodeFetch } = this.#deps;
    const grant = await limiter.acquire(signal);
    if (!grant.granted) {
      const spent = refusalOf(grant.because, "the key's request limit is reached: not asked", grant.retryAfterMs);
      throw new AbortError(new Refused(last ?? spent));
    }
    const fetched = await fetchAnswer(this.#urlFor(symbols), fetch, clock, signal);
    if (fetched.kind === "refusal") return this.#refused(fetched.refusal);
    const answer = classifyAnswer(fetched.answer, this.#options.key);
    if (answer.kind === "refusal") return this.#refused(answer.refusal);
    return { kind: "data", answer, server: fetched.server, fetchTimeMs: fetched.fetchTimeMs };
  }

  #refused(refusal: Refusal): Asked {
    if (refusal.retryAfterMs !== null) {
      this.#deps.limiter.holdOff(refusal.retryAfterMs, refusal.class === "daily_quota" ? "daily_quota" : "throttle");
    }
    if (RETRIABLE.has(refusal.class)) throw new Refused(refusal);
    return { kind: "refusal", refusal };
  }

  #urlFor(symbols: readonly string[]): string {
    const { baseUrl, key, datatype, entitlement = "none" } = this.#options;
    return requestUrl(baseUrl, key, { function: this.#options.function, symbols, datatype, entitlement });
  }
}
