import { csvAnswer, jsonAnswer, type Answer } from "./answer.ts";
import { dayQuoteOf } from "./day-quote.ts";
import { easternStampMillis } from "./eastern.ts";
import { BadParameter, type Question } from "./question.ts";

/** More symbols than this are silently ignored. */
const MAX_SYMBOLS = 100;
const ENDPOINT = "Realtime Bulk Quotes";
const NAMES = [
  "symbol",
  "timestamp",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "previous_close",
  "change",
  "change_percent",
  "extended_hours_quote",
  "extended_hours_change",
  "extended_hours_change_percent",
] as const;
type Row = Readonly<Record<(typeof NAMES)[number], string | null>>;

/** REALTIME_BULK_QUOTES: many symbols at once; unknown ones are left out. Throws BadParameter without symbols. */
export function answerBulkQuotes(question: Question): Answer {
  const symbols = question.parameters.text("symbol").toUpperCase().split(",").slice(0, MAX_SYMBOLS);
  if (symbols[0] === "") throw new BadParameter("symbol");
  const format = question.parameters.choice("datatype", ["json", "csv"]);
  if (!mayAsk(question)) return jsonAnswer({ endpoint: ENDPOINT, message: NOT_ENTITLED, data: SAMPLE });
  const rows = [...new Set(symbols)].flatMap((symbol) => rowOf(question, symbol) ?? []);
  if (format === "json") return jsonAnswer({ endpoint: ENDPOINT, message: "success", data: rows });
  return csvAnswer("realtime_bulk_quotes.csv", [NAMES, ...rows.map((row) => NAMES.map((name) => row[name] ?? ""))]);
}

function mayAsk({ plan }: Question): boolean {
  return plan.premium && plan.entitlement === "realtime";
}

/** The regular session in the ordinary fields; what was traded later, or before the open, in the extended ones. */
function rowOf({ market, functionName }: Question, symbol: string): Row | undefined {
  if (!market.has(symbol)) return undefined;
  market.noteAsked(functionName, symbol);
  const asOfMs = market.visibleUntil("realtime");
  const last = dayQuoteOf(market, symbol, asOfMs, false);
  const regular = dayQuoteOf(market, symbol, asOfMs, true) ?? last;
  if (last === undefined || regular === undefined) return undefined;
  const extended = last.quoteTimeMs > regular.quoteTimeMs ? Number(last.day.close) : null;
  const close = Number(regular.day.close);
  const later = extended === null ? null : extended - close;
  return {
    symbol,
    timestamp: easternStampMillis(last.quoteTimeMs),
    open: unpadded(Number(regular.day.open)),
    high: unpadded(Number(regular.day.high)),
    low: unpadded(Number(regular.day.low)),
    close: unpadded(close),
    volume: regular.day.volume,
    previous_close: unpadded(Number(regular.previousClose)),
    change: rounded(regular.change, 4),
    change_percent: rounded(regular.changePercent, 4),
    extended_hours_quote: extended === null ? null : unpadded(extended),
    extended_hours_change: later === null ? null : rounded(later, 4),
    extended_hours_change_percent: later === null ? null : rounded((later / close) * 100, 5),
  };
}

/** A number as this function prints it: "230.1", "236.0". */
function unpadded(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function rounded(value: number, places: number): string {
  return unpadded(Number(value.toFixed(places)));
}

const NOT_ENTITLED =
  "This is a premium endpoint. ***THE SAMPLE DATA SCHEMA BELOW IS ARTIFICIAL AND FOR ILLUSTRATION PURPOSES ONLY***. To access the actual data, please subscribe to any premium plan that mentions 'Realtime US Market Data' in its description at https://www.alphavantage.co/premium/.";

/** Well-formed rows of invented prices, the same for every question: what a key without entitlement gets, with status 200. */
const SAMPLE: readonly Row[] = [
  sampleRow("MSFT", "2024-01-02 19:59:50.125", ["401.0", "404.5", "399.25", "402.0"], "400.0", ["2.0", "0.5"]),
  sampleRow("AAPL", "2024-01-02 19:59:51.250", ["201.0", "203.5", "199.75", "202.0"], "200.0", ["2.0", "1.0"]),
  sampleRow("IBM", "2024-01-02 19:58:52.375", ["161.0", "162.5", "159.5", "160.8"], "160.0", ["0.8", "0.5"]),
];

function sampleRow(
  symbol: string,
  timestamp: string,
  [open, high, low, close]: readonly [string, string, string, string],
  previousClose: string,
  [change, percent]: readonly [string, string],
): Row {
  return {
    symbol,
    timestamp,
    open,
    high,
    low,
    close,
    volume: "1000000",
    previous_close: previousClose,
    change,
    change_percent: percent,
    extended_hours_quote: close,
    extended_hours_change: "0.0",
    extended_hours_change_percent: "0.0",
  };
}
