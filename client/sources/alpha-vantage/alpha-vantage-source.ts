// The first two hops of a quote's story: a question goes out, and the text that comes back becomes quotes or a refusal with a
// class.

import { newYorkMonth } from "../../../domain/calendar/new-york.ts";
import { SIMULATOR_SOURCE } from "../../../domain/quote.ts";
import { isPair } from "../../../domain/symbol.ts";
import type {
  FetchOptions,
  FetchResult,
  HistoryOptions,
  HistorySource,
  Refusal,
  RefusalClass,
  SearchingSource,
  SearchResult,
} from "../source.ts";
import { reachOf } from "../reach-of.ts";
import { AlphaVantageService, TRIES_MAX, type AlphaVantageDeps, type Asked } from "./alpha-vantage-service.ts";
import { refusalOf } from "../refusal.ts";
import { FunctionChoice, type Turn } from "./function-choice.ts";
import { HandedOut } from "./handed-out.ts";
import { parseBulkQuotes } from "./parse-bulk-quotes.ts";
import { parseDaily } from "./parse-daily.ts";
import { parseGlobalQuote } from "./parse-global-quote.ts";
import { parseIntraday, parseIntradayMonth } from "./parse-intraday.ts";
import { parseSymbolSearch } from "./parse-symbol-search.ts";
import type { Reading, ReadingContext } from "./quote-collector.ts";
import { RefusedFunctions } from "./refused-functions.ts";
import { BULK_SYMBOLS_MAX, maskKey, type AlphaVantageFunction, type Entitlement, type Request } from "./request-url.ts";

export interface AlphaVantageOptions {
  /** The service's root or its `/query` address. */
  readonly baseUrl: string;
  readonly key: string;
  /** What to ask, the best first; at least one. The next is asked where the key's plan does not include one, or a symbol is not in it. */
  readonly functions: readonly AlphaVantageFunction[];
  /** Bulk quotes always come as JSON. */
  readonly datatype: "json" | "csv";
  readonly entitlement?: Entitlement;
  /** Where it is kept which functions the key was refused; unset: in memory only. */
  readonly refusedFile?: string;
}

/** What is true of the key is true of every symbol: the rest of the round need not ask. */
const ROUND_WIDE: ReadonlySet<RefusalClass> = new Set<RefusalClass>([
  "throttle",
  "daily_quota",
  "not_entitled",
  "bad_key",
]);

type DataAsked = Extract<Asked, { kind: "data" }>;
type Told = Pick<FetchOptions, "onFailedTry" | "tries">;

/** Alpha Vantage, or a service that speaks like it. */
export class AlphaVantageSource implements HistorySource, SearchingSource {
  readonly name = "alpha-vantage";
  readonly #options: AlphaVantageOptions;
  readonly #service: AlphaVantageService;
  readonly #choice: FunctionChoice;
  readonly #handedOut = new HandedOut();

  constructor(options: AlphaVantageOptions, deps: AlphaVantageDeps) {
    this.#options = options;
    this.#service = new AlphaVantageService(options, deps);
    this.#choice = choiceOf(options, deps);
  }

  /** Of crypto it has other functions, which nothing here asks: each question about a pair would be a request for nothing. */
  mayKnow(symbol: string): boolean {
    return !isPair(symbol);
  }

