import type { AlertSession } from "../alert.ts";
import { calendarOf } from "../calendar/calendars.ts";
import { asOf, type Quote, type QuoteKey, type SessionClass } from "../quote.ts";
import { seenAt } from "./time-seen.ts";
import { DAY_MS, type TimeMs } from "../time.ts";

/** What a series and session class remember of their last judged quote. It moves whatever the alerts on it do. */
export interface Previous extends QuoteKey {
  readonly asOfMs: TimeMs;
  readonly fetchTimeMs: TimeMs;
  /** The highest and lowest price of all judged versions of this bar. */
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** What is `always` grows stale by the clock, the others by their exchange's calendar. */
  readonly sessionClass: SessionClass;
  /** How long the series was looked at, in milliseconds of its session's market time (time-seen.ts). */
  readonly seenMs: number;
  /**
   * Where the present stretch of prices began: when an operator took a new price for right after HOLD, which is later than the quote
   * itself, and than whatever was armed on the old price. 0: that never happened.
   */
  readonly stretchAsOfMs: TimeMs;
  /** It is that quote itself: nothing has been judged on the stretch yet. */
  readonly beginsStretch: boolean;
}

/** After so many whole regular sessions that nobody saw, a price is no longer the one that the market stands at. */
const STALE_AFTER_SESSIONS = 2;
/** The same for what is always on. */
const ALWAYS_ON_STALE_AFTER_MS = DAY_MS;
/**
 * The same where the exchange's hours are not known: the longest ordinary closing, from Thursday's close over Good Friday (or from
 * Friday's over a Monday's holiday) to the next opening, takes 3 days and 17.5 hours.
 */
const UNKNOWN_HOURS_STALE_AFTER_MS = 4 * DAY_MS;

/** What the alerts of a session remember after a quote was judged; `earlier` is what was remembered before it. */
export function previousOf(quote: Quote, earlier: Previous | null, session: AlertSession): Previous {
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
    sessionClass: quote.sessionClass,
    seenMs: seenAt(quote, earlier, session),
    stretchAsOfMs: earlier?.stretchAsOfMs ?? 0,
    beginsStretch: false,
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
  const { symbol, asOfMs, sessionClass } = previous;
  if (sessionClass === "always") return eventNowMs - asOfMs > ALWAYS_ON_STALE_AFTER_MS;
  const calendar = calendarOf(symbol);
  if (calendar === null) return eventNowMs - asOfMs > UNKNOWN_HOURS_STALE_AFTER_MS;
  let seenUntilMs = asOfMs;
  for (let unseen = 0; unseen < STALE_AFTER_SESSIONS; unseen += 1) {
    seenUntilMs = calendar.firstHours("openMs", seenUntilMs).closeMs;
  }
  return eventNowMs >= seenUntilMs;
}
