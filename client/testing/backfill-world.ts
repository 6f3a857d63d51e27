import type { Gap } from "../../domain/gap.ts";
import type { Quote } from "../../domain/quote.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { Backfill, type BackfillOptions } from "../backfill/backfill.ts";
import { BackfillMemory } from "../backfill/backfill-memory.ts";
import { reachOf } from "../sources/reach-of.ts";
import type { FetchResult, RefusalClass } from "../sources/source.ts";
import { OPENING_MS } from "./make-quote.ts";
import { RecordedLog } from "./recorded-log.ts";

/** What the past is answered with: bars, or a refusal. */
type Past = readonly Quote[] | RefusalClass;

/** A backfill between a scripted past and a sink that writes down what it gets, in its order. */
export class BackfillWorld {
  readonly clock = new FakeClock(OPENING_MS + DAY_MS);
  readonly log = new RecordedLog();
  readonly memory: BackfillMemory;
  readonly backfill: Backfill;
  /** Quotes and gaps as they were handed on. */
  readonly taken: (Quote | Gap)[] = [];
  /** What was asked: `AAPL 2026-05`, `AAPL daily`. */
  readonly asked: string[] = [];
  /** Answers to come, by question; without one there is nothing. */
  readonly past = new Map<string, Past>();
  /** Answered while the questions are held. */
  hold: Promise<unknown> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(options: Partial<BackfillOptions> = {}, memory = new BackfillMemory()) {
    this.memory = memory;
    const { signal } = this.#stopping;
    this.backfill = new Backfill({
      sink: { put: (quotes) => this.#take(quotes) },
      gaps: { putGaps: (gaps) => this.#take(gaps) },
      source: {
        fetchIntradayMonth: (symbol, month) => this.#answer(symbol, month),
        fetchDaily: (symbol) => this.#answer(symbol, "daily"),
      },
      memory: this.memory,
      watched: () => ["AAPL", "IBM"].map((symbol) => ({ symbol, hasAlerts: symbol === "IBM" })),
      dueRequests: () => 2,
      keyState: () => ({ day: null, heldUntilMs: null }),
      looksForHoles: true,
      tickHoleMs: () => 5 * MINUTE_MS,
      fetchesDaily: true,
      clock: this.clock,
      log: this.log,
      ...options,
      signal,
    });
  }

  /** An answer of these quotes comes, of which only `quotes` are new. */
  answer(all: readonly Quote[], quotes = all): Promise<void> {
    return this.backfill.put(quotes, this.#stopping.signal, reachOf(all));
  }

  /** What was handed on, each by its minute after the opening; a gap as `from-until`. */
  get minutes(): (number | string)[] {
    const minute = (time: number): number => (time - OPENING_MS) / MINUTE_MS;
    return this.taken.map((one) =>
      "quoteTimeMs" in one ? minute(one.quoteTimeMs) : `${minute(one.startTimeMs)}-${minute(one.endTimeMs)}`,
    );
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error("closed"));
    await this.backfill.ended();
  }

  async #take(these: readonly (Quote | Gap)[]): Promise<void> {
    this.taken.push(...these);
    await Promise.resolve();
  }

  async #answer(symbol: string, what: string): Promise<FetchResult> {
    this.asked.push(`${symbol} ${what}`);
    await this.hold;
    const past = this.past.get(`${symbol} ${what}`) ?? "no_data";
    if (typeof past !== "string") return { kind: "quotes", symbol, quotes: past, refusedRows: 0, roundedPrices: 0 };
    return { kind: "refusal", symbol, refusal: { class: past, message: "the words", retryAfterMs: null } };
  }
}
