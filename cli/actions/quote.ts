import { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { QuoteServiceService as quoteService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { renderIsoTime, renderTime } from "../render/time.ts";
import { quoteDetails, quoteLine, quoteTable } from "./quote-text.ts";

/** `bell quotes get` */
export async function getQuote({ api, output, context }: Call, symbol: string): Promise<void> {
  const quote = await api.unary(quoteService.getQuote, { symbol: symbol.toUpperCase() }, "anybody");
  output.show(jsonFromMessage(Quote, quote), () => quoteDetails(quote, output.width, context.clock.now()));
}

/** `bell quotes list` */
export async function listQuotes({ api, output, context }: Call, symbols: readonly string[]): Promise<void> {
  const { quotes } = await api.unary(quoteService.listQuotes, { symbols: upperCased(symbols) }, "anybody");
  const json = quotes.map((quote) => jsonFromMessage(Quote, quote));
  const missing = upperCased(symbols).filter((symbol) => !quotes.some((quote) => quote.symbol === symbol));
  const absence = `No price of ${missing.join(", ")} has come; ./bell quotes list shows what comes.`;
  const isNothing = quotes.length === 0 && missing.length > 0;
  output.show({ quotes: json }, () => (isNothing ? absence : quoteTable(quotes, output.width, context.clock.now())));
  if (missing.length > 0 && !isNothing) output.note(absence);
}

/** `bell quotes watch`: goes on until the server ends it or Ctrl-C throws CANCELLED. */
export async function watchQuotes({ api, output }: Call, symbols: readonly string[]): Promise<void> {
  const request = { symbols: upperCased(symbols) };
  const moment = output.width === null ? renderIsoTime : renderTime; // a pipe has a program at its end
  if (symbols.length > 0) output.note(`Waiting for prices of ${request.symbols.join(", ")}; Ctrl-C ends it.`);
  for await (const { quote } of api.serverStream(quoteService.watchQuotes, request, "anybody")) {
    if (quote !== undefined) output.showItem(jsonFromMessage(Quote, quote), () => quoteLine(quote, moment));
  }
}

function upperCased(symbols: readonly string[]): string[] {
  return symbols.map((symbol) => symbol.toUpperCase());
}
