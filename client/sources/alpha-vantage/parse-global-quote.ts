import { parseCivilDay } from "../../../domain/calendar/civil-day.ts";
import { regularSessionOn } from "../../../domain/calendar/market-time.ts";
import { newYorkDay } from "../../../domain/calendar/new-york.ts";
import { refusalOf } from "../refusal.ts";
import type { Answer } from "./classify-answer.ts";
import { parseCsvRows } from "./csv-rows.ts";
import { fieldOf, isJsonObject, outerField, type JsonObject } from "../json-object.ts";
import { QuoteCollector, type Reading, type ReadingContext, type RowTime } from "./quote-collector.ts";
import { repeatedNames } from "../repeated-names.ts";
import { isSameSymbol } from "./same-symbol.ts";

const CSV_HEADER = "symbol,open,high,low,price,volume,latestDay,previousClose,change,changePercent";

interface GlobalQuoteTexts {
  readonly symbol: unknown;
  readonly open: unknown;
  readonly high: unknown;
  readonly low: unknown;
  readonly price: unknown;
  readonly volume: unknown;
  readonly latestDay: unknown;
}

/** Reads GLOBAL_QUOTE: one bar, the regular session of the latest trading day, which has to be one. */
export function parseGlobalQuote(answer: Exclude<Answer, { kind: "refusal" }>, context: ReadingContext): Reading {
  if (answer.kind === "json") {
    if (repeatedNames(answer.text).size > 0) return malformed("the answer says something twice");
    return readingOf(textsFromJson(answer.value), context);
  }
  const csv = parseCsvRows(answer.text);
  if (csv.header !== CSV_HEADER) return malformed("the CSV columns are not those of a global quote");
  if (csv.rows.length > 1 || csv.brokenRows > 0) return malformed("the answer is not one whole row");
  const [row] = csv.rows;
  return row === undefined ? new QuoteCollector(context).reading() : readingOf(textsFromCsv(row), context);
}

function readingOf(texts: GlobalQuoteTexts | null, context: ReadingContext): Reading {
  if (texts === null) return malformed("the answer has no global quote");
  const { symbol, latestDay } = texts;
  if (!isSameSymbol(symbol, context.symbol))
    return malformed(`the answer is for another symbol than ${context.symbol}`);
  const collector = new QuoteCollector(context);
  collector.addBar(barTime(latestDay, context), { ...texts, close: texts.price });
  return collector.reading();
}

/** The service names no time of day: the bar spans the regular session of that day; in a market that never closes the whole of it. */
function barTime(latestDay: unknown, { symbol, neverCloses }: ReadingContext): RowTime {
  const day = typeof latestDay === "string" ? parseCivilDay(latestDay) : null;
  const span = day === null ? null : neverCloses ? newYorkDay(day) : regularSessionOn(symbol, day);
  if (span === null) return { quoteTimeMs: null, periodMs: 0 };
  return { quoteTimeMs: span.startMs, periodMs: span.endMs - span.startMs };
}

function textsFromJson(value: JsonObject): GlobalQuoteTexts | null {
  const quote = outerField(value, "Global Quote");
  if (!isJsonObject(quote)) return null;
  return {
    symbol: fieldOf(quote, "01. symbol"),
    open: fieldOf(quote, "02. open"),
    high: fieldOf(quote, "03. high"),
    low: fieldOf(quote, "04. low"),
    price: fieldOf(quote, "05. price"),
    volume: fieldOf(quote, "06. volume"),
    latestDay: fieldOf(quote, "07. latest trading day"),
  };
}

function textsFromCsv([symbol, open, high, low, price, volume, latestDay]: readonly string[]): GlobalQuoteTexts {
  return { symbol, open, high, low, price, volume, latestDay };
}

function malformed(message: string): Reading {
  return { kind: "refusal", refusal: refusalOf("malformed", message) };
}
