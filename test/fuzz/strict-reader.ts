// Holds a stored quote against the very bytes of the answer: each of its values has to stand, once, in its own field, for the symbol
// that was asked for. Shares nothing with the fetcher; where it is not sure, it says no.
import type { Quote } from "../../domain/quote.ts";
import { readJson, type Written } from "./naive-json.ts";

/** What was asked. */
export interface StrictQuestion {
  readonly kind: "intraday" | "daily" | "global-quote" | "bulk-quotes";
  readonly symbol: string;
}

type Row = Readonly<Record<"open" | "high" | "low" | "close" | "volume", string | null>>;
type Fields = Readonly<Record<keyof Row, string>>;

const SERIES_FIELDS: Fields = {
  open: "1. open",
  high: "2. high",
  low: "3. low",
  close: "4. close",
  volume: "5. volume",
};
const QUOTE_FIELDS: Fields = {
  open: "02. open",
  high: "03. high",
  low: "04. low",
  close: "05. price",
  volume: "06. volume",
};
const BULK_FIELDS: Fields = { open: "open", high: "high", low: "low", close: "close", volume: "volume" };
const BARS_HEADER = "timestamp,open,high,low,close,volume";
const QUOTE_HEADER = "symbol,open,high,low,price,volume,latestDay,previousClose,change,changePercent";
const REFUSALS = ["information", "note", "error message", "detail"];

/** What is wrong with a quote that was stored from this answer; null if the answer says all of it. */
export function strictReader(bytes: Buffer, question: StrictQuestion): (quote: Quote) => string | null {
  const text = bytes.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(bytes)) return () => "the answer is no text";
  const isJson = text.trimStart().startsWith("{");
  const json = isJson ? readJson(text) : null;
  if (isJson && json === null) return () => "the answer is no JSON";
  if (json !== null && namesOf(json).some((name) => REFUSALS.includes(name.trim().toLowerCase()))) {
    return () => "the answer is a refusal";
  }
  return (quote) => {
    if (quote.symbol !== question.symbol) return "the symbol was not asked for";
    const row = json === null ? csvRow(text, question, quote) : jsonRow(json, question, quote);
    return typeof row === "string" ? row : rowProblem(row, quote);
  };
}

function rowProblem(row: Row, quote: Quote): string | null {
  for (const [field, text] of Object.entries(row) as [keyof Row, string | null][]) {
    if (text === null || !/^[0-9]+(\.[0-9]+)?$/.test(text)) return `${field} is ${String(text)} in the answer`;
    if (!isSame(text, quote[field])) return `${field} is ${text} in the answer, ${quote[field]} in the quote`;
    if (field !== "volume" && !(quote[field] > 0)) return `${field} is no price`;
  }
  return null;
}

/** But for the rounding of a text with more digits than a double has. */
function isSame(text: string, value: number): boolean {
  return Math.abs(Number(text) - value) <= Math.abs(Number(text)) * 1e-14;
}

function jsonRow(json: Written, question: StrictQuestion, quote: Quote): Row | string {
  switch (question.kind) {
    case "intraday":
      return seriesRow(json, question, "Time Series (1min)", "6. Time Zone", newYork(quote.quoteTimeMs, "second"));
    case "daily":
      return seriesRow(json, question, "Time Series (Daily)", "5. Time Zone", dayOf(quote));
    case "global-quote":
      return dayQuoteRow(json, question, quote);
    case "bulk-quotes":
      return bulkRow(json, question, quote);
  }
}

function seriesRow(
  json: Written,
  { symbol, kind }: StrictQuestion,
  name: string,
  zone: string,
  stamp: string,
): Row | string {
  const meta = only(json, "Meta Data");
  if (!isSymbol(textIn(meta, "2. Symbol"), symbol)) return "the meta data name another symbol";
  if (textIn(meta, zone) !== "US/Eastern") return "the meta data name another zone";
  if (kind === "intraday" && textIn(meta, "4. Interval") !== "1min") return "the meta data name another interval";
  const row = only(outer(json, name), stamp);
  return row === null ? `there is not one row of ${stamp}` : rowOf(row, SERIES_FIELDS);
}

function dayQuoteRow(json: Written, { symbol }: StrictQuestion, quote: Quote): Row | string {
  const row = outer(json, "Global Quote");
  if (row === null) return "there is not one quote";
  if (!isSymbol(textIn(row, "01. symbol"), symbol)) return "the quote is of another symbol";
  if (textIn(row, "07. latest trading day") !== sessionDayOf(quote)) return "the quote is of another day";
  return rowOf(row, QUOTE_FIELDS);
}

