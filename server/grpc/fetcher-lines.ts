// What the server says to connected fetchers by itself: which symbols it wants prices of, and that somebody looks a symbol up.
import { AppError } from "../../domain/error.ts";
import { SECOND_MS } from "../../domain/time.ts";
import {
  SourceState,
  type FetcherReport,
  type StreamQuotesResponse,
  type SymbolsFound,
} from "../../proto/gen/tickerbell/v1/quote_service.ts";
import type { FoundSymbol } from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { TrackedSymbol } from "../symbol-store.ts";

/** A fetcher that has not answered by then does not: whoever asked is told so before its own call is given up. */
export const SEARCH_LIMIT_MS = 8 * SECOND_MS;
/** More at a time would wait behind one another at the source. */
const SEARCHES_MAX = 20;
/** So many matches are handed on, each text cut off at so many characters. */
const MATCHES_MAX = 50;
const TEXT_CHARACTERS_MAX = 200;

const AGAIN = "Look how the fetchers stand: ./bell status";
const OWN_SYMBOLS =
  "Every connected fetcher has symbols of its own, as one with BELL_SOURCE=binance always has: set BELL_SYMBOLS and start the fetcher again";

/** Sends to one fetcher; resolves when the next may be sent. */
export type SendToFetcher = (message: StreamQuotesResponse["message"]) => Promise<void>;

export interface FetcherLinesOptions {
  /** The list as it is now; null while it is not known. */
  readonly symbols: () => readonly TrackedSymbol[] | null;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** Which of the connected fetchers follow the list. */
export interface Followers {
  readonly followingCount: number;
  /** By their certificates. */
  readonly pinned: readonly string[];
}

/** One connected fetcher. It is told nothing before it has told of itself: one of an early version never does. */
export class FetcherLine {
  readonly uri: string;
  readonly #send: SendToFetcher;
  readonly #symbols: FetcherLinesOptions["symbols"];
  #report: FetcherReport | null = null;
  #told: readonly TrackedSymbol[] | null = null;
  #isTelling = false;

  constructor(uri: string, send: SendToFetcher, symbols: FetcherLinesOptions["symbols"]) {
    this.uri = uri;
    this.#send = send;
    this.#symbols = symbols;
  }

  /** What it told of itself last; null: nothing yet. */
  get report(): FetcherReport | null {
    return this.#report;
  }

  noteReport(report: FetcherReport): void {
    this.#report = report;
    void this.tellSymbols();
  }

  /** Tells the list as it is, if the fetcher does not know it; one that takes nothing is told the newest only. */
  async tellSymbols(): Promise<void> {
    if (this.#report === null || this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let symbols = this.#symbols(); symbols !== null && symbols !== this.#told; symbols = this.#symbols()) {
        this.#told = symbols;
        const watched = symbols.map(({ symbol, hasAlerts }) => ({ symbol, hasAlerts }));
        await this.#send({ $case: "symbols", value: { symbols: watched } });
      }
    } finally {
      this.#isTelling = false;
    }
  }

  async search(id: string, text: string): Promise<void> {
    await this.#send({ $case: "search", value: { id, text } });
  }
}

interface Search {
  readonly line: FetcherLine;
  readonly resolve: (found: SymbolsFound) => void;
  readonly reject: (error: AppError) => void;
}

/** The connected fetchers. */
export class FetcherLines {
  readonly #options: FetcherLinesOptions;
  readonly #lines = new Set<FetcherLine>();
  readonly #searches = new Map<string, Search>();

  constructor(options: FetcherLinesOptions) {
    this.#options = options;
  }

  open(uri: string, send: SendToFetcher): FetcherLine {
    const line = new FetcherLine(uri, send, this.#options.symbols);
    this.#lines.add(line);
    return line;
  }

  close(line: FetcherLine): void {
    if (!this.#lines.delete(line)) return;
    for (const search of this.#searches.values()) {
      if (search.line === line) search.reject(unavailable("the fetcher that asked its source is gone", "Try again."));
    }
  }

  /** The list has changed. */
  tellSymbols(): void {
    for (const line of this.#lines) void line.tellSymbols();
  }

  get followers(): Followers {
    const told = [...this.#lines].filter(({ report }) => report !== null);
    const pinned = told.filter(({ report }) => report?.followsServer === false);
    return { followingCount: told.length - pinned.length, pinned: pinned.map(({ uri }) => uri) };
  }

  /** Whether there are fetchers and none follows the list: what is put on it brings no price. */
  get isAllPinned(): boolean {
    const { followingCount, pinned } = this.followers;
    return followingCount === 0 && pinned.length > 0;
  }

  /** What the connected fetchers ask their sources for. */
  get fetched(): ReadonlySet<string> {
    return new Set([...this.#lines].flatMap(({ report }) => report?.symbols ?? []));
  }

  /** Looks symbols up at a fetcher's source, which takes a request of its key, in so many milliseconds at most. Throws UNAVAILABLE SOURCE_UNAVAILABLE. */
  async search(text: string, limitMs = SEARCH_LIMIT_MS): Promise<readonly FoundSymbol[]> {
    const line = this.#searcher();
    if (this.#searches.size >= SEARCHES_MAX) throw unavailable("too many searches are under way", "Try again.");
    const id = this.#options.newId();
    const { promise, resolve, reject } = Promise.withResolvers<SymbolsFound>();
    this.#searches.set(id, { line, resolve, reject });
    const timer = new AbortController();
    this.#options.clock.sleep(Math.max(limitMs, 0), timer.signal).then(
      () => reject(unavailable("the source did not answer in time", AGAIN)),
      () => undefined,
    );
    try {
      void line.search(id, text);
      return matchesOf(await promise);
    } finally {
      timer.abort();
      this.#searches.delete(id);
    }
  }

  /** A fetcher's answer; one that nobody waits for any more, or that another was asked for, is none. */
  noteFound(line: FetcherLine, found: SymbolsFound): void {
    const search = this.#searches.get(found.id);
    if (search?.line === line) search.resolve(found);
  }

  /** One whose source can be asked, rather one whose source answers. */
  #searcher(): FetcherLine {
    const able = [...this.#lines].filter(({ report }) => report?.canSearch === true);
    const line = able.find(({ report }) => report?.sourceState === SourceState.ANSWERING) ?? able[0];
    if (line !== undefined) return line;
    if (this.#lines.size === 0) {
      throw unavailable("no fetcher is connected that could ask its source", "Start one: ./bell fetcher");
    }
    const hint = this.isAllPinned ? OWN_SYMBOLS : AGAIN;
    throw unavailable("the sources of the connected fetchers cannot be asked for symbols", hint);
  }
}

function matchesOf({ matches, refusalClass, refusalMessage }: SymbolsFound): readonly FoundSymbol[] {
  if (refusalClass === "") return matches.slice(0, MATCHES_MAX).map(bounded);
  const detail = refusalMessage.slice(0, TEXT_CHARACTERS_MAX);
  throw unavailable(`the source gave no answer (${refusalClass.slice(0, 20)}): ${detail}`, AGAIN);
}

function bounded({ symbol, name, type, region, currency, score }: FoundSymbol): FoundSymbol {
  const cut = (text: string): string => text.slice(0, TEXT_CHARACTERS_MAX);
  return {
    symbol,
    name: cut(name),
    type: cut(type),
    region: cut(region),
    currency: cut(currency),
    score,
    isTracked: false,
  };
}

function unavailable(message: string, hint: string): AppError {
  return new AppError("UNAVAILABLE", "SOURCE_UNAVAILABLE", message, { hint });
}
