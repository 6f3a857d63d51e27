// What the fetcher tells the server of itself, for people to look at; nothing is decided by it.
import packageFile from "../package.json" with { type: "json" };
import type { TimeMs } from "../domain/time.ts";
import { SourceState, type FetcherReport } from "../proto/gen/tickerbell/v1/quote_service.ts";
import type { Clock } from "../runtime/clock/clock.ts";
import type { FetchResult, Source } from "./sources/source.ts";
import type { SpoolState } from "./spool/spool.ts";

/** The contract's limits. */
const SYMBOLS_MAX = 1_000;
const DETAIL_CHARACTERS_MAX = 500;

export interface FetcherStandingOptions {
  readonly clock: Clock;
  readonly source: Source;
  readonly symbols: readonly string[];
  readonly spool: { readonly state: SpoolState };
}

/** Knows how the fetcher stands, having been told of each answer, each round and each plan. */
export class FetcherStanding {
  readonly #options: FetcherStandingOptions;
  #sourceState: SourceState = SourceState.UNSPECIFIED;
  #sourceStateSince: TimeMs;
  /** What the source said last instead of a price. */
  #refusal = "";
  #hasAnswered = false;
  #lastPriceTime: TimeMs | null = null;
  #nextRoundTime: TimeMs | null = null;

  constructor(options: FetcherStandingOptions) {
    this.#options = options;
    this.#sourceStateSince = options.clock.now();
  }

  /** The source answered for a symbol. */
  noteResult(result: FetchResult): void {
    if (result.kind === "refusal") {
      this.#refusal = `${result.symbol}: ${result.refusal.message}`;
      return;
    }
    this.#hasAnswered = true;
    if (result.quotes.length > 0) this.#lastPriceTime = this.#options.clock.now();
    this.#stand(SourceState.ANSWERING);
  }

  /** A round is over; `failure` is what broke it, if something did. */
  noteRoundEnd(failure: string | null): void {
    if (failure !== null) this.#refusal = failure;
    if (!this.#hasAnswered) this.#stand(SourceState.SILENT);
    this.#hasAnswered = false;
  }

  /** When the next round begins; null when none is planned. */
  notePlan(time: TimeMs | null): void {
    this.#nextRoundTime = time;
  }

  report(): FetcherReport {
    const { source, symbols, spool } = this.#options;
    const { size, capacity, oldestQuoteTimeMs, refusedCount } = spool.state;
    return {
      version: packageFile.version,
      source: source.name,
      symbols: symbols.slice(0, SYMBOLS_MAX),
      sourceState: this.#sourceState,
      sourceStateTime: new Date(this.#sourceStateSince),
      sourceDetail: this.#sourceState === SourceState.SILENT ? this.#refusal.slice(0, DETAIL_CHARACTERS_MAX) : "",
      lastPriceTime: dateOf(this.#lastPriceTime),
      nextRoundTime: dateOf(this.#nextRoundTime),
      spooledCount: size,
      spoolCapacity: capacity,
      oldestSpooledTime: dateOf(oldestQuoteTimeMs),
      refusedCount,
    };
  }

  #stand(state: SourceState): void {
    if (this.#sourceState === state) return;
    this.#sourceState = state;
    this.#sourceStateSince = this.#options.clock.now();
  }
}

function dateOf(time: TimeMs | null): Date | undefined {
  return time === null ? undefined : new Date(time);
}
