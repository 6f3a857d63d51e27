import { formatPrice, isPrice } from "../../domain/price.ts";
import { durationFromProto } from "../../proto/convert/duration.ts";
import type { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { neutralise } from "../render/neutralise.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderDuration, renderTime } from "../render/time.ts";

/** The source that simulated and replayed prices name. */
const SIMULATOR = "simulator";

const COLUMNS: readonly Column[] = [
  { title: "SYMBOL" },
  { title: "PRICE", align: "right" },
  { title: "" },
  { title: "OPEN", align: "right" },
  { title: "HIGH", align: "right" },
  { title: "LOW", align: "right" },
  { title: "VOLUME", align: "right" },
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

/** Quotes as a table, or what to do when there are none. */
export function quoteTable(quotes: readonly Quote[], width: number | null): string {
  if (quotes.length === 0)
    return "No prices yet: the fetcher brings them. Is it running? (./bell up, or ./bell fetcher)";
  const rows = quotes.map((quote) => [
    quote.symbol,
    priceText(quote.close),
    quote.currency,
    ...[quote.open, quote.high, quote.low].map(priceText),
    String(quote.volume),
    periodText(quote),
    renderTime(quote.quoteTime),
    sourceText(quote),
  ]);
  return renderTable(COLUMNS, rows, width);
}

/** One quote on one line, for a list that grows. */
export function quoteLine(quote: Quote): string {
  const cells = [
    renderTime(quote.quoteTime),
    quote.symbol.padEnd(6),
    `${priceText(quote.close).padStart(10)} ${quote.currency}`,
    periodText(quote).padEnd(4),
    sourceText(quote),
  ];
  return neutralise(cells.join("  "));
}

function periodText(quote: Quote): string {
  const periodMs = durationFromProto(quote.period);
  return periodMs === 0 ? "tick" : renderDuration(periodMs);
}
