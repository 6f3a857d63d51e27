import type { handleServerStreamingCall } from "@grpc/grpc-js";
import { AppError } from "../../domain/error.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import { parseSymbol } from "../../domain/symbol.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import { durationFromProto } from "../../proto/convert/duration.ts";
import { gapToProto } from "../../proto/convert/gap.ts";
import { quoteToProto } from "../../proto/convert/quote.ts";
import type {
  ListCandlesRequest,
  ListCandlesResponse,
  QuoteServiceServer,
  WatchQuotesRequest,
  WatchQuotesResponse,
} from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { PriceDoubt } from "../../domain/judging/price-check.ts";
import type { HoldStore } from "../hold-store.ts";
import type { QuoteFeed } from "../quote-feed.ts";
import type { QuoteStore } from "../store.ts";
import type { StoredQuote } from "../stored-quote.ts";
import type { TrackedSymbols } from "../tracked-symbols.ts";
import { answer, statusOf } from "./answer.ts";
import type { FetcherLines } from "./fetcher-lines.ts";
import { pageSize, pageToken, positionFromToken } from "./paging.ts";
import { streamQuotes, type StreamQuotesDeps } from "./stream-quotes.ts";
import { wantedSymbols } from "./wanted-symbols.ts";
import { writeTo } from "./write.ts";

const CANDLES = { usual: 500, most: 5_000 };
const LONGEST_CANDLE_MS = 7 * DAY_MS;
const MOST_GAPS = 100;

export interface QuoteServiceDeps extends StreamQuotesDeps {
  readonly quotes: QuoteStore;
  readonly holds: Pick<HoldStore, "listDoubts">;
  readonly feed: QuoteFeed;
  readonly symbols: Pick<TrackedSymbols, "current">;
  /** What the connected fetchers ask for, which need not be on the list. */
  readonly lines: Pick<FetcherLines, "fetched">;
}

/** QuoteService: fetchers bring prices, clients read them. */
export function quoteService(deps: QuoteServiceDeps): QuoteServiceServer {
  const { quotes, holds, log } = deps;
  return {
    streamQuotes: streamQuotes(deps),
    getQuote: answer(async ({ symbol }) => {
      const known = parseSymbol(symbol);
      const found = await quotes.getQuote(known);
      if (found !== null) return toProto(found, await holds.listDoubts());
      throw notFound(deps, known);
    }, log),
    listQuotes: answer(async (request) => {
      const wanted = wantedSymbols(request.symbols);
      const all = await quotes.listQuotes();
      const doubts = await holds.listDoubts();
      const found = all.filter(({ quote }) => wanted.size === 0 || wanted.has(quote.symbol));
      return { quotes: found.map((one) => toProto(one, doubts)) };
    }, log),
    listCandles: answer((request) => candlePage(deps, request), log),
    watchQuotes: watchQuotes(deps),
  };
}

/** What is watched already need not be added: something else keeps its price away. */
function notFound({ symbols, lines }: Pick<QuoteServiceDeps, "symbols" | "lines">, symbol: string): AppError {
  const isListed = symbols.current?.some((one) => one.symbol === symbol) === true;
  const isWatched = isListed || lines.fetched.has(symbol);
  const message = isWatched
    ? `${symbol} is watched, and no price of it has come yet`
    : `there is no quote of ${symbol} yet`;
  const hint = isWatched
    ? "`./bell status` says how the fetchers and their sources stand, and when a price is due."
    : `\`./bell symbols list\` shows what is watched; \`./bell symbols add ${symbol}\` adds to it.`;
  return new AppError("NOT_FOUND", "QUOTE_NOT_FOUND", message, { hint });
}

