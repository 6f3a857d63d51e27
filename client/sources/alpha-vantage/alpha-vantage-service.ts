// The service behind one key: a question goes out when the key's gate allows it, and comes back as an answer that may hold
// prices or as a refusal with a class.

import nodeFetch from "node-fetch";
import { SECOND_MS, type TimeMs } from "../../../domain/time.ts";
import type { Clock } from "../../../runtime/clock/clock.ts";
import type { Log } from "../../../runtime/log/log.ts";
import type { RateLimiter } from "../../rate-limiter.ts";
import { SourceBreaker, type Outcome } from "../../outage/source-breaker.ts";
import type { FetchOptions, Refusal, RefusalClass } from "../source.ts";
import { classifyAnswer, type Answer } from "./classify-answer.ts";
import { refusalOf } from "../refusal.ts";
import { fetchAnswer, type Fetch } from "../fetch-answer.ts";
import { isSimulator } from "../simulator.ts";
import { requestUrl, type Request } from "./request-url.ts";

export interface AlphaVantageDeps {
  /** One for each key, shared by all who use the key. */
  readonly limiter: Pick<RateLimiter, "acquire" | "holdOff" | "noteAnswer">;
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch?: Fetch;
  /** Before the first retry, and up to twice that by chance; the next waits twice as long. 0: no retry waits. */
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

/** How often one question is asked before it is given up for this round. */
export const TRIES_MAX = 3;

const RETRY_MIN_MS = SECOND_MS;
const RETRY_MAX_MS = 10 * SECOND_MS;
/** Asking again may help within the same round. */
const RETRIABLE: ReadonlySet<RefusalClass> = new Set<RefusalClass>(["throttle", "outage"]);

/** One try: what came, and whether it is worth another. */
interface Try {
  readonly asked: Asked;
  readonly mayRetry: boolean;
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
    let last: Refusal | null = null;
    for (let attempt = 1; ; attempt += 1) {
      const { asked, mayRetry } = await this.#try(request, last, signal);
      if (asked.kind === "data" || !mayRetry) return asked;
      last = asked.refusal;
      onFailedTry?.(last);
      const fields = { ...subjectOf(request), attempt, left: tries - attempt, ...last };
      this.#deps.log.debug(fields, "price request refused");
      if (attempt >= tries) return asked;
      await this.#pause(attempt, signal);
    }
  }

  /** Where it is not asked at all, `last` stands. Throws only the signal's reason. */
  async #try(request: Request, last: Refusal | null, signal: AbortSignal): Promise<Try> {
    const away = this.#breaker.begin();
    if (away !== null) return unasked(last ?? away);
    let outcome: Outcome = { kind: "unasked" };
    try {
      const grant = await this.#deps.limiter.acquire(signal);
      if (!grant.granted) {
        const words = "the key's request limit is reached: not asked";
        return unasked(last ?? refusalOf(grant.because, words, grant.retryAfterMs));
      }
      const asked = await this.#send(request, signal);
      outcome = outcomeOf(asked);
      if (asked.kind === "data") return { asked, mayRetry: false };
      this.#holdOff(asked.refusal);
      return { asked, mayRetry: RETRIABLE.has(asked.refusal.class) };
    } finally {
      this.#breaker.end(outcome);
    }
  }

  async #send(request: Request, signal: AbortSignal): Promise<Asked> {
    const { limiter, clock, fetch = nodeFetch } = this.#deps;
    const { baseUrl, key } = this.#address;
    const fetched = await fetchAnswer(requestUrl(baseUrl, key, request), fetch, clock, signal);
    if (fetched.kind === "refusal") return fetched;
    const answer = classifyAnswer(fetched.answer, key);
    if (answer.kind === "refusal") return answer;
    limiter.noteAnswer();
    const { server, fetchTimeMs } = fetched;
    return { kind: "data", answer, isSimulated: isSimulator(server), fetchTimeMs };
  }

  #holdOff({ class: refusal, retryAfterMs }: Refusal): void {
    if (retryAfterMs === null) return;
    this.#deps.limiter.holdOff(retryAfterMs, refusal === "daily_quota" ? "daily_quota" : "throttle");
  }

  async #pause(attempt: number, signal: AbortSignal): Promise<void> {
    const { clock, retryMinMs = RETRY_MIN_MS } = this.#deps;
    const waitMs = Math.min(retryMinMs * 2 ** (attempt - 1) * (1 + Math.random()), RETRY_MAX_MS);
    if (waitMs > 0) await clock.sleep(Math.ceil(waitMs), signal);
  }
}

function unasked(refusal: Refusal): Try {
  return { asked: { kind: "refusal", refusal }, mayRetry: false };
}

function outcomeOf(asked: Asked): Outcome {
  const isAway = asked.kind === "refusal" && asked.refusal.class === "outage";
  return isAway ? { kind: "away", refusal: asked.refusal } : { kind: "there" };
}

/** For the log. */
function subjectOf(request: Request): object {
  const { function: asked } = request;
  return request.function === "search"
    ? { function: asked, text: request.text }
    : { function: asked, symbols: request.symbols };
}
