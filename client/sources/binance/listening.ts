// One time of listening to Binance: lines are kept open, trades become bars, holes are filled, and what is due is there for whoever asks.
import { SIMULATOR_SOURCE } from "../../../domain/quote.ts";
import { MINUTE_MS, type TimeMs } from "../../../domain/time.ts";
import type { Clock } from "../../../runtime/clock/clock.ts";
import type { Log } from "../../../runtime/log/log.ts";
import type { FetchOptions, StreamResult } from "../source.ts";
import { FillQueue } from "./fill-queue.ts";
import { HoleFiller } from "./hole-filler.ts";
import type { KlineService } from "./klines.ts";
import type { LastTrades } from "./last-trades.ts";
import { LineKeeper } from "./line-keeper.ts";
import { SymbolFeed } from "./symbol-feed.ts";
import type { Trade } from "./trade-message.ts";

/** How often what is due is looked for: a price waits no longer than this beyond its quarter of a second. */
const TICK_MS = 50;
/** What is not understood is told no more often. */
const TELL_EVERY_MS = MINUTE_MS;

export interface ListeningOptions {
  readonly url: string;
  readonly symbols: readonly string[];
  readonly klines: KlineService;
  readonly lastTrades: LastTrades;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly tickMs?: number;
  readonly onFailedTry: FetchOptions["onFailedTry"];
}

/** Something to hand on; call `taken` when it was. */
export interface Due {
  readonly result: StreamResult;
  readonly taken: () => void;
}

/** From the first line to the last. */
export class Listening {
  readonly #options: ListeningOptions;
  readonly #feeds: ReadonlyMap<string, SymbolFeed>;
  readonly #fillers: ReadonlyMap<string, HoleFiller>;
  readonly #keeper: LineKeeper;
  /** What the listening before this one left. */
  readonly #unsettled: Map<string, TimeMs | null>;
  readonly #fills: FillQueue;
  /** The feeds in turn, so that none starves. */
  readonly #turns: SymbolFeed[];
  #isSimulated = false;
  #isOver = false;
  #malformed = 0;
  #malformedToldAt = -Infinity;
  #wake: () => void = () => undefined;

  constructor(options: ListeningOptions) {
    const { symbols, klines, lastTrades, url, clock, log, random } = options;
    this.#options = options;
    this.#fills = new FillQueue({ klines, clock });
    this.#feeds = new Map(symbols.map((symbol) => [symbol, new SymbolFeed(symbol, lastTrades.of(symbol))]));
    this.#fillers = new Map([...this.#feeds].map(([symbol, feed]) => [symbol, this.#fillerOf(feed)]));
    this.#unsettled = new Map(symbols.map((symbol) => [symbol, lastTrades.of(symbol)?.unsettledMs ?? null]));
    this.#turns = [...this.#feeds.values()];
    this.#keeper = new LineKeeper({
      ...{ url, clock, log, random, symbols: new Set(symbols) },
      onTrade: (trade, isSimulated) => this.#take(trade, isSimulated),
      onFresh: (fresh) => fresh.forEach((symbol) => this.#fill(symbol, this.#feeds.get(symbol)?.sinceMs ?? null)),
      onMalformed: (detail) => this.#noteMalformed(detail),
      onFailed: (refusal) => {
        log.debug({ detail: refusal.message }, "a line has ended");
        options.onFailedTry?.(refusal);
      },
      lastIdOf: (symbol) => this.#feeds.get(symbol)?.last?.id ?? null,
    });
  }

  /** Keeps the lines open until the signal; without a symbol there are none. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, symbols, tickMs = TICK_MS } = this.#options;
    try {
      while (!signal.aborted) {
        if (symbols.length > 0) this.#keeper.tick();
        this.#wake();
        await clock.sleep(symbols.length > 0 ? tickMs : MINUTE_MS, signal).catch(() => undefined);
      }
    } finally {
      this.#isOver = true;
      this.#wake();
      this.#keeper.close();
      await Promise.all([...this.#fillers.values()].map((filler) => filler.close()));
    }
  }

  /** Whether `run` has ended: nothing more comes. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The next that is due, or null. */
  next(): Due | null {
    const result = this.#fills.shift();
    if (result !== undefined) return { result, taken: () => undefined };
    for (const feed of [...this.#turns]) {
      const due = this.#dueOf(feed);
      if (due !== null) {
        this.#turns.push(...this.#turns.splice(0, this.#turns.indexOf(feed) + 1));
        return due;
      }
    }
    return null;
  }

  /** Resolves when something may be due, or it is over. */
  changed(): Promise<void> {
    return this.#isOver ? Promise.resolve() : new Promise((resolve) => (this.#wake = resolve));
  }

  #dueOf(feed: SymbolFeed): Due | null {
    const { clock, lastTrades } = this.#options;
    const due = feed.takeDue(clock.monotonic(), this.#sourceName(), clock.now());
    if (due === null) return null;
    const { symbol, last, isHandedOn } = feed;
    const unsettledMs = this.#fillers.get(symbol)?.unsettledMs ?? this.#unsettled.get(symbol) ?? null;
    const refusedRows = this.#malformed;
    this.#malformed = 0;
    return {
      result: { kind: "quotes", symbol, quotes: [due.quote], refusedRows, roundedPrices: due.rounded },
      taken: () => {
        if (isHandedOn && last !== null) lastTrades.note(symbol, { ...last, unsettledMs });
      },
    };
  }

  #take(trade: Trade, isSimulated: boolean): void {
    this.#isSimulated = isSimulated;
    const feed = this.#feeds.get(trade.symbol);
    if (feed === undefined) return; // only what was asked for comes here
    const { sinceMs } = feed;
    const taken = feed.take(trade);
    if (taken === "after-hole") this.#fill(trade.symbol, sinceMs);
    if (taken === "too-old") this.#noteMalformed("a trade of a time long past");
  }

  #fill(symbol: string, sinceMs: TimeMs | null): void {
    this.#fillers.get(symbol)?.begin(sinceMs, this.#unsettled.get(symbol) ?? null);
    this.#unsettled.delete(symbol);
  }

  #fillerOf(feed: SymbolFeed): HoleFiller {
    const { clock, log, random } = this.#options;
    const onResult = (result: StreamResult): void => {
      this.#fills.push(result);
      this.#wake();
    };
    const onSimulated = (): void => void (this.#isSimulated = true);
    const source = (): string => this.#sourceName();
    return new HoleFiller({ feed, klines: this.#fills, clock, log, random, onResult, onSimulated, source });
  }

  #sourceName(): string {
    return this.#isSimulated ? SIMULATOR_SOURCE : "binance";
  }

  #noteMalformed(detail: string): void {
    const { clock, log } = this.#options;
    this.#malformed += 1;
    if (clock.monotonic() - this.#malformedToldAt < TELL_EVERY_MS) return;
    this.#malformedToldAt = clock.monotonic();
    log.warn({ detail }, "the source says what is not understood: it is left out");
  }
}
