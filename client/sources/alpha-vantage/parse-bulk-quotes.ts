import { sessionClassAt } from "../../../domain/calendar/market-time.ts";
import { refusalOf } from "../refusal.ts";
import type { Answer } from "./classify-answer.ts";
import { timeFromEastern } from "./eastern-time.ts";
import { fieldOf, isJsonObject, type JsonObject } from "../json-object.ts";
import { QuoteCollector, type Reading, type ReadingContext } from "./quote-collector.ts";
import { repeatedNames } from "../repeated-names.ts";

/**
 * Reads REALTIME_BULK_QUOTES: a tick for each symbol asked (`contexts`), in their order. Rows for other symbols are
 * passed over; without the message "success" nothing in the answer is real.
 */
export function parseBulkQuotes(
  answer: Exclude<Answer, { kind: "refusal" }>,
  contexts: readonly ReadingContext[],
): Reading[] {
  const rows = answer.kind === "json" && fieldOf(answer.value, "message") === "success" ? dataOf(answer.value) : null;
  if (rows === null) return contexts.map(() => malformed("the answer is no list of bulk quotes"));
  const saysTwice = answer.kind === "json" && repeatedNames(answer.text).size > 0;
  if (saysTwice) return contexts.map(() => malformed("the answer says something twice"));
  const collectors = new Map(
    contexts.map((context) => [context.symbol.toUpperCase(), { context, collector: new QuoteCollector(context) }]),
  );
  for (const row of rows) {
    const symbol = isJsonObject(row) ? fieldOf(row, "symbol") : undefined;
    const asked = typeof symbol === "string" ? collectors.get(symbol.toUpperCase()) : undefined;
    if (asked !== undefined) addRow(asked.collector, row as JsonObject, asked.context);
  }
  return contexts.map(
    (context) => collectors.get(context.symbol.toUpperCase())?.collector.reading() ?? malformed("not in the answer"),
  );
}

function dataOf(value: JsonObject): readonly unknown[] | null {
  const data = fieldOf(value, "data");
  return Array.isArray(data) ? (data as unknown[]) : null;
}

function addRow(collector: QuoteCollector, row: JsonObject, context: ReadingContext): void {
  const stamp = fieldOf(row, "timestamp");
  const quoteTimeMs = typeof stamp === "string" ? timeFromEastern(stamp) : null;
  const isRegular = quoteTimeMs !== null && sessionClassAt(context.symbol, quoteTimeMs) === "regular";
  const texts = {
    open: fieldOf(row, "open"),
    high: fieldOf(row, "high"),
    low: fieldOf(row, "low"),
    close: fieldOf(row, "close"),
    volume: fieldOf(row, "volume"),
  };
  collector.addTick({ quoteTimeMs, periodMs: 0 }, texts, tickPrice(row, isRegular, context.neverCloses));
}

/**
 * `close` is the regular session's price; outside it the stamp belongs to `extended_hours_quote`. Without one the row
 * joins an old price to a new stamp and is no quote, unless the market never closes.
 */
function tickPrice(row: JsonObject, isRegular: boolean, neverCloses: boolean): unknown {
  const close = fieldOf(row, "close");
  if (isRegular) return close;
  const extended = fieldOf(row, "extended_hours_quote");
  const missing = extended === undefined || extended === null || extended === "";
  return missing && neverCloses ? close : extended;
}

function malformed(message: string): Reading {
  return { kind: "refusal", refusal: refusalOf("malformed", message) };
}
