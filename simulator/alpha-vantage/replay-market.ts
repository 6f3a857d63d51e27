// Recorded bars, replayed as fast as they are asked for. The position is a point in the merged time line of all bar ends;
// only bars that have ended by then are visible. No clock moves it: when a question comes a second time at the same
// position, everybody goes on, by up to 50 distinct bar ends. A compact answer holds 100 bars, so a client that asks for its
// symbols in rounds gets every bar of every symbol, and a lost answer in between does no harm. A symbol that is asked for
// slower than the others holds the position back before it would lose a bar, unless nobody asks for it any more. Once the
// end is reached and everybody has seen it, `/control` says "finished": true. Other symbols do not exist here.
import { AppError } from "../../domain/error.ts";
import { HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import { regroupBars, type Bar } from "./bar.ts";
import type { RecordedBars } from "./bars-file.ts";
import { easternTimeOfDay } from "./eastern.ts";
import type { BarWindow, Market, MarketProgress } from "./market.ts";

const STEP = 50;
/** What a compact answer holds: nobody may fall further behind. */
const REACH = 100;
/** After so many questions without a step, symbols that lag count as given up. */
const PATIENCE = 100;
const OPEN_MS = 9.5 * HOUR_MS;
const CLOSE_MS = 16 * HOUR_MS;
/** When the United States close by MARKET_STATUS. */
const STATUS_CLOSE_MS = CLOSE_MS + 15 * MINUTE_MS;

/** A market of recorded bars; every key sees all that is visible, since recorded bars are history. */
export class ReplayMarket implements Market {
  readonly kind = "bars";
  readonly symbols: readonly string[];
  readonly #recorded: ReadonlyMap<string, RecordedBars>;
  readonly #ends: readonly TimeMs[];
  #position: number;
  /** Questions asked since the last step. */
  readonly #askedHere = new Set<string>();
  /** The position at which each symbol was asked for last. */
  readonly #seen = new Map<string, number>();
  #waits = 0;

  /** Takes at least one symbol, each with at least one bar. */
  constructor(recorded: ReadonlyMap<string, RecordedBars>) {
    this.symbols = [...recorded.keys()];
    this.#recorded = recorded;
    const ends = [...recorded.values()].flatMap(({ bars, periodMs }) => bars.map((bar) => bar.startMs + periodMs));
    this.#ends = [...new Set(ends)].sort((a, b) => a - b);
    this.#position = this.#firstPosition();
  }

  has(symbol: string): boolean {
    return this.#recorded.has(symbol);
  }

  now(): TimeMs {
    return this.#ends[this.#position - 1] ?? 0;
  }

  visibleUntil(): TimeMs {
    return this.now();
  }

  basePeriodMs(symbol: string): number {
    return this.#of(symbol).periodMs;
  }

  noteAsked(functionName: string, symbol: string): void {
    const question = `${functionName} ${symbol}`;
    if (this.#askedHere.has(question)) this.#goOn(symbol);
    this.#askedHere.add(question);
    this.#seen.set(symbol, this.#position);
  }

  bars(symbol: string, intervalMs: number, window: BarWindow): Bar[] {
    const { bars, periodMs } = this.#of(symbol);
    const visible = bars.filter(
      (bar) =>
        bar.startMs + periodMs <= window.asOfMs &&
        bar.startMs >= window.fromMs &&
        bar.startMs < window.toMs &&
        (window.regularOnly !== true || isRegular(bar.startMs, periodMs)),
    );
    const grouped = intervalMs === periodMs ? visible : regroupBars(visible, intervalMs);
    return window.newest === undefined ? grouped : grouped.slice(-window.newest);
  }

  isOpen(): boolean {
    const time = easternTimeOfDay(this.now() - 1);
    return time >= OPEN_MS && time < STATUS_CLOSE_MS;
  }

  setPrice(): void {
    throw new AppError(
      "FAILED_PRECONDITION",
      "STATE_CONFLICT",
      "recorded bars are being replayed: their prices are fixed",
      {
        hint: "start the simulator without a folder of bars to set prices",
      },
    );
  }

  progress(): MarketProgress {
    const length = this.#ends.length;
    const everybody = this.#seen.size > 0 && [...this.#seen.values()].every((seen) => seen === length);
    return { finished: everybody, position: this.#position, length };
  }

  #of(symbol: string): RecordedBars {
    const recorded = this.#recorded.get(symbol);
    if (recorded === undefined) throw new Error(`asked for ${symbol}, of which there are no bars`);
    return recorded;
  }

  /** Far enough that every symbol shows a bar, as long as an answer still holds all of them. */
  #firstPosition(): number {
    const firstEnds = [...this.#recorded.values()].map(({ bars, periodMs }) => (bars[0]?.startMs ?? 0) + periodMs);
    const lastToBegin = this.#ends.indexOf(Math.max(...firstEnds)) + 1;
    return Math.min(Math.max(STEP, Math.min(lastToBegin, REACH)), this.#ends.length);
  }

  #goOn(asking: string): void {
    this.#seen.set(asking, this.#position);
    if (this.#waits >= PATIENCE) this.#giveUpLaggards();
    const reach = Math.min(...this.#seen.values()) + REACH;
    const next = Math.min(this.#position + STEP, reach, this.#ends.length);
    if (next === this.#position) {
      this.#waits += 1;
      return;
    }
    this.#position = next;
    this.#waits = 0;
    this.#askedHere.clear();
  }

  #giveUpLaggards(): void {
    for (const [symbol, seen] of this.#seen) if (seen + REACH <= this.#position) this.#seen.delete(symbol);
  }
}

function isRegular(startMs: TimeMs, periodMs: number): boolean {
  const time = easternTimeOfDay(startMs);
  return time + periodMs > OPEN_MS && time < CLOSE_MS;
}