async function candlePage(
  { quotes, gaps }: Pick<QuoteServiceDeps, "quotes" | "gaps">,
  request: ListCandlesRequest,
): Promise<ListCandlesResponse> {
  const problems = new FieldProblems();
  const symbol = problems.read("symbol", "", () => parseSymbol(request.symbol));
  const periodMs = problems.read("period", MINUTE_MS, () => candlePeriod(request));
  const limit = problems.read("page_size", 1, () => pageSize(request.pageSize, CANDLES));
  checkSpan(problems, request);
  problems.check();
  const query = [symbol, periodMs, request.startTime?.getTime() ?? null, request.endTime?.getTime() ?? null];
  const position = positionFromToken(request.pageToken, ...query); // after the rest, which it is bound to
  const newest = await quotes.getQuote(symbol);
  const { startMs, endMs } = candleSpan(request, newest?.quote.quoteTimeMs ?? 0);
  const from = position ?? startMs;
  const candles = await quotes.listCandles({ symbol, periodMs, startMs: from, endMs, limit: limit + 1 });
  const page = { startMs: from, endMs: candles[limit]?.startTimeMs ?? endMs };
  const missing = await gaps.listGaps({ symbol, ...page, limit: MOST_GAPS });
  return {
    candles: candles
      .slice(0, limit)
      .map(({ startTimeMs, ...prices }) => ({ startTime: new Date(startTimeMs), ...prices })),
    nextPageToken: pageToken(candles[limit]?.startTimeMs ?? null, ...query),
    gaps: missing.map(gapToProto),
  };
}

function candlePeriod({ period }: ListCandlesRequest): number {
  const periodMs = period === undefined ? MINUTE_MS : durationFromProto(period);
  if (periodMs > 0 && periodMs % MINUTE_MS === 0 && periodMs <= LONGEST_CANDLE_MS) return periodMs;
  throw AppError.invalidField(
    "period",
    "FIELD_INVALID",
    "must be whole minutes, at most 7 days",
    "Such as 5m, 1h or 1d.",
  );
}

/** Up to the newest quote unless asked otherwise: on a Sunday the last day that is wanted is Friday. */
function candleSpan({ startTime, endTime }: ListCandlesRequest, newestMs: number): { startMs: number; endMs: number } {
  const endMs = endTime?.getTime() ?? newestMs + 1;
  return { startMs: startTime?.getTime() ?? endMs - DAY_MS, endMs };
}

function checkSpan(problems: FieldProblems, { startTime, endTime }: ListCandlesRequest): void {
  const refuse = (field: string, message: string, hint?: string) =>
    problems.refuse({ field, reason: "FIELD_INVALID", message }, hint);
  if (Number.isNaN(startTime?.getTime())) refuse("start_time", "is not a time");
  if (Number.isNaN(endTime?.getTime())) refuse("end_time", "is not a time");
  if (startTime === undefined || endTime === undefined || !(startTime >= endTime)) return;
  refuse("start_time", "must be before end_time", "Ask from an earlier time, or until a later one.");
}

function watchQuotes({
  quotes,
  holds,
  feed,
  log,
}: QuoteServiceDeps): handleServerStreamingCall<WatchQuotesRequest, WatchQuotesResponse> {
  return (call) => {
    const gone = new AbortController();
    call.on("cancelled", () => gone.abort());
    const send = async (one: StoredQuote) => writeTo(call, { quote: toProto(one, await holds.listDoubts()) });
    const watch = async () => {
      const wanted = wantedSymbols(call.request.symbols);
      const live = feed.read(wanted, gone.signal);
      const first = live.next(); // watching begins before the snapshot, so that nothing falls between the two
      for (const one of await quotes.listQuotes()) {
        if (wanted.size === 0 || wanted.has(one.quote.symbol)) await send(one);
      }
      for (let next = await first; next.done !== true; next = await live.next()) {
        await send(next.value);
      }
    };
    watch().then(
      () => call.end(),
      (error: unknown) => {
        gone.abort(); // nobody reads on
        call.emit("error", statusOf(error, log));
      },
    );
  };
}

function toProto({ quote, seq }: StoredQuote, doubts: ReadonlyMap<string, PriceDoubt>) {
  return quoteToProto(quote, seq, doubts.get(quote.symbol));
}