function bulkRow(json: Written, { symbol }: StrictQuestion, quote: Quote): Row | string {
  if (textIn(json, "message") !== "success") return "the rows are made up";
  const data = only(json, "data");
  const rows = data?.kind === "list" ? data.items.filter((item) => isSymbol(textIn(item, "symbol"), symbol)) : [];
  const stamp = newYork(quote.quoteTimeMs, "millisecond");
  const found = rows.filter((item) => [stamp, stamp.replace(/\.000$/, "")].includes(textIn(item, "timestamp") ?? ""));
  const [row] = found;
  if (row === undefined || found.length > 1) return `there is not one row of ${stamp}`;
  const { volume, ...day } = rowOf(row, BULK_FIELDS);
  if (Object.values(day).some((text) => text === null)) return "the row is not whole";
  // A tick has one price: the session's, or that of the extended hours.
  const prices = [day.close, textIn(row, "extended_hours_quote")];
  const price = prices.find((text) => text !== null && isSame(text, quote.close));
  const tick = price ?? null;
  return { open: tick, high: tick, low: tick, close: tick, volume };
}

function csvRow(text: string, { kind, symbol }: StrictQuestion, quote: Quote): Row | string {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  lines.pop(); // nothing, or a row that was cut off
  const isQuote = kind === "global-quote";
  if (lines[0] !== (isQuote ? QUOTE_HEADER : BARS_HEADER)) return "the columns are others";
  const first = isQuote ? symbol : kind === "daily" ? dayOf(quote) : newYork(quote.quoteTimeMs, "second");
  const width = isQuote ? 10 : 6;
  const rows = lines.map((line) => line.split(",")).filter((row) => isSymbol(row[0]!, first) && row.length === width);
  const [, open = null, high = null, low = null, close = null, volume = null, day] = rows[0] ?? [];
  if (rows.length !== 1) return `there is not one row of ${first}`;
  if (isQuote && day !== sessionDayOf(quote)) return "the quote is of another day";
  return { open, high, low, close, volume };
}

/** The one value of that name; null if there is none, or more than one. */
function only(value: Written | null, name: string): Written | null {
  const found = value?.kind === "object" ? value.pairs.filter(([one]) => one === name) : [];
  return found.length === 1 ? found[0]![1] : null;
}

/** The same, where a suffix may follow. */
function outer(value: Written, name: string): Written | null {
  const names = namesOf(value).filter((one) => one === name || one.startsWith(`${name} - `));
  return names.length === 1 ? only(value, names[0]!) : null;
}

function namesOf(value: Written): string[] {
  return value.kind === "object" ? value.pairs.map(([name]) => name) : [];
}

function textIn(value: Written | null, name: string): string | null {
  const found = only(value, name);
  return found?.kind === "text" ? found.text : null;
}

function rowOf(row: Written, fields: Fields): Row {
  return Object.fromEntries(Object.entries(fields).map(([field, name]) => [field, textIn(row, name)])) as Row;
}

function isSymbol(text: string | null, symbol: string): boolean {
  return text !== null && text.toUpperCase() === symbol.toUpperCase();
}

/** A day's bar begins with the day. */
function dayOf({ quoteTimeMs }: Quote): string {
  const [day = "", time] = newYork(quoteTimeMs, "second").split(" ");
  return time === "00:00:00" ? day : "no day";
}

/** The bar of a day's quote begins with its session. */
function sessionDayOf({ quoteTimeMs }: Quote): string {
  const [day = "", time] = newYork(quoteTimeMs, "second").split(" ");
  return time === "09:30:00" ? day : "no session";
}

const CLOCK = new Intl.DateTimeFormat("en-GB", {
  timeZone: "America/New_York",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** What New York's clocks show. */
function newYork(timeMs: number, to: "second" | "millisecond"): string {
  const part = Object.fromEntries(CLOCK.formatToParts(timeMs).map(({ type, value }) => [type, value]));
  const { year = "", month = "", day = "", hour = "", minute = "", second = "" } = part;
  const stamp = `${year}-${month}-${day} ${hour}:${minute}:${second}`;
  return to === "second" ? stamp : `${stamp}.${String(timeMs % 1_000).padStart(3, "0")}`;
}