  /** Asks for each symbol in turn (bulk quotes: for a hundred at once), only for quotes not handed out before. */
  async *fetch(
    symbols: readonly string[],
    signal: AbortSignal,
    options: FetchOptions = {},
  ): AsyncGenerator<FetchResult, void, undefined> {
    const waiting = symbols.map((symbol): Turn => ({ symbol, tried: [], first: null }));
    let { tries = TRIES_MAX } = options;
    let forAll: Refusal | null = null;
    while (waiting[0] !== undefined && forAll === null) {
      const name = this.#choice.nextFor(waiting[0]);
      if (name === undefined) {
        yield* refused(waiting.splice(0, 1)); // what was left to ask was refused meanwhile
        continue;
      }
      const turns = this.#groupFor(name, waiting);
      const asked = await this.#service.ask(this.#priceRequest(name, turns), { ...options, tries }, signal);
      if (asked.kind === "refusal") {
        if (this.#choice.movesOnFrom(name, asked.refusal)) continue;
        if (ROUND_WIDE.has(asked.refusal.class)) forAll = asked.refusal;
        if (asked.refusal.class === "outage") tries = 1; // a dead service must not hold up the round for every symbol
      }
      for (const turn of turns) waiting.splice(waiting.indexOf(turn), 1);
      yield* this.#results(name, turns, asked, waiting, options);
    }
    yield* refused(waiting, forAll);
  }

  async fetchDaily(symbol: string, signal: AbortSignal, options: HistoryOptions = {}): Promise<FetchResult> {
    const { full = false } = options;
    const { datatype } = this.#options;
    const request: Request = { function: "daily", symbols: [symbol], full, datatype };
    const asked = await this.#service.ask(request, options, signal);
    return resultOf(symbol, asked.kind === "refusal" ? asked : parseDaily(asked.answer, this.#context(symbol, asked)));
  }

  async fetchIntradayMonth(
    symbol: string,
    month: string,
    signal: AbortSignal,
    options: HistoryOptions = {},
  ): Promise<FetchResult> {
    const span = newYorkMonth(month);
    if (span === null) {
      return { kind: "refusal", symbol, refusal: refusalOf("bad_request", `"${month}" is no month such as 2026-05`) };
    }
    const { datatype, entitlement = "none" } = this.#options;
    const request: Request = { function: "intraday-month", symbols: [symbol], month, datatype, entitlement };
    const asked = await this.#service.ask(request, options, signal);
    if (asked.kind === "refusal") return resultOf(symbol, asked);
    return resultOf(symbol, parseIntradayMonth(asked.answer, this.#context(symbol, asked), span));
  }

  async search(text: string, signal: AbortSignal, options: Told = {}): Promise<SearchResult> {
    const { datatype, key } = this.#options;
    const asked = await this.#service.ask({ function: "search", text, datatype }, options, signal);
    if (asked.kind === "refusal") return asked;
    const result = parseSymbolSearch(asked.answer);
    if (result.kind === "refusal") return result;
    const mask = (one: string): string => maskKey(one, key); // whatever text is passed on may be an echo of it
    const matches = result.matches
      .filter(({ symbol }) => mask(symbol) === symbol)
      .map(({ symbol, name, type, region, currency, score }) => {
        return { symbol, name: mask(name), type: mask(type), region: mask(region), currency: mask(currency), score };
      });
    return { kind: "found", matches };
  }

  /** All that wait for the same function, the first of them first, as many as one request takes. */
  #groupFor(name: AlphaVantageFunction, waiting: readonly Turn[]): readonly Turn[] {
    if (name !== "bulk-quotes") return waiting.slice(0, 1);
    return waiting.filter((turn) => this.#choice.nextFor(turn) === name).slice(0, BULK_SYMBOLS_MAX);
  }

  #priceRequest(asked: AlphaVantageFunction, turns: readonly Turn[]): Request {
    const { datatype, entitlement = "none" } = this.#options;
    return { function: asked, symbols: turns.map(({ symbol }) => symbol), datatype, entitlement };
  }

  /** What came of some symbols; who is to be asked for by another function waits again. */
  *#results(
    name: AlphaVantageFunction,
    turns: readonly Turn[],
    asked: Asked,
    waiting: Turn[],
    options: FetchOptions,
  ): Generator<FetchResult, void, undefined> {
    const readings = asked.kind === "refusal" ? turns.map(() => asked) : this.#read(name, turns, asked);
    for (const [index, turn] of turns.entries()) {
      const reading = readings[index];
      if (reading === undefined) continue; // there is one for each symbol
      const { symbol } = turn;
      if (reading.kind === "quotes") {
        this.#choice.noteAnswer(turn, name);
        yield* this.#newQuotes(symbol, reading, options);
      } else if (this.#choice.triesOn(turn, name, reading.refusal)) {
        waiting.push(turn);
      } else {
        const isOfSymbol = turn.tried.includes(name); // then the best function's words say more
        yield { kind: "refusal", symbol, refusal: (isOfSymbol ? turn.first : null) ?? reading.refusal };
      }
    }
  }

  /** Remembers only after the caller came back for more: what a caller failed to take is handed out again. */
  *#newQuotes(
    symbol: string,
    reading: Extract<Reading, { kind: "quotes" }>,
    { newestAgain = false }: FetchOptions,
  ): Generator<FetchResult, void, undefined> {
    const reach = reachOf(reading.quotes);
    const quotes = this.#handedOut.newOnes(symbol, reading.quotes, newestAgain);
    yield { ...reading, symbol, quotes, ...(reach === undefined ? {} : { reach }) };
    this.#handedOut.mark(symbol, reading.quotes);
  }

  #read(name: AlphaVantageFunction, turns: readonly Turn[], asked: DataAsked): Reading[] {
    const contexts = turns.map(({ symbol }) => this.#context(symbol, asked));
    if (name === "bulk-quotes") return parseBulkQuotes(asked.answer, contexts);
    return contexts.map((context) =>
      name === "intraday" ? parseIntraday(asked.answer, context, 1) : parseGlobalQuote(asked.answer, context),
    );
  }

  #context(symbol: string, { isSimulated, fetchTimeMs }: DataAsked): ReadingContext {
    const source = isSimulated ? SIMULATOR_SOURCE : this.name;
    return { symbol, source, neverCloses: isSimulated, fetchTimeMs };
  }
}

function choiceOf(options: AlphaVantageOptions, { clock, log }: AlphaVantageDeps): FunctionChoice {
  const { functions, refusedFile = null, baseUrl, key, entitlement = "none" } = options;
  const identity = [key, baseUrl, entitlement];
  const refusedFunctions = new RefusedFunctions({ file: refusedFile, identity, clock, log });
  return new FunctionChoice({ functions, refused: refusedFunctions, clock, log });
}

/** Who was not asked for, or not by every function: what was said of all, else of each. */
function* refused(turns: readonly Turn[], forAll: Refusal | null = null): Generator<FetchResult, void, undefined> {
  for (const { symbol, first } of turns) {
    const refusal = forAll ?? first;
    if (refusal !== null) yield { kind: "refusal", symbol, refusal };
  }
}

function resultOf(symbol: string, reading: Reading): FetchResult {
  return reading.kind === "refusal" ? { kind: "refusal", symbol, refusal: reading.refusal } : { ...reading, symbol };
}
