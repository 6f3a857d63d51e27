import { csvAnswer, jsonAnswer, type Answer } from "./answer.ts";
import { dayQuoteOf, type DayQuote } from "./day-quote.ts";
import { BadParameter, entitlementOf, type Question } from "./question.ts";

const CSV_NAMES = [
  "symbol",
  "open",
  "high",
  "low",
  "price",
  "volume",
  "latestDay",
  "previousClose",
  "change",
  "changePercent",
];
const JSON_NAMES = [
  "01. symbol",
  "02. open",
  "03. high",
  "04. low",
  "05. price",
  "06. volume",
  "07. latest trading day",
  "08. previous close",
  "09. change",
  "10. change percent",
];

/** GLOBAL_QUOTE: the day of one symbol; an unknown symbol gets an empty object. Throws BadParameter without a symbol. */
export function answerGlobalQuote(question: Question): Answer {
  const { parameters, market } = question;
  const symbol = parameters.text("symbol").toUpperCase();
  if (symbol === "") throw new BadParameter("symbol");
  const format = parameters.choice("datatype", ["json", "csv"]);
  const entitlement = entitlementOf(question);
  const quote = market.has(symbol) ? askedQuote(question, symbol) : undefined;
  const row = quote === undefined ? [] : rowOf(symbol, quote);
  if (format === "csv") return csvAnswer("global_quote.csv", quote === undefined ? [CSV_NAMES] : [CSV_NAMES, row]);
  const outer = entitlement === "delayed" ? "Global Quote - DATA DELAYED BY 15 MINUTES" : "Global Quote";
  return jsonAnswer({ [outer]: Object.fromEntries(row.map((text, at) => [JSON_NAMES[at] ?? "", text])) });
}

function askedQuote(question: Question, symbol: string): DayQuote | undefined {
  const { market, functionName } = question;
  market.noteAsked(functionName, symbol);
  return dayQuoteOf(market, symbol, market.visibleUntil(entitlementOf(question)), false);
}

function rowOf(symbol: string, quote: DayQuote): string[] {
  const { day } = quote;
  const change = [quote.change.toFixed(4), `${quote.changePercent.toFixed(4)}%`];
  return [symbol, day.open, day.high, day.low, day.close, day.volume, quote.date, quote.previousClose, ...change];
}
