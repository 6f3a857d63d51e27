// Binance, which is listened to: every trade of a pair, within a quarter of a second, without a key.
import { SIMULATOR_SOURCE } from "../../../domain/quote.ts";
import { SECOND_MS } from "../../../domain/time.ts";
import type { Clock } from "../../../runtime/clock/clock.ts";
import type { Log } from "../../../runtime/log/log.ts";
import { refusalOf } from "../refusal.ts";
import type { FetchOptions, FetchResult, Refusal, StreamingSource, StreamResult } from "../source.ts";
import { KlineService, type Klines } from "./klines.ts";
import { LastTrades } from "./last-trades.ts";
import { Listening } from "./listening.ts";
import { quoteOf } from "./minute-bar.ts";
import { JOINED_MS } from "./symbol-feed.ts";

/** What is asked for when somebody asks: the minute that forms, and the one before. */
const NEWEST = 2;
const TRIES_MAX = 3;
const RETRY_MS = SECOND_MS;
/** As Binance writes pairs. */
const PAIR = /^[A-Z0-9]{2,30}$/;

export interface BinanceOptions {
  /** Where it is listened to, such as `wss://stream.binance.com:9443`. */
  readonly url: string;
  /** Where it is asked, such as `https://api.binance.com`. */
  readonly restUrl: string;
  /** Where it is kept how far was heard; null: in memory only. */
  readonly lastTradesFile: string | null;
}

export interface BinanceDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1. */
  readonly random?: () => number;
  readonly tickMs?: number;
}

/** Binance, or a service that speaks like it. */
export class BinanceSource implements StreamingSource {
  readonly name = "binance";
  readonly cadenceMs = JOINED_MS;
  readonly #options: BinanceOptions;
  readonly #deps: BinanceDeps;
  readonly #klines: KlineService;
  readonly #lastTrades: LastTrades;

  constructor(options: BinanceOptions, deps: BinanceDeps) {
    const { clock, log } = deps;
    this.#options = options;
    this.#deps = deps;
    this.#klines = new KlineService({ url: options.restUrl, clock });
    this.#lastTrades = new LastTrades({ file: options.lastTradesFile, service: options.url, clock, log });
  }

  /** The newest minute bars of each symbol, each time. */
  async *fetch(
    symbols: readonly string[],
    signal: AbortSignal,
    options: FetchOptions = {},
  ): AsyncGenerator<FetchResult, void, undefined> {
    for (const symbol of symbols) {
      if (!PAIR.test(symbol)) {
        yield { kind: "refusal", symbol, refusal: noPair(symbol) };
        continue;
      }
      const klines = await this.#ask(symbol, signal, options);
      if (klines.kind === "refusal") yield { kind: "refusal", symbol, refusal: klines.refusal };
      else yield resultOf(symbol, klines);
    }
  }

  async *stream(
    symbols: readonly string[],
    signal: AbortSignal,
    { onFailedTry }: Pick<FetchOptions, "onFailedTry"> = {},
  ): AsyncGenerator<StreamResult, void, undefined> {
    const pairs = symbols.filter((symbol) => PAIR.test(symbol));
    for (const symbol of symbols) {
      if (!PAIR.test(symbol)) yield { kind: "refusal", symbol, refusal: noPair(symbol) };
    }
    const { clock, log, random = Math.random, tickMs } = this.#deps;
    const listening = new Listening({
      ...{ url: this.#options.url, symbols: pairs, klines: this.#klines, lastTrades: this.#lastTrades },
      ...{ clock, log, random, onFailedTry, ...(tickMs === undefined ? {} : { tickMs }) },
    });
    const stop = new AbortController();
    const ended = listening.run(AbortSignal.any([signal, stop.signal]));
    ended.catch(() => undefined); // it is awaited below
    try {
      while (!listening.isOver) {
        const due = listening.next();
        if (due === null) {
          await listening.changed(); // no race with `ended`: that would keep each of its rivals for as long as it listens
          continue;
        }
        yield due.result;
        due.taken();
      }
    } finally {
      stop.abort();
      await ended;
      this.#lastTrades.save();
    }
    signal.throwIfAborted();
  }

  /** Asked again after an outage. */
  async #ask(symbol: string, signal: AbortSignal, { tries = TRIES_MAX, onFailedTry }: FetchOptions): Promise<Klines> {
    for (let left = tries - 1; ; left -= 1) {
      const klines = await this.#klines.ask(symbol, { newest: NEWEST }, signal);
      if (klines.kind === "bars" || klines.refusal.class !== "outage") return klines;
      onFailedTry?.(klines.refusal);
      if (left <= 0) return klines;
      await this.#deps.clock.sleep(RETRY_MS, signal);
    }
  }
}

function resultOf(symbol: string, klines: Extract<Klines, { kind: "bars" }>): FetchResult {
  const { bars, fetchTimeMs, refusedRows, roundedPrices, isSimulated } = klines;
  if (bars.length === 0) {
    return { kind: "refusal", symbol, refusal: refusalOf("no_data", "the source has nothing for this symbol") };
  }
  const source = isSimulated ? SIMULATOR_SOURCE : "binance";
  const quotes = bars.map((bar) => quoteOf(bar, symbol, source, fetchTimeMs));
  return { kind: "quotes", symbol, quotes, refusedRows, roundedPrices };
}

function noPair(symbol: string): Refusal {
  return refusalOf("bad_request", `${symbol} is no pair of Binance's such as BTCUSDT`);
}
