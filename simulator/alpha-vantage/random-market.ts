import { AppError } from "../../domain/error.ts";
import { MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Bar } from "./bar.ts";
import { isRepeatedHour, startOfEasternDay } from "./eastern.ts";
import { Listing } from "./listing.ts";
import type { BarWindow, Entitlement, Market, MarketProgress } from "./market.ts";
import { PricePath } from "./price-path.ts";
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
  BAC: 45,
  SBUX: 95,
  SPY: 600,
  QQQ: 520,
  GLD: 250,
};
const DELAY_MS = 15 * MINUTE_MS;
/** A price that somebody sets: up to four decimals, as the service prints. */
const PRICE = /^\d{1,9}(\.\d{1,4})?$/;

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
        return [symbol, new Listing(new PricePath(seed, symbol, startPrice, symbols.length))];
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
    const listing = this.#listing(symbol);
    const bars: Bar[] = [];
    const last = Math.min(window.toMs - 1, window.asOfMs);
    for (let startMs = Math.floor(last / intervalMs) * intervalMs; startMs >= window.fromMs; startMs -= intervalMs) {
      if (bars.length >= (window.newest ?? Infinity)) break;
      // An Eastern stamp cannot name the second of the two hours in autumn.
      if (!isRepeatedHour(startMs)) bars.push(listing.bar(startMs, intervalMs, window.asOfMs));
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
        "for example: ./bell simulator set AAPL 201.50",
      );
    }
    listing.setPrice(Number(price), this.#clock.now());
  }

  progress(): MarketProgress {
    return { finished: false, position: 0, length: 0 };
  }

  #listing(symbol: string): Listing {
    const listing = this.#listings.get(symbol);
    if (listing === undefined) throw new Error(`asked for ${symbol}, which is not listed`);
    return listing;
  }
}
