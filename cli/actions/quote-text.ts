import { formatDuration } from "../../domain/duration.ts";
import { SIMULATOR_SOURCE } from "../../domain/quote.ts";
import type { TimeMs } from "../../domain/time.ts";
import { durationFromProto } from "../../proto/convert/duration.ts";
import type { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { neutralise } from "../render/neutralise.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderIsoTime, renderShortTime, renderTime } from "../render/time.ts";
import { wrapFields } from "../render/wrapped-fields.ts";
import { doubtLines, doubtText, standingText } from "./doubt-text.ts";
import { ageText, oldPriceLines } from "./price-age-text.ts";
import { priceText } from "./price-text.ts";
import { asOfMs } from "./quote-moment.ts";

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
  return quote?.source === SIMULATOR_SOURCE;
}

/** Who stated a price, for people. */
function sourceText(quote: Quote): string {
  return isSimulated(quote) ? "SIMULATED" : quote.source;
}

/** Quotes as a table whose times are short as of `now`, or what to do when there are none. */
export function quoteTable(quotes: readonly Quote[], width: number | null, now: TimeMs): string {
  if (quotes.length === 0)
    return "No price has come yet: ./bell status tells whether a fetcher runs (./bell up, or ./bell fetcher), and what its source says.";
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
  const doubts = doubtLines(quotes, width, (time) => renderShortTime(time, now));
  const notes = [...doubts, ...oldPriceLines(quotes, now, width)];
  return [renderTable(COLUMNS, rows, width), ...(notes.length === 0 ? [] : ["", ...notes])].join("\n");
}

/** Everything about one quote, a line each; a doubt about the price goes on below itself when the screen is too narrow. */
export function quoteDetails(quote: Quote, width: number | null, now: TimeMs): string {
  const shortTime = (time: Date | undefined) => renderShortTime(time, now);
  const fields: [name: string, value: string][] = [
    ["symbol", quote.symbol],
    ["price", `${priceText(quote.close)} ${quote.currency}`],
    ...(quote.doubt === undefined ? [] : [["doubt", doubtText(quote.doubt, shortTime)] as [string, string]]),
    ["source", sourceText(quote)],
    ["open", priceText(quote.open)],
    ["high", priceText(quote.high)],
    ["low", priceText(quote.low)],
    ["volume", String(quote.volume)],
    ["period", periodText(quote)],
    ["time", renderTime(quote.quoteTime)],
    ["fetched", renderTime(quote.fetchTime)],
    ["age", ageText(quote, now)],
  ];
  return wrapFields(fields, width);
}

/** One quote on one line, for a list that grows: the moment that the price speaks of, and columns that stay where they are. */
export function quoteLine(quote: Quote, renderMoment = renderIsoTime): string {
  const standing = quote.doubt === undefined ? "" : `  ${standingText(quote.doubt)}`;
  const words = `${periodText(quote).padEnd(4)}  ${sourceText(quote)}${standing}`;
  return priceLine(new Date(asOfMs(quote)), quote, quote.close, words, renderMoment);
}

/** A price at a moment on one line, with words after it. */
export function priceLine(
  time: Date,
  { symbol, currency }: Pick<Quote, "symbol" | "currency">,
  price: number,
  words: string,
  renderMoment = renderIsoTime,
): string {
  const cells = [renderMoment(time), symbol.padEnd(8), `${priceText(price).padStart(10)} ${currency.padEnd(3)}`, words];
  return neutralise(cells.join("  "));
}

function periodText(quote: Quote): string {
  const periodMs = durationFromProto(quote.period);
  return periodMs === 0 ? "tick" : formatDuration(periodMs);
}
