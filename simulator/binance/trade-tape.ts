// The trades of a simulated pair. Each follows from the seed and the time alone, so that a minute bar of any time says just what its trades
// said, and a simulator that is started again goes on with the same numbers.
import { PricePath } from "../alpha-vantage/price-path.ts";
import { hashText, mix } from "../alpha-vantage/random-number.ts";
import { MINUTE_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";

/** A trade as it is printed. */
export interface TapeTrade {
  readonly id: number;
  readonly timeMs: TimeMs;
  readonly price: string;
  readonly quantity: string;
}

/** A minute's trades, summed up. */
export interface TapeBar {
  readonly startMs: TimeMs;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly trades: number;
}

/** Trades are counted from here: 2020. */
const FIRST_SECOND = Date.UTC(2020, 0, 1) / SECOND_MS;
const START_PRICES: Readonly<Record<string, number>> = {
  BTCUSDT: 65_000,
  ETHUSDT: 3_200,
  BNBUSDT: 600,
  SOLUSDT: 150,
  XRPUSDT: 2,
};
/** A trade lies beside the path by at most this: 0.05 %. */
const ASIDE = 0.0005;
/** Prices are printed with so many decimals that count, and filled up to eight. */
const DECIMALS_OF_DEAR = 2;
const DECIMALS_OF_CHEAP = 4;
const PRINTED_DECIMALS = 8;
/** Ended minutes that are kept. */
const MINUTES_MAX = 3_000;

/** The tape of one pair. */
export class TradeTape {
  readonly #perSecond: number;
  readonly #path: PricePath;
  readonly #hash: number;
  readonly #decimals: number;
  readonly #minutes = new Map<TimeMs, TapeBar>();

  constructor(seed: string, symbol: string, perSecond: number) {
    const startPrice = START_PRICES[symbol] ?? 20;
    this.#perSecond = perSecond;
    this.#path = new PricePath(seed, symbol, startPrice, 5);
    this.#hash = hashText(`${seed}|${symbol}|trades`);
    this.#decimals = startPrice > 100 ? DECIMALS_OF_DEAR : DECIMALS_OF_CHEAP;
  }

  /** The trades of [fromMs, untilMs), oldest first. */
  trades(fromMs: TimeMs, untilMs: TimeMs): TapeTrade[] {
    const found: TapeTrade[] = [];
    for (let second = Math.floor(fromMs / SECOND_MS); second * SECOND_MS < untilMs; second += 1) {
      for (let at = 0; at < this.#perSecond; at += 1) {
        const trade = this.#trade(second, at);
        if (trade.timeMs >= fromMs && trade.timeMs < untilMs) found.push(trade);
      }
    }
    return found;
  }

  /** The minute's bar as it stands at `nowMs`; null before its first trade. */
  bar(startMs: TimeMs, nowMs: TimeMs): TapeBar | null {
    const known = this.#minutes.get(startMs);
    if (known !== undefined) return known;
    const trades = this.trades(startMs, Math.min(startMs + MINUTE_MS, nowMs));
    const bar = barOf(startMs, trades);
    if (bar !== null && nowMs >= startMs + MINUTE_MS) this.#keep(bar);
    return bar;
  }

  #trade(second: number, at: number): TapeTrade {
    const id = (second - FIRST_SECOND) * this.#perSecond + at;
    const chance = mix(this.#hash ^ id);
    const within = (at + (chance % 1_000) / 1_000) / this.#perSecond;
    const from = this.#path.priceAt(second);
    const way = this.#path.priceAt(second + 1) - from;
    const aside = 1 + ASIDE * (mix(chance) / 0x80000000 - 1);
    const price = ((from + way * within) * aside).toFixed(this.#decimals);
    return {
      id,
      timeMs: second * SECOND_MS + Math.floor(within * SECOND_MS),
      price: price + "0".repeat(PRINTED_DECIMALS - this.#decimals),
      quantity: (((mix(chance ^ 1) % 100_000) + 1) / 100_000).toFixed(PRINTED_DECIMALS),
    };
  }

  #keep(bar: TapeBar): void {
    const oldest = this.#minutes.keys().next();
    if (this.#minutes.size >= MINUTES_MAX && oldest.done !== true) this.#minutes.delete(oldest.value);
    this.#minutes.set(bar.startMs, bar);
  }
}

function barOf(startMs: TimeMs, trades: readonly TapeTrade[]): TapeBar | null {
  const [first] = trades;
  const last = trades.at(-1);
  if (first === undefined || last === undefined) return null;
  let high = first.price;
  let low = first.price;
  let units = 0n;
  for (const { price, quantity } of trades) {
    if (Number(price) > Number(high)) high = price;
    if (Number(price) < Number(low)) low = price;
    units += BigInt(quantity.replace(".", ""));
  }
  const digits = units.toString().padStart(PRINTED_DECIMALS + 1, "0");
  const volume = `${digits.slice(0, -PRINTED_DECIMALS)}.${digits.slice(-PRINTED_DECIMALS)}`;
  return { startMs, open: first.price, high, low, close: last.price, volume, trades: trades.length };
}
