import { AppError } from "../../domain/error.ts";
import { durationToProto } from "../../proto/convert/duration.ts";
import { Candle, Gap, type Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import { QuoteServiceService as quoteService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Call } from "../call.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderTime } from "../render/time.ts";
import { gapText } from "./gap-text.ts";
import { parseDuration, parseMoment, parseWhole } from "./parse-time.ts";
import { priceText } from "./price-text.ts";
import { isSimulated } from "./quote-text.ts";

/** As typed. */
export interface CandleOptions {
  readonly period: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
}

const MOST_CANDLES = 5_000;
const COLUMNS: readonly Column[] = [
  { title: "START" },
  { title: "OPEN", align: "right" },
  { title: "HIGH", align: "right" },
  { title: "LOW", align: "right" },
  { title: "CLOSE", align: "right" },
  { title: "VOLUME", align: "right" },
];

/** `bell quotes candles` */
export async function listCandles(
  { api, output, context }: Call,
  given: string,
  options: CandleOptions,
): Promise<void> {
  const symbol = given.toUpperCase();
  const now = context.clock.now();
  const limit = parseWhole("--limit", options.limit, MOST_CANDLES);
  const request = {
    symbol,
    period: durationToProto(parseDuration("--period", options.period)),
    startTime: options.since === undefined ? undefined : parseMoment("--since", options.since, now),
    endTime: options.until === undefined ? undefined : parseMoment("--until", options.until, now),
    pageSize: options.since === undefined ? MOST_CANDLES : limit,
    pageToken: "",
  };
  const { candles: page, gaps: missing, nextPageToken } = await api.unary(quoteService.listCandles, request, "anybody");
  const candles = page.slice(-limit); // without --since: the newest ones
  const gaps = candles.length === page.length ? missing : missing.filter(endsAfter(candles[0]?.startTime));
  const simulated = isSimulated(await newestQuote(api, symbol));
  const json = {
    symbol,
    simulated,
    candles: candles.map((candle) => jsonFromMessage(Candle, candle)),
    gaps: gaps.map((gap) => jsonFromMessage(Gap, gap)),
    more: nextPageToken !== "",
  };
  const table = (): string => candleTable(symbol, candles, simulated, output.width);
  output.show(json, () => [table(), gapText(gaps)].filter((text) => text !== "").join("\n"));
  if (nextPageToken !== "") output.note("There are more: raise --limit, or give --since and --until.");
}

function endsAfter(time: Date | undefined): (gap: Gap) => boolean {
  return ({ endTime }) => time === undefined || (endTime !== undefined && endTime > time);
}

/** A candle does not say who stated its prices; the symbol's newest quote does. */
async function newestQuote(api: Call["api"], symbol: string): Promise<Quote | undefined> {
  try {
    return await api.unary(quoteService.getQuote, { symbol }, "anybody");
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

function candleTable(symbol: string, candles: readonly Candle[], simulated: boolean, width: number | null): string {
  if (candles.length === 0) return `No prices of ${symbol} in that time.`;
  const rows = candles.map((candle) => [
    renderTime(candle.startTime),
    ...[candle.open, candle.high, candle.low, candle.close].map(priceText),
    String(candle.volume),
  ]);
  const table = renderTable(COLUMNS, rows, width);
  return simulated ? `${table}\nWhat was fetched of ${symbol} is SIMULATED.` : table; // imported prices are among them
}
