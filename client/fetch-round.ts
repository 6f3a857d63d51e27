// One round: the source is asked for every symbol, its quotes go to the spool as each answer comes, and what a source says
// instead of prices is told once, not every minute.
import type { Quote } from "../domain/quote.ts";
import type { Log } from "../runtime/log/log.ts";
import { isOfAll } from "./planner/retry-waits.ts";
import type { GapSink, QuoteSink } from "./quote-sink.ts";
import type {
  FetchOptions,
  FetchResult,
  Hole,
  Refusal,
  RefusalClass,
  Source,
  StreamingSource,
} from "./sources/source.ts";

/** Whoever wants to know what becomes of a round while it is under way. */
export interface RoundWatcher {
  /** An answer came; its quotes, if it has any, are not taken in yet. */
  noteResult(result: FetchResult): void;
  /** The quotes of a symbol's answer are taken in: the source is asked on. */
  noteTaken(symbol: string): void;
  /** The source gave no answer, and may be asked again. */
  noteFailedTry(refusal: Refusal): void;
}

/** Several watchers as one, told in their order; null: there is none. */
export function watchersAsOne(...given: readonly (RoundWatcher | null)[]): RoundWatcher {
  const watchers = given.filter((watcher) => watcher !== null);
  return {
    noteResult: (result) => watchers.forEach((watcher) => watcher.noteResult(result)),
    noteTaken: (symbol) => watchers.forEach((watcher) => watcher.noteTaken(symbol)),
    noteFailedTry: (refusal) => watchers.forEach((watcher) => watcher.noteFailedTry(refusal)),
  };
}

export interface FetchRoundOptions {
  readonly source: Source;
  readonly sink: QuoteSink;
  /** Told what a stream misses; unset: only the log is. */
  readonly gaps?: GapSink;
  readonly log: Log;
  readonly watcher?: RoundWatcher;
}

/** What came of a round, in numbers. */
export interface RoundSummary {
  /** Quotes handed on. */
  quotes: number;
  /** Symbols that were refused. */
  refusals: number;
}

/** How a round asks. */
export interface RoundOptions {
  /** How often a question is put at most; unset: as often as the source finds right. */
  readonly tries?: number;
  /** Whether a refusal ends the round: the symbols that are left are not asked for. */
  readonly ends?: (refusal: Refusal) => boolean;
}

type Outcome = "prices" | RefusalClass;

/** Fetches round by round; remembers what it said of each symbol. */
export class FetchRound {
  readonly #options: FetchRoundOptions;
  readonly #lastOutcomes = new Map<string, Outcome>();

  constructor(options: FetchRoundOptions) {
    this.#options = options;
  }

  /** One round. Throws the signal's reason, and what a defective source throws. */
  run(symbols: readonly string[], signal: AbortSignal, options: RoundOptions = {}): Promise<RoundSummary> {
    const { ends, ...asked } = options;
    return this.#run(symbols, signal, asked, ends);
  }

  /** Asks for some symbols once more, whose newest prices are doubted. Throws as `run` does. */
  runAgain(
    symbols: readonly string[],
    signal: AbortSignal,
    asked: Pick<RoundOptions, "tries"> = {},
  ): Promise<RoundSummary> {
    return this.#run(symbols, signal, { ...asked, newestAgain: true });
  }

  /** Listens to a source until the signal. Throws as `run` does. */
  async listen(source: StreamingSource, symbols: readonly string[], signal: AbortSignal): Promise<void> {
    const { watcher } = this.#options;
    const onFailedTry = (refusal: Refusal): void => watcher?.noteFailedTry(refusal);
    for await (const result of source.stream(symbols, signal, { onFailedTry })) {
      if (result.kind === "hole") await this.#takeHole(result.hole, signal);
      else {
        this.#sayChange(result);
        await this.#take(result, signal);
      }
    }
  }

  async #run(
    symbols: readonly string[],
    signal: AbortSignal,
    options: FetchOptions,
    ends: RoundOptions["ends"] = () => false,
  ): Promise<RoundSummary> {
    const { source, log, watcher } = this.#options;
    const summary: RoundSummary = { quotes: 0, refusals: 0 };
    const onFailedTry = (refusal: Refusal): void => watcher?.noteFailedTry(refusal);
    const ofSource: FetchResult[] = [];
    let hasAnswered = false;
    for await (const result of source.fetch(symbols, signal, { ...options, onFailedTry })) {
      if (result.kind === "refusal" && isOfAll(result.refusal.class)) ofSource.push(result);
      else {
        hasAnswered = true;
        this.#sayChange(result);
      }
      await this.#take(result, signal);
      if (result.kind === "quotes") summary.quotes += result.quotes.length;
      else summary.refusals += 1;
      if (result.kind === "refusal" && ends(result.refusal)) break;
    }
    if (hasAnswered) for (const result of ofSource) this.#sayChange(result); // else it is told of the source, once
    log.debug(summary, "round ended");
    return summary;
  }

  async #take(result: FetchResult, signal: AbortSignal): Promise<void> {
    const { sink, log, watcher } = this.#options;
    watcher?.noteResult(result);
    if (result.kind === "refusal") return;
    log.debug(fieldsOf(result), "answer parsed");
    await sink.put(result.quotes, signal, result.reach);
    watcher?.noteTaken(result.symbol);
  }

  /** What is missing for good. */
  async #takeHole(hole: Hole, signal: AbortSignal): Promise<void> {
    const { symbol, startTimeMs, endTimeMs, reason } = hole;
    const span = { from: new Date(startTimeMs).toISOString(), until: new Date(endTimeMs).toISOString() };
    this.#options.log.warn({ symbol, ...span, reason }, "prices are missing for good");
    await this.#options.gaps?.putGaps([hole], signal);
  }

  #sayChange(result: FetchResult): void {
    const { log } = this.#options;
    const outcome: Outcome = result.kind === "refusal" ? result.refusal.class : "prices";
    const last = this.#lastOutcomes.get(result.symbol);
    this.#lastOutcomes.set(result.symbol, outcome);
    if (outcome === last) return;
    const { symbol } = result;
    if (result.kind === "quotes") log.info({ symbol, ...(last === undefined ? {} : { after: last }) }, "prices arrive");
    else log.warn({ symbol, refusal: outcome, detail: result.refusal.message }, "the source gives no price");
  }
}

/** For the log: the answer in numbers, and its newest quote. */
function fieldsOf({ symbol, quotes, refusedRows, roundedPrices }: Extract<FetchResult, { kind: "quotes" }>): object {
  const counts = { symbol, quotes: quotes.length, refused_rows: refusedRows, rounded_prices: roundedPrices };
  const newest: Quote | undefined = quotes.at(-1);
  if (newest === undefined) return counts;
  return { ...counts, quote_time: new Date(newest.quoteTimeMs).toISOString(), close: newest.close };
}
