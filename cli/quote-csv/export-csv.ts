import { decimalFromNumber, renderDecimal } from "../../domain/decimal.ts";
import { parsePrice } from "../../domain/price.ts";
import { durationFromProto } from "../../proto/convert/duration.ts";
import type { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { formatPeriod } from "./period-text.ts";

/** The columns of an export; an import reads them. */
export const EXPORT_HEADER = "symbol,period,timestamp,open,high,low,close,volume\n";

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** A row of an export. */
export function exportRow(quote: Quote): string {
  const { symbol, period, quoteTime, open, high, low, close, volume } = quote;
  const time = quoteTime?.toISOString().replace(".000Z", "Z") ?? "";
  const prices = [open, high, low, close].map(plainPrice);
  return `${[symbol, formatPeriod(durationFromProto(period)), time, ...prices, String(volume)].map(csvCell).join(",")}\n`;
}

/** A text as a cell: in quotation marks where it must be, and never a formula. */
export function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** With as many digits as a price keeps when it is read again. */
function plainPrice(price: number): string {
  const text = renderDecimal(decimalFromNumber(price));
  return text.length <= 15 ? text : renderDecimal(decimalFromNumber(parsePrice(String(price)).price));
}
