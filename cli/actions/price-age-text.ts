// How old a price is, in the few words in which everything tells it that shows the price or an alert on it: by its market's time.
import { isOldPrice, tradingMsSince, type AgingPrice } from "../../domain/calendar/price-age.ts";
import type { SessionClass as SessionName } from "../../domain/quote.ts";
import { AppError } from "../../domain/error.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import { SessionClass, type Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { QuoteServiceService as quoteService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Api } from "../api.ts";
import { renderAge } from "../render/age.ts";
import { wrapText } from "../render/wrapped-fields.ts";
import { asOfMs } from "./quote-moment.ts";

/** The server can be asked for so many by name, or for all. */
const SYMBOLS_MAX = 100;
/** So many symbols are named that share an age. */
const NAMES_MAX = 5;
/** A price that is younger is so by any clock. */
const YOUNG_MS = 20 * MINUTE_MS;

const SESSIONS: Readonly<Partial<Record<SessionClass, SessionName>>> = {
  [SessionClass.PRE]: "pre",
  [SessionClass.REGULAR]: "regular",
  [SessionClass.POST]: "post",
  [SessionClass.CLOSED]: "closed",
};

/** In a cell: `12s`; `closed`, while its market has not traded since; `4h30m OLD`, for so much trading that it does not tell of. */
export function ageCell(quote: Quote, now: TimeMs): string {
  const price = agingPrice(quote);
  if (now - price.asOfMs <= YOUNG_MS) return renderAge(now - price.asOfMs);
  const tradingMs = tradingMsSince(price, now);
  if (tradingMs === 0) return "closed";
  return isOldPrice(price, now) ? `${lengthText(price, tradingMs)} OLD` : lengthText(price, tradingMs);
}

/** In a sentence's end. */
export function ageText(quote: Quote, now: TimeMs): string {
  const price = agingPrice(quote);
  if (isOldPrice(price, now)) return `OLD: ${tradedText(price, now)} since this price`;
  const age = renderAge(now - price.asOfMs);
  return ageCell(quote, now) === "closed" ? `${age}; its market has not traded since` : age;
}

/** A sentence for each age of old prices; none: none is old. */
export function oldPriceTexts(quotes: readonly Quote[], now: TimeMs): string[] {
  const old = quotes.filter((quote) => isOldPrice(agingPrice(quote), now));
  const groups = Map.groupBy(old, (quote) => tradedText(agingPrice(quote), now));
  return [...groups].map(([traded, group]) => {
    const since = group.length === 1 ? "this price" : "these prices";
    return `OLD ${namesOf(group.map(({ symbol }) => symbol))}: ${traded} since ${since}`;
  });
}

/** The same on lines that are no wider than the width. */
export function oldPriceLines(quotes: readonly Quote[], now: TimeMs, width: number | null): string[] {
  return oldPriceTexts(quotes, now).flatMap((text) => wrapText(text, width));
}

/** The newest prices of symbols, to tell how old they are; none when the server does not tell: nothing that was asked for hangs on it. */
export async function readPrices(api: Api, symbols: readonly string[]): Promise<readonly Quote[]> {
  const asked = [...new Set(symbols)];
  if (asked.length === 0) return [];
  try {
    const request = { symbols: asked.length > SYMBOLS_MAX ? [] : asked };
    const { quotes } = await api.unary(quoteService.listQuotes, request, "anybody");
    return quotes.filter(({ symbol }) => asked.includes(symbol));
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

/** `2h30m of trading`: for so long its market has traded since. */
export function tradedText(price: AgingPrice, now: TimeMs): string {
  const length = lengthText(price, tradingMsSince(price, now));
  return price.sessionClass === "always" ? length : `${length} of trading`;
}

/** Trading is counted in hours: a day of it, 24 hours, would be taken for a trading day, of which it is several. */
function lengthText({ sessionClass }: AgingPrice, ms: number): string {
  if (sessionClass === "always" || ms < DAY_MS) return renderAge(ms);
  return `${Math.floor(ms / HOUR_MS).toLocaleString("en-US")}h`;
}

/** The first of them, for a sentence. */
export function namesOf(symbols: readonly string[]): string {
  const names = [...new Set(symbols)];
  const left = names.length - NAMES_MAX;
  return left > 0 ? `${names.slice(0, NAMES_MAX).join(", ")} and ${left} more` : names.join(", ");
}

/** What of a quote its age follows from. */
export function agingPrice(quote: Quote): AgingPrice {
  return { symbol: quote.symbol, sessionClass: SESSIONS[quote.sessionClass] ?? "always", asOfMs: asOfMs(quote) };
}
