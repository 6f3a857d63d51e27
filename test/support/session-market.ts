import { calendarOf } from "../../domain/calendar/calendars.ts";
import type { TradingHours } from "../../domain/calendar/exchange-calendar.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Bar } from "../../simulator/alpha-vantage/bar.ts";
import type { BarWindow, Entitlement, Market, MarketProgress } from "../../simulator/alpha-vantage/market.ts";
import { RandomMarket } from "../../simulator/alpha-vantage/random-market.ts";

/** A key that may see nothing of the session sees its prices so long after the close. */
const END_OF_DAY_MS = 2 * HOUR_MS;
const DELAY_MS = 15 * MINUTE_MS;
/** As far back as bars reach. */
const DAYS_BACK = 15;

/** The simulator's random market, which trades when New York does: between the late hours of one day and the early ones of the next there is nothing. */
export class SessionMarket implements Market {
  readonly kind = "random";
  readonly symbols: readonly string[];
  readonly #inner: RandomMarket;
  readonly #clock: Clock;

  constructor(seed: string, symbols: readonly string[], clock: Clock) {
    this.symbols = symbols;
    this.#clock = clock;
    this.#inner = new RandomMarket(seed, symbols, clock);
  }

  has(symbol: string): boolean {
    return this.#inner.has(symbol);
  }

  now(): TimeMs {
    return this.#clock.now();
  }

  visibleUntil(entitlement: Entitlement): TimeMs {
    if (entitlement === "realtime") return this.now();
    if (entitlement === "delayed") return this.now() - DELAY_MS;
    const last = daysUntil(this.now()).find(({ closeMs }) => closeMs + END_OF_DAY_MS <= this.now());
    return last?.closeMs ?? 0;
  }

  basePeriodMs(): number {
    return MINUTE_MS;
  }

  noteAsked(): void {
    // Time alone moves this market.
  }

  bars(symbol: string, intervalMs: number, window: BarWindow): Bar[] {
    const { fromMs, toMs, newest = Infinity } = window;
    const bars: Bar[] = [];
    for (const { preOpenMs, openMs, closeMs, postCloseMs } of daysUntil(Math.min(toMs, window.asOfMs))) {
      const [beginMs, endMs] = window.regularOnly === true ? [openMs, closeMs] : [preOpenMs, postCloseMs];
      const [from, to] = [Math.max(fromMs, beginMs), Math.min(toMs, endMs, window.asOfMs + 1)];
      if (postCloseMs <= fromMs || bars.length >= newest) break;
      if (from < to) bars.unshift(...this.#inner.bars(symbol, intervalMs, { ...window, fromMs: from, toMs: to }));
    }
    return bars.slice(-newest);
  }

  isOpen(): boolean {
    return calendarOf("")?.sessionAt(this.now()) === "regular";
  }

  setPrice(symbol: string, price: string): void {
    this.#inner.setPrice(symbol, price);
  }

  progress(): MarketProgress {
    return this.#inner.progress();
  }
}

/** The trading days that have begun by then, the newest first. */
function daysUntil(timeMs: TimeMs): TradingHours[] {
  const today = Math.floor(timeMs / DAY_MS);
  return Array.from({ length: DAYS_BACK }, (_, back) => calendarOf("")?.hoursOn(today - back) ?? null)
    .filter((hours) => hours !== null)
    .filter(({ preOpenMs }) => preOpenMs <= timeMs);
}
