// A day of listening to a simulated Binance on which all goes wrong that may, in minutes: what the fetcher would spool is held against the tape.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinanceSource } from "../../client/sources/binance/binance-source.ts";
import type { Hole } from "../../client/sources/source.ts";
import { RecordedLog } from "../../client/testing/recorded-log.ts";
import type { Quote } from "../../domain/quote.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";
import { startBinance, type BinanceSimulator } from "../../simulator/binance/start-binance.ts";
import { faultsOf, type Heard } from "./binance-reconcile.ts";
import { fractionFrom } from "./kill-trial.ts";
import { SkippingClock } from "./skipping-clock.ts";

/** A Tuesday, somewhere within a minute. */
const START_MS = Date.UTC(2026, 4, 12, 9, 41, 17);
const SYMBOLS = ["BTCUSDT", "ETHUSDT"];
/** Both look so often; of the service that is two seconds' worth of trades at the end of a line's life. */
const TICK_MS = 250;
/** Whoever was barred asks again no sooner. */
const BARRED_MS = 2 * MINUTE_MS;
/** The last minute is asked for again when it has ended. */
const SETTLING_MS = 5 * MINUTE_MS;

export interface BinanceDayOptions {
  readonly hours: number;
  /** How often something goes wrong, on average. */
  readonly everyMs: number;
  readonly seed: number;
  readonly onViolation: (text: string) => void;
}

/** What happened, by name. */
export type BinanceFigures = Record<string, number>;

/** One day. */
export async function runBinanceDay({ hours, everyMs, seed, onViolation }: BinanceDayOptions): Promise<BinanceFigures> {
  const day = await BinanceDay.open(seed);
  try {
    const figures = await day.run(START_MS + hours * HOUR_MS, everyMs);
    for (const fault of faultsOf(day.heard, day.service.tapes)) onViolation(fault);
    const { linesInWindow, linesTogether, inbound } = day.service.counts;
    if (linesInWindow > 30) onViolation(`${linesInWindow} lines were opened within five minutes`);
    if (linesTogether > 2) onViolation(`${linesTogether} lines were open together`);
    if (inbound > 0) onViolation(`the service was told ${inbound} things`);
    return figures;
  } finally {
    await day.close();
  }
}

class BinanceDay {
  readonly clock: SkippingClock;
  readonly service: BinanceSimulator;
  readonly heard: Heard;
  readonly #folder = mkdtempSync(join(tmpdir(), "tickerbell-binance-"));
  readonly #random: () => number;
  readonly #refused: { startMs: TimeMs; endMs: TimeMs }[] = [];
  readonly #figures: BinanceFigures = {};
  #listening: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null;

  private constructor(service: BinanceSimulator, clock: SkippingClock, seed: number) {
    this.service = service;
    this.clock = clock;
    this.#random = fractionFrom(seed);
    this.heard = {
      startMs: START_MS,
      endMs: START_MS,
      quotes: [],
      holes: [],
      withheld: service.withheld,
      refused: this.#refused,
    };
  }

  static async open(seed: number): Promise<BinanceDay> {
    const clock = new SkippingClock(START_MS);
    const config = { host: "127.0.0.1", port: 0, seed, symbols: SYMBOLS, perSecond: 2, tickMs: TICK_MS };
    return new BinanceDay(await startBinance(config, clock), clock, seed);
  }

