import { sessionClassAt } from "../../../domain/calendar/market-time.ts";
import { symbolForm } from "../../../domain/symbol.ts";
import { refusalOf } from "../refusal.ts";
import type { Answer } from "./classify-answer.ts";
import { timeFromEastern } from "./eastern-time.ts";
import { fieldOf, isJsonObject, type JsonObject } from "../json-object.ts";
import { QuoteCollector, type Reading, type ReadingContext } from "./quote-collector.ts";
import { repeatedNames } from "../repeated-names.ts";
import { echoedForm } from "./same-symbol.ts";

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
  const bySymbol = Map.groupBy(rows.filter(isJsonObject), (row) => echoedForm(fieldOf(row, "symbol")));
  return contexts.map((context) => readingOf(bySymbol.get(symbolForm(context.symbol)) ?? [], context));
}

/** Of several rows for one symbol nobody can say which is right, so none is taken. */
function readingOf(rows: readonly JsonObject[], context: ReadingContext): Reading {
  const collector = new QuoteCollector(context);
  for (const row of rows) {
    if (rows.length > 1) collector.refuseRow();
    else addRow(collector, row, context);
  }
  return collector.reading();
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
