import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Quote } from "../../../../domain/quote.ts";
import type { TimeMs } from "../../../../domain/time.ts";
import {
  startBinance,
  type BinanceConfig,
  type BinanceSimulator,
} from "../../../../simulator/binance/start-binance.ts";
import { SkippingClock } from "../../../../test/support/skipping-clock.ts";
import { RecordedLog } from "../../../testing/recorded-log.ts";
import type { Hole, Refusal, StreamResult } from "../../source.ts";
import { BinanceSource } from "../binance-source.ts";

/** A Tuesday, seventeen seconds into a minute. */
export const START_MS = Date.UTC(2026, 4, 12, 9, 41, 17);
export const SYMBOLS = ["BTCUSDT", "ETHUSDT"];
const TICK_MS = 250;

/** A source that listens to a simulated Binance, on a clock that skips; what comes is kept. */
export class BinanceWorld {
  readonly clock: SkippingClock;
  readonly service: BinanceSimulator;
  readonly log = new RecordedLog();
  readonly results: StreamResult[] = [];
  readonly failedTries: Refusal[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "tickerbell-binance-"));
  readonly #tickMs: number;
  #listening: { readonly stop: AbortController; readonly ended: Promise<unknown> } | null = null;
  /** Whoever takes what comes waits for this before each. */
  pause: Promise<void> = Promise.resolve();

  private constructor(service: BinanceSimulator, clock: SkippingClock, tickMs: number) {
    this.service = service;
    this.clock = clock;
    this.#tickMs = tickMs;
  }

  /** `tickMs`: how often both sides look, or this one; the longer, the quicker a day is over. */
  static async open(config: Partial<BinanceConfig> = {}, tickMs = config.tickMs ?? TICK_MS): Promise<BinanceWorld> {
    const clock = new SkippingClock(START_MS);
    const usual = { host: "127.0.0.1", port: 0, seed: 1, symbols: SYMBOLS, perSecond: 2, tickMs: TICK_MS };
    const service = await startBinance({ ...usual, ...config }, clock);
    return new BinanceWorld(service, clock, tickMs);
  }

  get quotes(): Quote[] {
    return this.results.flatMap((result) => (result.kind === "quotes" ? result.quotes : []));
  }

  get holes(): Hole[] {
    return this.results.flatMap((result) => (result.kind === "hole" ? [result.hole] : []));
  }

  source(): BinanceSource {
    const { url, restUrl } = this.service;
    const lastTradesFile = join(this.#folder, "last-trades.json");
    return new BinanceSource(
      { url, restUrl, lastTradesFile },
      { clock: this.clock, log: this.log, random: () => 0.5, tickMs: this.#tickMs },
    );
  }

  listen(symbols: readonly string[] = SYMBOLS): void {
    const stop = new AbortController();
    this.#listening = { stop, ended: this.#hear(symbols, stop.signal).catch((error: unknown) => error) };
  }

  /** What the stream threw. */
  async stopListening(): Promise<unknown> {
    this.#listening?.stop.abort(new Error("enough"));
    await this.clock.settle();
    const thrown = await this.#listening?.ended;
    this.#listening = null;
    return thrown;
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    await this.clock.runUntil(this.clock.now() + ms);
  }

  /** The newest version of each minute. */
  minutes(symbol: string): ReadonlyMap<TimeMs, Quote> {
    const own = this.quotes.filter((quote) => quote.symbol === symbol);
    return new Map(own.map((quote) => [quote.quoteTimeMs, quote]));
  }

  async close(): Promise<void> {
    await this.stopListening();
    const closed = this.service.close();
    await this.pass(5_000);
    await closed;
    rmSync(this.#folder, { recursive: true });
  }

  async #hear(symbols: readonly string[], signal: AbortSignal): Promise<void> {
    const onFailedTry = (refusal: Refusal): void => void this.failedTries.push(refusal);
    for await (const result of this.source().stream(symbols, signal, { onFailedTry })) {
      this.results.push(result);
      await this.pause;
    }
  }
}
