import { asOf, type Quote, type QuoteKey } from "./quote.ts";
import { DAY_MS, type TimeMs } from "./time.ts";

/** What a series and session class remember of their last judged quote. It moves whatever the alerts on it do. */
export interface Previous extends QuoteKey {
  readonly asOfMs: TimeMs;
  readonly fetchTimeMs: TimeMs;
  /** The highest and lowest price of all judged versions of this bar. */
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/**
 * The longest ordinary closing, from Thursday's close over Good Friday (or from Friday's over a Monday's holiday) to the next
 * opening, takes 3 days and 17.5 hours. What is older than four days is no longer the price that the market stands at.
 */
const STALE_AFTER_MS = 4 * DAY_MS;

/** What to remember after judging a quote; `earlier` is what was remembered before it. */
export function previousOf(quote: Quote, earlier: Previous | null): Previous {
  const version = earlier !== null && isSameBar(quote, earlier) ? earlier : quote;
  return {
    symbol: quote.symbol,
    source: quote.source,
    periodMs: quote.periodMs,
    quoteTimeMs: quote.quoteTimeMs,
    asOfMs: asOf(quote),
    fetchTimeMs: quote.fetchTimeMs,
    high: Math.max(quote.high, version.high),
    low: Math.min(quote.low, version.low),
    close: quote.close,
  };
}

/** Whether the quote is another version of the bar (or tick) that was judged last. */
export function isSameBar(quote: Quote, previous: Previous): boolean {
  return (
    quote.quoteTimeMs === previous.quoteTimeMs &&
    quote.periodMs === previous.periodMs &&
    quote.source === previous.source &&
    quote.symbol === previous.symbol
  );
}

/**
 * Whether a quote of the series comes after the last judged one; if not, it is stored and never judged. By as of, then fetch
 * time; in between, of two bars that speak as of one moment, the one that began later is newer, whenever it was fetched.
 */
export function isNewer(quote: Quote, previous: Previous | null): boolean {
  if (previous === null) return true;
  const order =
    asOf(quote) - previous.asOfMs ||
    quote.quoteTimeMs - previous.quoteTimeMs ||
    quote.fetchTimeMs - previous.fetchTimeMs;
  return order > 0;
}

/** Whether the last judged quote is too old to be the baseline that an alert is armed on. */
export function isStale(previous: Previous, eventNowMs: TimeMs): boolean {
  return eventNowMs - previous.asOfMs > STALE_AFTER_MS;
}
