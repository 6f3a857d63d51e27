import { AppError } from "../../domain/error.ts";
import { MINUTE_MS, SECOND_MS, type TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Bar } from "./bar.ts";
import { isRepeatedHour, startOfEasternDay } from "./eastern.ts";
import type { BarWindow, Entitlement, Market, MarketProgress } from "./market.ts";
import { PricePath, secondOf } from "./price-path.ts";
import { hashText } from "./random-number.ts";

const START_PRICES: Readonly<Record<string, number>> = {
  AAPL: 190,
  MSFT: 420,
  GOOGL: 170,
  AMZN: 185,
  NVDA: 130,
  META: 560,
  TSLA: 250,
  JPM: 215,
  V: 285,
  IBM: 220,
};
const DELAY_MS = 15 * MINUTE_MS;
/** A price that somebody sets: up to four decimals, as the service prints. */
const PRICE = /^\d{1,9}(\.\d{1,4})?$/;

interface SetPrice {
  readonly atMs: TimeMs;
  readonly price: number;
  /** What the undisturbed path is multiplied by from the next second on. */
  readonly factor: number;
}

interface Listing {
  readonly path: PricePath;
  readonly setPrices: SetPrice[];
}

/** A market that moves all the time, at night and on Sundays too; every bar counts as regular hours. */
export class RandomMarket implements Market {
  readonly kind = "random";
  readonly symbols: readonly string[];
  readonly #clock: Clock;
  readonly #listings: ReadonlyMap<string, Listing>;

  constructor(seed: string, symbols: readonly string[], clock: Clock) {
    this.symbols = symbols;
    this.#clock = clock;
    this.#listings = new Map(
      symbols.map((symbol) => {
        const startPrice = START_PRICES[symbol] ?? 20 + (hashText(symbol) % 480);
        return [symbol, { path: new PricePath(seed, symbol, startPrice, symbols.length), setPrices: [] }];
      }),
    );
  }

  has(symbol: string): boolean {
    return this.#listings.has(symbol);
  }

  now(): TimeMs {
    return this.#clock.now();
  }

  visibleUntil(entitlement: Entitlement): TimeMs {
    if (entitlement === "realtime") return this.now();
    return entitlement === "delayed" ? this.now() - DELAY_MS : startOfEasternDay(this.now()) - 1;
  }

  basePeriodMs(): number {
    return MINUTE_MS;
  }

  noteAsked(): void {
    // Time alone moves this market.
  }

  bars(symbol: string, intervalMs: number, window: BarWindow): Bar[] {
    const bars: Bar[] = [];
    const last = Math.min(window.toMs - 1, window.asOfMs);
    for (let startMs = Math.floor(last / intervalMs) * intervalMs; startMs >= window.fromMs; startMs -= intervalMs) {
      if (bars.length >= (window.newest ?? Infinity)) break;
      // An Eastern stamp cannot name the second of the two hours in autumn.
      if (!isRepeatedHour(startMs)) bars.push(this.#bar(symbol, startMs, intervalMs, window.asOfMs));
    }
    return bars.reverse();
  }

  isOpen(): boolean {
    return true;
  }

  setPrice(symbol: string, price: string): void {
    const listing = this.#listing(symbol);
    if (!PRICE.test(price) || Number(price) === 0) {
      throw AppError.invalidField(
        "price",
        "PRICE_RANGE",
        `"${price.slice(0, 40)}" is not a price: a positive number with at most four decimals`,
        "for example: bell simulator set AAPL 201.50",
      );
    }
    const atMs = this.#clock.now();
    const factor = Number(price) / listing.path.priceAt(secondOf(atMs));
    listing.setPrices.push({ atMs, price: Number(price), factor });
  }

  progress(): MarketProgress {
    return { finished: false, position: 0, length: 0 };
  }

  #listing(symbol: string): Listing {
    const listing = this.#listings.get(symbol);
    if (listing === undefined) throw new Error(`asked for ${symbol}, which is not listed`);
    return listing;
  }

  #bar(symbol: string, startMs: TimeMs, intervalMs: number, asOfMs: TimeMs): Bar {
    const { path, setPrices } = this.#listing(symbol);
    const before = setPrices.findLastIndex((one) => one.atMs < startMs);
    const set = setPrices.slice(Math.max(before, 0)).filter((one) => one.atMs <= asOfMs);
    let [open, high, low, close, volume] = [NaN, -Infinity, Infinity, NaN, 0];
    const end = Math.min(secondOf(startMs + intervalMs - 1), secondOf(asOfMs));
    for (let second = secondOf(startMs); second <= end; second++) {
      for (const price of pricesOfSecond(path, set, second)) {
        if (Number.isNaN(open)) open = price;
        high = Math.max(high, price);
        low = Math.min(low, price);
        close = price;
      }
      volume += path.volumeAt(second);
    }
    const [o, h, l, c] = [open.toFixed(4), high.toFixed(4), low.toFixed(4), close.toFixed(4)];
    return { startMs, open: o, high: h, low: l, close: c, volume: String(volume) };
  }
}

/** What a symbol cost during one second: the walk's price, then each price that was set in it; `set` is oldest first. */
function pricesOfSecond(path: PricePath, set: readonly SetPrice[], second: number): readonly number[] {
  if (set.length === 0) return [cents(path.priceAt(second))];
  const before = set.findLast((one) => one.atMs < second * SECOND_MS);
  const walked = cents(path.priceAt(second) * (before?.factor ?? 1));
  const during = set.filter((one) => secondOf(one.atMs) === second).map((one) => one.price);
  return [walked, ...during];
}

/** Prices move in cents; those below ten dollars in hundredths of a cent, or small ones would stand still. */
function cents(price: number): number {
  return price >= 10 ? Math.round(price * 100) / 100 : Math.max(Math.round(price * 10_000), 1) / 10_000;
}
