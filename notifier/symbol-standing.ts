// How a symbol stands when a mail about it is made: its zone, its newest price, and how far a price is from the last session's close.
import { calendarOf } from "../domain/calendar/calendars.ts";
import { XNYS } from "../domain/calendar/xnys.ts";
import { isPrice } from "../domain/price.ts";
import { isPair } from "../domain/symbol.ts";
import type { TimeMs } from "../domain/time.ts";
import type { Quote } from "../proto/gen/tickerbell/v1/quote.ts";
import type { TriggerMail } from "../proto/gen/tickerbell/v1/notification_service.ts";
import { changeText } from "./price-words.ts";
import { dayIn, type TwoZones } from "./render-moment.ts";

/** What the blocks of a symbol have in common. */
export interface SymbolStanding {
  readonly zones: TwoZones;
  readonly sealMs: TimeMs;
  /** NaN if there is none. */
  readonly latestPrice: number;
  /** How far that is from the last session's close. */
  readonly latestChange: string;
  /** How far a price of a quote is from the last session's close: `+1.16% today`. Empty where that is not known. */
  readonly change: (price: number, quote: Quote | undefined) => string;
}

export function standingOf({
  symbol,
  latestQuote,
  previousClose,
  sealTime,
  timeZone,
}: Omit<TriggerMail, "triggers">): SymbolStanding {
  const exchange = exchangeZone(symbol);
  const sealMs = sealTime?.getTime() ?? NaN;
  const day = (quote: Quote | undefined): string => dayIn(exchange, quote?.quoteTime?.getTime() ?? NaN);
  const change = (price: number, quote: Quote | undefined): string => {
    const told = changeText(price, previousClose);
    if (told === "" || day(quote) === "" || day(quote) !== day(latestQuote)) return ""; // the close before another day is not known
    return `${told} ${day(quote) === dayIn(exchange, sealMs) ? "today" : "that day"}`;
  };
  const latestPrice = latestQuote !== undefined && isPrice(latestQuote.close) ? latestQuote.close : NaN;
  return {
    zones: { exchange, reader: timeZone },
    sealMs,
    latestPrice,
    latestChange: change(latestPrice, latestQuote),
    change,
  };
}

/** Pairs of crypto are traded everywhere, and of other listings' exchanges the hours are not known. */
function exchangeZone(symbol: string): string {
  return isPair(symbol) || calendarOf(symbol) === null ? "UTC" : XNYS.zone;
}
