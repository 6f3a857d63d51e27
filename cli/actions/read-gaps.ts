import { AppError } from "../../domain/error.ts";
import { DAY_MS, type TimeMs } from "../../domain/time.ts";
import { durationToProto } from "../../proto/convert/duration.ts";
import type { Gap } from "../../proto/gen/tickerbell/v1/quote.ts";
import { QuoteServiceService as quoteService } from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { Api } from "../api.ts";

/** Only what comes with candles is wanted, so that there should be few of them. */
const LONGEST_CANDLE_MS = 7 * DAY_MS;
const MOST_CANDLES = 5_000;

/** What is missing of a symbol's prices within some time, oldest first; none when the server does not tell: nothing hangs on it. */
export async function readGaps(api: Api, symbol: string, fromMs: TimeMs, untilMs: TimeMs): Promise<readonly Gap[]> {
  if (fromMs >= untilMs) return [];
  const period = durationToProto(LONGEST_CANDLE_MS);
  const span = { startTime: new Date(fromMs), endTime: new Date(untilMs), pageSize: MOST_CANDLES, pageToken: "" };
  try {
    return (await api.unary(quoteService.listCandles, { symbol, period, ...span }, "anybody")).gaps;
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}