  async run(endMs: TimeMs, everyMs: number): Promise<BinanceFigures> {
    this.#listen();
    await this.clock.runUntil(START_MS + MINUTE_MS);
    while (this.clock.now() < endMs) {
      await this.#mishap();
      await this.clock.runUntil(this.clock.now() + everyMs * 2 * this.#random());
    }
    await this.clock.runUntil(this.clock.now() + SETTLING_MS);
    await this.#stopListening();
    this.heard.endMs = this.clock.now() - SETTLING_MS;
    const { counts } = this.service;
    const { quotes, holes } = this.heard;
    return { ...this.#figures, lines: counts.lines, quotes: quotes.length, "holes told": holes.length };
  }

  async close(): Promise<void> {
    await this.#stopListening();
    const closed = this.service.close();
    await this.clock.runUntil(this.clock.now() + MINUTE_MS);
    await closed;
    rmSync(this.#folder, { recursive: true });
  }

  async #mishap(): Promise<void> {
    const mishaps: readonly [string, () => Promise<void> | void][] = [
      ["drops", () => this.service.drop()],
      ["resets", () => this.service.drop("reset")],
      ["silences", () => this.#silence()],
      ["shutdowns", () => void this.service.shutDown(this.#upTo(20 * SECOND_MS))],
      ["refused lines", () => this.#refusedLines()],
      ["refused bars", () => this.#refusedBars()],
      ["minutes without a bar", () => this.#withhold()],
      ["restarts", () => this.#restart()],
    ];
    const [name, happen] = mishaps[Math.floor(this.#random() * mishaps.length)]!;
    this.#figures[name] = (this.#figures[name] ?? 0) + 1;
    await happen();
  }

  /** The service says nothing while it goes on, until its lines are given up. */
  async #silence(): Promise<void> {
    this.service.isSilent = true;
    await this.clock.runUntil(this.clock.now() + 30 * SECOND_MS + this.#upTo(2 * MINUTE_MS));
    this.service.drop(); // what was not said on them is never said
    this.service.isSilent = false;
  }

  async #refusedLines(): Promise<void> {
    this.service.refuseLines = this.#random() < 0.5 ? 503 : 429;
    this.service.drop();
    await this.clock.runUntil(this.clock.now() + this.#upTo(10 * MINUTE_MS));
    this.service.refuseLines = null;
  }

  async #refusedBars(): Promise<void> {
    this.service.refuseKlines = this.#random() < 0.5 ? 500 : 418;
    this.service.drop();
    const startMs = this.clock.now();
    await this.clock.runUntil(this.clock.now() + this.#upTo(3 * MINUTE_MS));
    this.service.refuseKlines = null;
    this.#refused.push({ startMs, endMs: this.clock.now() + BARRED_MS });
  }

  /** A hole of which the service has no bars. */
  async #withhold(): Promise<void> {
    this.service.refuseLines = 503;
    this.service.drop();
    const fromMs = this.clock.now();
    await this.clock.runUntil(fromMs + MINUTE_MS + this.#upTo(5 * MINUTE_MS));
    const firstMs = Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS;
    for (let at = firstMs; at + MINUTE_MS <= this.clock.now(); at += MINUTE_MS) this.service.withheld.add(at);
    this.service.refuseLines = null;
  }

  async #restart(): Promise<void> {
    await this.#stopListening();
    await this.clock.runUntil(this.clock.now() + this.#upTo(10 * MINUTE_MS));
    this.#listen();
  }

  #listen(): void {
    const { url, restUrl } = this.service;
    const source = new BinanceSource(
      { url, restUrl, lastTradesFile: join(this.#folder, "last-trades.json") },
      { clock: this.clock, log: new RecordedLog(), random: this.#random, tickMs: TICK_MS },
    );
    const stop = new AbortController();
    this.#listening = { stop, ended: this.#hear(source, stop.signal) };
  }

  async #hear(source: BinanceSource, signal: AbortSignal): Promise<void> {
    try {
      for await (const result of source.stream(SYMBOLS, signal)) {
        if (result.kind === "quotes") (this.heard.quotes as Quote[]).push(...result.quotes);
        if (result.kind === "hole") (this.heard.holes as Hole[]).push(result.hole);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #stopListening(): Promise<void> {
    this.#listening?.stop.abort(new Error("enough"));
    await this.clock.settle();
    await this.#listening?.ended;
    this.#listening = null;
  }

  #upTo(ms: number): number {
    return Math.floor(this.#random() * ms);
  }
}
