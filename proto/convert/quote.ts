import { AppError, type FieldProblem } from "../../domain/error.ts";
import type { PriceDoubt } from "../../domain/judging/price-check.ts";
import { isPrice } from "../../domain/price.ts";
import type { Quote, SessionClass } from "../../domain/quote.ts";
import { currencyOf, parseSymbol } from "../../domain/symbol.ts";
import { DAY_MS } from "../../domain/time.ts";
import { SessionClass as SessionClassMessage, type Quote as QuoteMessage } from "../gen/tickerbell/v1/quote.ts";
import { durationFromProto, durationToProto } from "./duration.ts";
import { doubtToProto } from "./price-doubt.ts";

const sessionClasses: ReadonlyMap<SessionClassMessage, SessionClass> = new Map([
  [SessionClassMessage.PRE, "pre"],
  [SessionClassMessage.REGULAR, "regular"],
  [SessionClassMessage.POST, "post"],
  [SessionClassMessage.ALWAYS, "always"],
  [SessionClassMessage.CLOSED, "closed"],
]);
const sessionClassMessages = new Map([...sessionClasses].map(([message, sessionClass]) => [sessionClass, message]));

export const SOURCE_FORM = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** A bar longer than a month is not a price any more. */
export const LONGEST_PERIOD_MS = 31 * DAY_MS;
/** 1900: before it no stock ticker ran. */
export const EARLIEST_MS = Date.UTC(1900, 0);

/** A quote from the wire, checked whole: throws AppError INVALID_ARGUMENT that names every bad field. */
export function quoteFromProto(message: QuoteMessage): Quote {
  const quote: Quote = {
    symbol: message.symbol,
    source: message.source,
    periodMs: durationFromProto(message.period),
    quoteTimeMs: message.quoteTime?.getTime() ?? NaN,
    open: message.open,
    high: message.high,
    low: message.low,
    close: message.close,
    volume: message.volume,
    sessionClass: sessionClasses.get(message.sessionClass) ?? "always",
    fetchTimeMs: message.fetchTime?.getTime() ?? NaN,
  };
  if (!isSound(quote) || !sessionClasses.has(message.sessionClass)) {
    throw AppError.invalid(problemsOf(quote, sessionClasses.has(message.sessionClass)));
  }
  return quote;
}

/** A quote for the wire; `seq` is its place in the order of judging, if it has one, and `doubt` that about its symbol's price. */
export function quoteToProto(quote: Quote, seq: number | null = null, doubt: PriceDoubt | null = null): QuoteMessage {
  return {
    symbol: quote.symbol,
    source: quote.source,
    period: quote.periodMs === 0 ? undefined : durationToProto(quote.periodMs),
    quoteTime: new Date(quote.quoteTimeMs),
    open: quote.open,
    high: quote.high,
    low: quote.low,
    close: quote.close,
    volume: quote.volume,
    sessionClass: sessionClassMessages.get(quote.sessionClass) ?? SessionClassMessage.ALWAYS,
    fetchTime: new Date(quote.fetchTimeMs),
    currency: currencyOf(quote.symbol),
    seq: seq ?? 0,
    doubt: doubtToProto(doubt),
  };
}

/** The whole check in one cheap expression: it runs for every quote, the explanation only for a bad one. */
function isSound(quote: Quote): boolean {
  return hasSoundPrices(quote) && hasSoundTimes(quote) && isSymbol(quote.symbol) && SOURCE_FORM.test(quote.source);
}

function hasSoundPrices(quote: Quote): boolean {
  return (
    isPrice(quote.low) &&
    quote.low <= quote.open &&
    quote.low <= quote.close &&
    quote.high >= quote.open &&
    quote.high >= quote.close &&
    isPrice(quote.high) &&
    quote.volume >= 0 &&
    quote.volume < Number.MAX_SAFE_INTEGER
  );
}

function hasSoundTimes(quote: Quote): boolean {
  return (
    quote.periodMs >= 0 &&
    quote.periodMs <= LONGEST_PERIOD_MS &&
    (quote.periodMs > 0 || (quote.open === quote.close && quote.high === quote.low)) &&
    quote.quoteTimeMs >= EARLIEST_MS &&
    quote.fetchTimeMs >= EARLIEST_MS &&
    quote.quoteTimeMs <= quote.fetchTimeMs + DAY_MS
  );
}

/** Symbols that were found good: the same few come with every quote. */
const goodSymbols = new Set<string>();
const GOOD_SYMBOLS_MAX = 1_000;

function isSymbol(text: string): boolean {
  if (goodSymbols.has(text)) return true;
  try {
    if (parseSymbol(text) !== text) return false;
    if (goodSymbols.size < GOOD_SYMBOLS_MAX) goodSymbols.add(text);
    return true;
  } catch {
    return false;
  }
}

function problemsOf(quote: Quote, sessionKnown: boolean): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const say = (bad: boolean, field: string, message: string, reason: FieldProblem["reason"] = "QUOTE_INVALID") => {
    if (bad) problems.push({ field, reason, message });
  };
  say(
    !isSymbol(quote.symbol),
    "symbol",
    "must be an upper-case listing of 1 to 32 characters, such as AAPL",
    "SYMBOL_FORMAT",
  );
  say(
    !SOURCE_FORM.test(quote.source),
    "source",
    "must be 1 to 32 lower-case letters, digits and hyphens",
    "FIELD_INVALID",
  );
  say(!(quote.periodMs >= 0 && quote.periodMs <= LONGEST_PERIOD_MS), "period", "must be from 0 to 31 days");
  say(!(quote.quoteTimeMs >= EARLIEST_MS), "quote_time", "must be set, and not before 1900");
  say(!(quote.fetchTimeMs >= EARLIEST_MS), "fetch_time", "must be set, and not before 1900");
  say(quote.quoteTimeMs > quote.fetchTimeMs + DAY_MS, "quote_time", "must not be more than a day after fetch_time");
  for (const field of ["open", "high", "low", "close"] as const) {
    const price = quote[field];
    say(!isPrice(price), field, "must be a price from 1e-12 to below 1e12", "PRICE_RANGE");
  }
  say(quote.low > Math.min(quote.open, quote.close), "low", "must not be above open or close");
  say(quote.high < Math.max(quote.open, quote.close), "high", "must not be below open or close");
  say(
    quote.periodMs === 0 && isPrice(quote.high) && (quote.open !== quote.close || quote.high !== quote.low),
    "period",
    "is needed: a tick has one price",
  );
  say(!(quote.volume >= 0 && quote.volume < Number.MAX_SAFE_INTEGER), "volume", "must be 0 or more");
  say(!sessionKnown, "session_class", "must be PRE, REGULAR, POST, CLOSED or ALWAYS", "FIELD_INVALID");
  return problems;
}
