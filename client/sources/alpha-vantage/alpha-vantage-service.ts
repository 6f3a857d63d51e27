// The service behind one key: a question goes out when the key's gate allows it, and comes back as an answer that may hold
// prices or as a refusal with a class.

import nodeFetch from "node-fetch";
import pRetry, { AbortError } from "p-retry";
import { SECOND_MS, type TimeMs } from "../../../domain/time.ts";
import type { Clock } from "../../../runtime/clock/clock.ts";
import type { Log } from "../../../runtime/log/log.ts";
import type { RateLimiter } from "../../rate-limiter.ts";
import { SourceBreaker, type Outcome } from "../../outage/source-breaker.ts";
import type { FetchOptions, Refusal, RefusalClass } from "../source.ts";
import { classifyAnswer, refusalOf, type Answer } from "./classify-answer.ts";
import { fetchAnswer, type Fetch } from "./fetch-answer.ts";
import { requestUrl, type Request } from "./request-url.ts";

export interface AlphaVantageDeps {
  /** One for each key, shared by all who use the key. */
  readonly limiter: Pick<RateLimiter, "acquire" | "holdOff" | "noteAnswer">;
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch?: Fetch;
  /** Before the first retry; the next waits twice as long, each with jitter. */
  readonly retryMinMs?: number;
}

/** Where the service is, and the key to ask it with. */
interface ServiceAddress {
  /** The service's root or its `/query` address. */
  readonly baseUrl: string;
  readonly key: string;
}

/** What came back. */
export type Asked =
  | {
      readonly kind: "data";
      readonly answer: Exclude<Answer, { kind: "refusal" }>;
      /** The local simulator answered. */
      readonly isSimulated: boolean;
      readonly fetchTimeMs: TimeMs;
    }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

/** What the local simulator calls itself in its `Server` header, so that its prices are never taken for real ones. */
const SIMULATOR_SERVER = "tickerbell-simulator";
/** How often one question is asked before it is given up for this round. */
export const TRIES_MAX = 3;

const RETRY_MIN_MS = SECOND_MS;
const RETRY_MAX_MS = 10 * SECOND_MS;
/** Asking again may help within the same round. */
const RETRIABLE: ReadonlySet<RefusalClass> = new Set<RefusalClass>(["throttle", "outage"]);

/** Carries a refusal through the retries. */
class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** Alpha Vantage, or a service that speaks like it. */
export class AlphaVantageService {
  readonly #address: ServiceAddress;
  readonly #deps: AlphaVantageDeps;
  readonly #breaker: SourceBreaker;

  constructor(address: ServiceAddress, deps: AlphaVantageDeps) {
    this.#address = address;
    this.#deps = deps;
    this.#breaker = new SourceBreaker(deps.clock);
  }

  /** One question, asked again after a throttle or an outage. Throws only the signal's reason. */
  async ask(
    request: Request,
    { tries = TRIES_MAX, onFailedTry }: Pick<FetchOptions, "tries" | "onFailedTry">,
    signal: AbortSignal,
  ): Promise<Asked> {
    const { log, retryMinMs = RETRY_MIN_MS } = this.#deps;
    let last: Refusal | null = null;
    try {
      return await pRetry(() => this.#askOnce(request, last, signal), {
        retries: tries - 1,
        minTimeout: retryMinMs,
        maxTimeout: RETRY_MAX_MS,
        randomize: true,
        signal,
        onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
          if (!(error instanceof Refused)) return;
          last = error.refusal;
          onFailedTry?.(last);
          const fields = { ...subjectOf(request), attempt: attemptNumber, left: retriesLeft, ...last };
          log.debug(fields, "price request refused");
        },
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refused) return { kind: "refusal", refusal: error.refusal };
      throw error;
    }
  }

  /** Throws Refused if asking again may help; whatever else is known comes back. Where it is not asked at all, `last` stands. */
  async #askOnce(request: Request, last: Refusal | null, signal: AbortSignal): Promise<Asked> {
    const away = this.#breaker.begin();
    if (away !== null) throw new AbortError(new Refused(last ?? away));
    let outcome: Outcome = { kind: "unasked" };
    try {
      const asked = await this.#send(request, last, signal);
      const refusal = asked.kind === "refusal" ? asked.refusal : null;
      outcome = refusal?.class === "outage" ? { kind: "away", refusal } : { kind: "there" };
      if (refusal !== null) this.#heed(refusal);
      return asked;
    } finally {
      this.#breaker.end(outcome);
    }
  }

  /** Throws the abortion of all tries when there is no leave to ask. */
  async #send(request: Request, last: Refusal | null, signal: AbortSignal): Promise<Asked> {
    const { limiter, clock, fetch = nodeFetch } = this.#deps;
    const { baseUrl, key } = this.#address;
    const grant = await limiter.acquire(signal);
    if (!grant.granted) {
      const spent = refusalOf(grant.because, "the key's request limit is reached: not asked", grant.retryAfterMs);
      throw new AbortError(new Refused(last ?? spent));
    }
    const fetched = await fetchAnswer(requestUrl(baseUrl, key, request), fetch, clock, signal);
    if (fetched.kind === "refusal") return fetched;
    const answer = classifyAnswer(fetched.answer, key);
    if (answer.kind === "refusal") return answer;
    limiter.noteAnswer();
    const { server, fetchTimeMs } = fetched;
    return { kind: "data", answer, isSimulated: server === SIMULATOR_SERVER, fetchTimeMs };
  }

  /** Throws Refused if asking again may help. */
  #heed(refusal: Refusal): void {
    if (refusal.retryAfterMs !== null) {
      this.#deps.limiter.holdOff(refusal.retryAfterMs, refusal.class === "daily_quota" ? "daily_quota" : "throttle");
    }
    if (RETRIABLE.has(refusal.class)) throw new Refused(refusal);
  }
}

/** For the log. */
function subjectOf(request: Request): object {
  const { function: asked } = request;
  return request.function === "search"
    ? { function: asked, text: request.text }
    : { function: asked, symbols: request.symbols };
}
