// One round: the source is asked for every symbol, its quotes go to the spool as each answer comes, and what a source says
// instead of prices is told once, not every minute.
import type { Quote } from "../domain/quote.ts";
import type { Log } from "../runtime/log/log.ts";
import type { QuoteSink } from "./quote-sink.ts";
import type { FetchResult, RefusalClass, Source } from "./sources/source.ts";

export interface FetchRoundOptions {
  readonly source: Source;
  readonly sink: QuoteSink;
  readonly symbols: readonly string[];
  readonly log: Log;
  /** Told of each answer as it comes. */
  readonly onResult?: (result: FetchResult) => void;
}

/** What came of a round, in numbers. */
export interface RoundSummary {
  /** Quotes handed on. */
  quotes: number;
  /** Symbols that were refused. */
  refusals: number;
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
  async run(signal: AbortSignal): Promise<RoundSummary> {
    const { source, sink, symbols, log, onResult } = this.#options;
    const summary: RoundSummary = { quotes: 0, refusals: 0 };
    for await (const result of source.fetch(symbols, signal)) {
      this.#sayChange(result);
      onResult?.(result);
      if (result.kind === "refusal") {
        summary.refusals += 1;
        continue;
      }
      log.debug(fieldsOf(result), "answer parsed");
      await sink.put(result.quotes, signal);
      summary.quotes += result.quotes.length;
    }
    log.debug(summary, "round ended");
    return summary;
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
