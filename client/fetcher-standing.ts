// What the fetcher tells the server of itself, for people to look at; nothing is decided by it.
import packageFile from "../package.json" with { type: "json" };
import { DAY_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../domain/time.ts";
import {
  SourceState,
  type FetcherReport,
  type RequestBudget,
  type SymbolPlan as SymbolPlanMessage,
} from "../proto/gen/tickerbell/v1/quote_service.ts";
import type { Duration } from "../proto/gen/google/protobuf/duration.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { Log } from "../runtime/log/log.ts";
import type { RoundWatcher } from "./fetch-round.ts";
import type { SymbolPlan } from "./planner/announce.ts";
import type { KeyState } from "./rate-limiter.ts";
import type { FetchResult, Refusal, RefusalClass } from "./sources/source.ts";
import type { SpoolState } from "./spool/spool.ts";

/** The contract's limits. */
export const REPORTED_SYMBOLS_MAX = 1_000;
const DETAIL_CHARACTERS_MAX = 500;
/** What is said of one symbol: the source has answered. */
const OF_ONE_SYMBOL: readonly RefusalClass[] = ["no_data", "bad_request"];
/** What a try that failed tells of the source already: a pause that it asks for is over within the round. */
const OF_THE_SOURCE: readonly RefusalClass[] = ["outage", "not_entitled"];
/** What comes more often is not announced from one time to the next. */
const ANNOUNCED_CADENCE_MS = MINUTE_MS;
/** A source that gives no answer for longer, and whose last try failed, is silent: what is over sooner is a hiccup. */
export const HICCUP_MS = 5 * SECOND_MS;

export interface FetcherStandingOptions {
  readonly clock: Clock;
  /** Told of each change of the source's state; unset: nothing is. */
  readonly log?: Log;
  /** What people know the source by until a price says whose it is: `alpha-vantage`, `simulator`. */
  readonly sourceName: string;
  /** What is fetched now. */
  readonly symbols: () => readonly string[];
  /** Whether that is the server's list. */
  readonly followsServer: boolean;
  /** Whether the source looks symbols up. */
  readonly canSearch: boolean;
  readonly spool: { readonly state: SpoolState };
  /** How the key stands at the source. */
  readonly keyState: () => KeyState;
}

/** Knows how the fetcher stands, having been told of each answer, each failed try, each round and each plan. */
export class FetcherStanding implements RoundWatcher {
  readonly #options: FetcherStandingOptions;
  #sourceState: SourceState = SourceState.UNSPECIFIED;
  #sourceStateSince: TimeMs;
  /** What the source said last instead of a price. */
  #refusal = "";
  #refusalClass: RefusalClass | "" = "";
  /** The class that the log was told of last; null: the source is not silent as far as the log knows. */
  #loggedClass: RefusalClass | "" | null = null;
  #hasAnswered = false;
  /** Since when it has been asked in vain in this round; null: it has answered, and is not asked on yet. */
  #vainSince: TimeMs | null = null;
  #sourceName: string;
  #lastPriceTime: TimeMs | null = null;
  #roundTime: TimeMs | null = null;
  #plans: readonly SymbolPlan[] = [];

  constructor(options: FetcherStandingOptions) {
    this.#options = options;
    this.#sourceName = options.sourceName;
    this.#sourceStateSince = options.clock.now();
  }

  /** A round begins now. */
  noteRoundBegin(): void {
    const now = this.#options.clock.now();
    this.#roundTime = now;
    this.#hasAnswered = false;
    this.#vainSince = now;
  }

  noteResult(result: FetchResult): void {
    if (result.kind === "refusal") {
      this.#noteRefusal(result.symbol, result.refusal);
      return;
    }
    const now = this.#options.clock.now();
    this.#hasAnswered = true;
    this.#vainSince = null;
    const [quote] = result.quotes;
    if (quote !== undefined) {
      this.#lastPriceTime = now;
      this.#sourceName = quote.source; // whatever answers on this machine need not be the simulator
    }
    this.#logAnswer(now);
    this.#stand(SourceState.ANSWERING, now);
  }

  noteTaken(): void {
    this.#vainSince = this.#options.clock.now();
  }

  /** A source that is away is told while the round is under way: until it has ended, every symbol may wait for an answer that does not come. */
  noteFailedTry(refusal: Refusal): void {
    if (!OF_THE_SOURCE.includes(refusal.class) || this.#vainSince === null) return;
    this.#refusal = refusal.message;
    this.#refusalClass = refusal.class;
    if (this.#options.clock.now() - this.#vainSince < HICCUP_MS) return;
    this.#stand(SourceState.SILENT, this.#vainSince);
    this.#logSilence();
  }

  /** A round is over; `failure` is what broke it, if something did. */
  noteRoundEnd(failure: string | null): void {
    if (failure !== null) this.#refusal = failure;
    if (this.#hasAnswered) return;
    this.#stand(SourceState.SILENT, this.#vainSince ?? this.#options.clock.now());
    if (failure === null) this.#logSilence(); // else whoever ran the round has told
  }

  /** When each symbol's price comes, and when the next round begins; null when none is planned. */
  notePlan(plans: readonly SymbolPlan[], time: TimeMs | null): void {
    this.#plans = plans;
    this.#roundTime = time;
  }

  report(): FetcherReport {
    const { symbols, spool, followsServer, canSearch } = this.#options;
    const { size, capacity, oldestFetchTimeMs, refusedCount } = spool.state;
    return {
      version: packageFile.version,
      source: this.#sourceName,
      symbols: symbols().slice(0, REPORTED_SYMBOLS_MAX),
      sourceState: this.#sourceState,
      sourceStateTime: new Date(this.#sourceStateSince),
      sourceDetail: this.#sourceState === SourceState.SILENT ? this.#refusal.slice(0, DETAIL_CHARACTERS_MAX) : "",
      lastPriceTime: dateOf(this.#lastPriceTime),
      nextRoundTime: dateOf(this.#roundTime),
      spooledCount: size,
      spoolCapacity: capacity,
      oldestSpooledTime: dateOf(oldestFetchTimeMs),
      refusedCount,
      plans: this.#plans.slice(0, REPORTED_SYMBOLS_MAX).map(planToProto),
      budget: budgetOf(this.#options.keyState()),
      refusalClass: this.#sourceState === SourceState.SILENT ? this.#refusalClass : "",
      followsServer,
      canSearch,
    };
  }

  /** A source that has answered before is not silent because it does not know a symbol. */
  #noteRefusal(symbol: string, { class: refusal, message }: Refusal): void {
    this.#refusal = `${symbol}: ${message}`;
    this.#refusalClass = refusal;
    if (this.#sourceState === SourceState.ANSWERING && OF_ONE_SYMBOL.includes(refusal)) this.#hasAnswered = true;
  }

  /** One line when the source falls silent, and one when it is silent for another reason. */
  #logSilence(): void {
    if (this.#loggedClass === this.#refusalClass) return;
    this.#loggedClass = this.#refusalClass;
    const { log } = this.#options;
    const since = new Date(this.#sourceStateSince).toISOString();
    const fields = { source: this.#sourceName, class: this.#refusalClass, since, detail: this.#refusal };
    log?.warn(fields, "the source gives no prices");
  }

  #logAnswer(now: TimeMs): void {
    if (this.#sourceState === SourceState.ANSWERING) return;
    const { log } = this.#options;
    const wasSilent = this.#loggedClass !== null;
    const since = new Date(this.#sourceStateSince).toISOString();
    const seconds = Math.round((now - this.#sourceStateSince) / SECOND_MS);
    const silence = wasSilent ? { after: this.#loggedClass, silent_since: since, silent_s: seconds } : {};
    this.#loggedClass = null;
    log?.info({ source: this.#sourceName, ...silence }, wasSilent ? "the source answers again" : "the source answers");
  }

  #stand(state: SourceState, since: TimeMs): void {
    if (this.#sourceState === state) return;
    this.#sourceState = state;
    this.#sourceStateSince = since;
  }
}

function planToProto({ symbol, cadenceMs, nextTimeMs, blindUntilMs }: SymbolPlan): SymbolPlanMessage {
  const nextTime = cadenceMs < ANNOUNCED_CADENCE_MS ? undefined : dateOf(nextTimeMs);
  return { symbol, cadence: durationFromMs(cadenceMs), nextTime, blindUntil: dateOf(blindUntilMs) };
}

function budgetOf({ day }: KeyState): RequestBudget | undefined {
  if (day === null) return undefined;
  const { limit, times, windowMs } = day;
  const [oldest = null] = times;
  const freeTime = oldest === null ? undefined : new Date(oldest + windowMs);
  return { used: times.length, limit, window: durationFromMs(DAY_MS), freeTime };
}

function durationFromMs(ms: number): Duration {
  const seconds = Math.floor(ms / SECOND_MS);
  return { seconds, nanos: Math.round((ms - seconds * SECOND_MS) * 1_000_000) };
}

function dateOf(time: TimeMs | null): Date | undefined {
  return time === null ? undefined : new Date(time);
}
