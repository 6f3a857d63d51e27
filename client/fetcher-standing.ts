// What the fetcher tells the server of itself, for people to look at; nothing is decided by it.
import packageFile from "../package.json" with { type: "json" };
import { SECOND_MS, type TimeMs } from "../domain/time.ts";
import { SourceState, type FetcherReport } from "../proto/gen/tickerbell/v1/quote_service.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { RoundWatcher } from "./fetch-round.ts";
import type { FetchResult, Refusal } from "./sources/source.ts";
import type { SpoolState } from "./spool/spool.ts";

/** The contract's limits. */
const SYMBOLS_MAX = 1_000;
const DETAIL_CHARACTERS_MAX = 500;
/** A source that gives no answer for longer, and whose last try failed, is silent: what is over sooner is a hiccup. */
export const HICCUP_MS = 5 * SECOND_MS;

export interface FetcherStandingOptions {
  readonly clock: Clock;
  /** What people know the source by: `alpha-vantage`, `simulator`. */
  readonly sourceName: string;
  readonly symbols: readonly string[];
  readonly spool: { readonly state: SpoolState };
}

/** Knows how the fetcher stands, having been told of each answer, each failed try, each round and each plan. */
export class FetcherStanding implements RoundWatcher {
  readonly #options: FetcherStandingOptions;
  #sourceState: SourceState = SourceState.UNSPECIFIED;
  #sourceStateSince: TimeMs;
  /** What the source said last instead of a price. */
  #refusal = "";
  #hasAnswered = false;
  /** Since when it has been asked in vain in this round; null: it has answered, and is not asked on yet. */
  #vainSince: TimeMs | null = null;
  #lastPriceTime: TimeMs | null = null;
  #roundTime: TimeMs | null = null;

  constructor(options: FetcherStandingOptions) {
    this.#options = options;
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
      this.#refusal = `${result.symbol}: ${result.refusal.message}`;
      return;
    }
    const now = this.#options.clock.now();
    this.#hasAnswered = true;
    this.#vainSince = null;
    if (result.quotes.length > 0) this.#lastPriceTime = now;
    this.#stand(SourceState.ANSWERING, now);
  }

  noteTaken(): void {
    this.#vainSince = this.#options.clock.now();
  }

  /** An outage is told while the round is under way: until it has ended, every symbol may wait for an answer that does not come. */
  noteFailedTry(refusal: Refusal): void {
    if (refusal.class !== "outage" || this.#vainSince === null) return;
    this.#refusal = refusal.message;
    if (this.#options.clock.now() - this.#vainSince >= HICCUP_MS) this.#stand(SourceState.SILENT, this.#vainSince);
  }

  /** A round is over; `failure` is what broke it, if something did. */
  noteRoundEnd(failure: string | null): void {
    if (failure !== null) this.#refusal = failure;
    if (!this.#hasAnswered) this.#stand(SourceState.SILENT, this.#vainSince ?? this.#options.clock.now());
  }

  /** When the next round begins; null when none is planned. */
  notePlan(time: TimeMs | null): void {
    this.#roundTime = time;
  }

  report(): FetcherReport {
    const { sourceName, symbols, spool } = this.#options;
    const { size, capacity, oldestFetchTimeMs, refusedCount } = spool.state;
    return {
      version: packageFile.version,
      source: sourceName,
      symbols: symbols.slice(0, SYMBOLS_MAX),
      sourceState: this.#sourceState,
      sourceStateTime: new Date(this.#sourceStateSince),
      sourceDetail: this.#sourceState === SourceState.SILENT ? this.#refusal.slice(0, DETAIL_CHARACTERS_MAX) : "",
      lastPriceTime: dateOf(this.#lastPriceTime),
      nextRoundTime: dateOf(this.#roundTime),
      spooledCount: size,
      spoolCapacity: capacity,
      oldestSpooledTime: dateOf(oldestFetchTimeMs),
      refusedCount,
    };
  }

  #stand(state: SourceState, since: TimeMs): void {
    if (this.#sourceState === state) return;
    this.#sourceState = state;
    this.#sourceStateSince = since;
  }
}

function dateOf(time: TimeMs | null): Date | undefined {
  return time === null ? undefined : new Date(time);
}
