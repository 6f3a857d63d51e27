import { MINUTE_MS } from "../../../domain/time.ts";
import { refusalOf, type Answer } from "./classify-answer.ts";
import { parseCsvRows } from "./csv-rows.ts";
import { timeFromEastern } from "./eastern-time.ts";
import { fieldOf, isJsonObject, type JsonObject } from "./json-object.ts";
import { QuoteCollector, type Reading, type ReadingContext, type RowTime } from "./quote-collector.ts";

/** The bar lengths that the service offers. */
export type IntervalMinutes = 1 | 5 | 15 | 30 | 60;

const CSV_HEADER = "timestamp,open,high,low,close,volume";
/** So many bars of one minute never lie a whole multiple of minutes apart by chance, however seldom the symbol trades. */
const ROWS_THAT_TELL = 20;
const STAMP_KEY = /"(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})"\s*:/g;

/** Reads TIME_SERIES_INTRADAY. A bar's stamp is taken as its start, as the service has meant it since 2023. */
export function parseIntraday(
  answer: Exclude<Answer, { kind: "refusal" }>,
  context: ReadingContext,
  intervalMinutes: IntervalMinutes,
): Reading {
  return answer.kind === "csv"
    ? parseCsv(answer.text, context, intervalMinutes)
    : parseJson(answer.value, answer.text, context, intervalMinutes);
}

/** The body names neither symbol nor interval: the symbol has to be believed, the interval shows in the stamps. */
function parseCsv(text: string, context: ReadingContext, intervalMinutes: IntervalMinutes): Reading {
  const csv = parseCsvRows(text);
  if (csv.header !== CSV_HEADER) return malformed("the CSV columns are not those of intraday bars");
  const spacing = spacingMinutes(csv.rows.map(([stamp = ""]) => stamp));
  if (csv.rows.length >= ROWS_THAT_TELL && spacing > intervalMinutes) {
    return malformed(`the bars are not of ${intervalMinutes}min: their stamps lie ${spacing} minutes apart`);
  }
  const collector = new QuoteCollector(context);
  for (const [stamp = "", open, high, low, close, volume] of csv.rows) {
    collector.addBar(barTime(stamp, intervalMinutes), { open, high, low, close, volume });
  }
  for (let broken = 0; broken < csv.brokenRows; broken += 1) collector.refuseRow();
  return collector.reading();
}

function parseJson(
  value: JsonObject,
  text: string,
  context: ReadingContext,
  intervalMinutes: IntervalMinutes,
): Reading {
  const interval = `${intervalMinutes}min`;
  const problem = metaProblem(fieldOf(value, "Meta Data"), context.symbol, interval);
  if (problem !== null) return malformed(problem);
  const series = fieldOf(value, `Time Series (${interval})`);
  if (!isJsonObject(series)) return malformed(`the answer has no series of ${interval} bars`);
  const repeated = repeatedStamps(text);
  const collector = new QuoteCollector(context);
  for (const [stamp, row] of Object.entries(series)) {
    if (!isJsonObject(row) || repeated.has(stamp)) collector.refuseRow();
    else collector.addBar(barTime(stamp, intervalMinutes), rowTexts(row));
  }
  return collector.reading();
}

function metaProblem(meta: unknown, symbol: string, interval: string): string | null {
  if (!isJsonObject(meta)) return "the answer has no meta data";
  const echoed = fieldOf(meta, "2. Symbol");
  if (typeof echoed !== "string" || echoed.toUpperCase() !== symbol.toUpperCase()) {
    return `the answer is for another symbol than ${symbol}`;
  }
  if (fieldOf(meta, "4. Interval") !== interval) return `the answer's interval is not ${interval}`;
  if (fieldOf(meta, "6. Time Zone") !== "US/Eastern") return "the answer's time zone is not US/Eastern";
  return null;
}

/** JSON.parse silently keeps the last of two equal keys, so they are looked for in the text. */
function repeatedStamps(text: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const [, stamp = ""] of text.matchAll(STAMP_KEY)) (seen.has(stamp) ? repeated : seen).add(stamp);
  return repeated;
}

function rowTexts(row: JsonObject): { open: unknown; high: unknown; low: unknown; close: unknown; volume: unknown } {
  return {
    open: fieldOf(row, "1. open"),
    high: fieldOf(row, "2. high"),
    low: fieldOf(row, "3. low"),
    close: fieldOf(row, "4. close"),
    volume: fieldOf(row, "5. volume"),
  };
}

/** A bar begins on a whole multiple of its length; New York's offset is whole hours, so UTC tells too. */
function barTime(stamp: string, intervalMinutes: IntervalMinutes): RowTime {
  const periodMs = intervalMinutes * MINUTE_MS;
  const timeMs = timeFromEastern(stamp);
  return { quoteTimeMs: timeMs === null || timeMs % periodMs !== 0 ? null : timeMs, periodMs };
}

/** The largest number of minutes of which every distance between two stamps is a multiple; 0 for fewer than two of them. */
function spacingMinutes(stamps: readonly string[]): number {
  const times = stamps.map(timeFromEastern).filter((time) => time !== null);
  const first = times[0] ?? 0;
  return times.reduce((spacing, time) => greatestDivisor(spacing, Math.abs(time - first) / MINUTE_MS), 0);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function malformed(message: string): Reading {
  return { kind: "refusal", refusal: refusalOf("malformed", message) };
}
