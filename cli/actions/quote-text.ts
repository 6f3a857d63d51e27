import { formatDuration } from "../../domain/duration.ts";
import { formatPrice, isPrice } from "../../domain/price.ts";
import type { TimeMs } from "../../domain/time.ts";
import { durationFromProto } from "../../proto/convert/duration.ts";
import type { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { neutralise } from "../render/neutralise.ts";
import { renderFields, renderTable, type Column } from "../render/table.ts";
import { renderIsoTime, renderShortTime, renderTime } from "../render/time.ts";

/** The source that simulated and replayed prices name. */
const SIMULATOR = "simulator";

const COLUMNS: readonly Column[] = [
  { title: "SYMBOL" },
  { title: "PRICE", align: "right" },
  { title: "" },
  { title: "HIGH", align: "right", spare: true },
  { title: "LOW", align: "right", spare: true },
  { title: "OPEN", align: "right", spare: true },
  { title: "VOLUME", align: "right", spare: true },
  { title: "PERIOD" },
  { title: "TIME" },
  { title: "SOURCE" },
];

/** Whether a price is made up or replayed, which must show wherever it is shown. */
export function isSimulated(quote: Quote | undefined): boolean {
  return quote?.source === SIMULATOR;
}

/** Who stated a price, for people. */
function sourceText(quote: Quote): string {
  return isSimulated(quote) ? "SIMULATED" : quote.source;
}

/** A price for people; a number that is none (only a broken server sends it) is shown as it is. */
export function priceText(price: number): string {
  return isPrice(price) ? formatPrice(price) : String(price);
}

/** Quotes as a table whose times are short as of `now`, or what to do when there are none. */
export function quoteTable(quotes: readonly Quote[], width: number | null, now: TimeMs): string {
  if (quotes.length === 0)
    return "No prices yet: the fetcher brings them. Is it running? (./bell up, or ./bell fetcher)";
  const rows = quotes.map((quote) => [
    quote.symbol,
    priceText(quote.close),
    quote.currency,
    ...[quote.high, quote.low, quote.open].map(priceText),
    String(quote.volume),
    periodText(quote),
    renderShortTime(quote.quoteTime, now),
    sourceText(quote),
  ]);
  return renderTable(COLUMNS, rows, width);
}

/** Everything about one quote, a line each. */
export function quoteDetails(quote: Quote): string {
  return renderFields([
    ["symbol", quote.symbol],
    ["price", `${priceText(quote.close)} ${quote.currency}`],
    ["source", sourceText(quote)],
    ["open", priceText(quote.open)],
    ["high", priceText(quote.high)],
    ["low", priceText(quote.low)],
    ["volume", String(quote.volume)],
    ["period", periodText(quote)],
    ["time", renderTime(quote.quoteTime)],
    ["fetched", renderTime(quote.fetchTime)],
  ]);
}

/** One quote on one line, for a list that grows: the moment that the price speaks of, and columns that stay where they are. */
export function quoteLine(quote: Quote): string {
  return priceLine(new Date(asOfMs(quote)), quote, quote.close, `${periodText(quote).padEnd(4)}  ${sourceText(quote)}`);
}

/** A price at a moment on one line, with words after it. */
export function priceLine(
  time: Date,
  { symbol, currency }: Pick<Quote, "symbol" | "currency">,
  price: number,
  words: string,
): string {
  const cells = [
    renderIsoTime(time),
    symbol.padEnd(8),
    `${priceText(price).padStart(10)} ${currency.padEnd(3)}`,
    words,
  ];
  return neutralise(cells.join("  "));
}

/** The moment a quote speaks of. */
export function asOfMs({ quoteTime, period, fetchTime }: Quote): TimeMs {
  const startMs = quoteTime?.getTime() ?? 0;
  const periodMs = durationFromProto(period);
  return periodMs === 0 ? startMs : Math.min(startMs + periodMs, fetchTime?.getTime() ?? Infinity);
}

function periodText(quote: Quote): string {
  const periodMs = durationFromProto(quote.period);
  return periodMs === 0 ? "tick" : formatDuration(periodMs);
}
