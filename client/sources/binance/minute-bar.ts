// Trades joined into the bar of their minute. A price that comes every quarter of a second is a newer version of the bar that is still
// forming: so every extreme counts when it is judged, and what fills a hole is of the same series as what is live.
import { addDecimals, numberFromDecimal, type Decimal } from "../../../domain/decimal.ts";
import type { Quote } from "../../../domain/quote.ts";
import { MINUTE_MS, type TimeMs } from "../../../domain/time.ts";
import type { Trade } from "./trade-message.ts";

/** A minute as far as it is known. */
export interface MinuteBar {
  readonly startMs: TimeMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: Decimal;
}

/** The start of the minute that a moment lies in. */
export function minuteOf(timeMs: TimeMs): TimeMs {
  return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
}

/** What was heard of a minute. */
export interface HeardBar extends MinuteBar {
  /** The time of the trade that was heard last; 0 if none was. */
  readonly heardMs: TimeMs;
  /** The exchange has told all of it: a trade of it that comes yet may be an extreme, and is counted already. */
  readonly isWhole: boolean;
}

/** The bar with one more trade, its newest unless it `isLate`; of its first trade alone if there was no bar. */
export function withTrade(
  bar: HeardBar | undefined,
  { price, quantity, timeMs: heardMs }: Trade,
  isLate = false,
): HeardBar {
  const prices = { open: price, high: price, low: price, close: price };
  if (bar === undefined) return { startMs: minuteOf(heardMs), ...prices, volume: quantity, heardMs, isWhole: false };
  const wider = { ...bar, high: Math.max(bar.high, price), low: Math.min(bar.low, price) };
  if (bar.isWhole) return wider;
  const volume = addDecimals(bar.volume, quantity);
  return isLate ? { ...wider, volume } : { ...wider, close: price, volume, heardMs };
}

/**
 * The exchange's own bar together with what was heard of the same minute. As long as the minute lasts nobody knows which of the two is
 * newer: a price heard after `sinceMs`, since when everything has been heard, stands; the volume is that of whoever knows more. A bar that has
 * ended says it all, save an extreme.
 */
export function joined(told: MinuteBar, heard: HeardBar | undefined, hasEnded: boolean, sinceMs: TimeMs): HeardBar {
  if (heard === undefined) return { ...told, heardMs: 0, isWhole: hasEnded };
  const { heardMs } = heard;
  const high = Math.max(told.high, heard.high);
  const low = Math.min(told.low, heard.low);
  if (hasEnded) return { ...told, high, low, heardMs, isWhole: true };
  const isMore = numberFromDecimal(heard.volume) > numberFromDecimal(told.volume);
  const close = heardMs >= sinceMs ? heard.close : told.close;
  return { ...told, high, low, close, volume: isMore ? heard.volume : told.volume, heardMs, isWhole: false };
}

/** As it is sent on. */
export function quoteOf(bar: MinuteBar, symbol: string, source: string, fetchTimeMs: TimeMs): Quote {
  const { startMs: quoteTimeMs, open, high, low, close, volume } = bar;
  const prices = { open, high, low, close, volume: numberFromDecimal(volume) };
  return { symbol, source, periodMs: MINUTE_MS, quoteTimeMs, ...prices, sessionClass: "always", fetchTimeMs };
}
