import { AppError } from "../../domain/error.ts";
import { isOneLine } from "../../domain/one-line.ts";
import { parseSymbol } from "../../domain/symbol.ts";
import { SECOND_MS } from "../../domain/time.ts";
import type {
  AddSymbolsRequest,
  AddSymbolsResponse,
  FoundSymbol,
  ListFollowers,
  ListSymbolsResponse,
  RemoveSymbolsRequest,
  RemoveSymbolsResponse,
  SymbolServiceServer,
} from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import { IMPORT_SOURCE } from "../../domain/quote.ts";
import type { Clock } from "../../runtime/clock/clock.ts";
import type { Log } from "../../runtime/log/log.ts";
import { identityUri } from "../../runtime/tls/identity.ts";
import { SEARCH_LIMIT_MS, type FetcherLines } from "./fetcher-lines.ts";
import type { QuoteStore } from "../store.ts";
import { checkSymbol, spelled, unknownText, type SymbolCheck } from "./symbol-check.ts";
import { checkSymbolLimit, SYMBOLS_MAX } from "../symbol-store.ts";
import type { TrackedSymbols } from "../tracked-symbols.ts";
import { answer } from "./answer.ts";
import type { Caller } from "./caller.ts";
import { readEach } from "./read-each.ts";

/** So many are added or removed in one call. */
const MOST_SYMBOLS = 100;
/** So many of them are looked up. */
const MOST_CHECKED = 10;
/** All searches of a call together, so that it ends before it is given up. */
const CHECKS_LIMIT_MS = 9 * SECOND_MS;
const LONGEST_TEXT = 100;
const MOST_PINNED = 100;

export interface SymbolServiceDeps {
  readonly symbols: TrackedSymbols;
  readonly lines: FetcherLines;
  readonly quotes: Pick<QuoteStore, "getQuote">;
  readonly clock: Pick<Clock, "monotonic">;
  readonly log: Log;
}

/** SymbolService: which symbols are watched. */
export function symbolService(deps: SymbolServiceDeps): SymbolServiceServer {
  const { symbols, lines, log } = deps;
  return {
    listSymbols: answer(() => listSymbols(deps), log),
    searchSymbols: answer(async ({ text }) => {
      const found = await lines.search(searchText(text));
      const tracked = new Set((await symbols.list()).map(({ symbol }) => symbol));
      return { matches: found.flatMap((match) => matchToProto(match, tracked)) };
    }, log),
    addSymbols: answer((request, caller) => addSymbols(deps, request, caller), log),
    removeSymbols: answer((request, caller) => removeSymbols(deps, request, caller), log),
  };
}

async function listSymbols({ symbols, lines }: SymbolServiceDeps): Promise<ListSymbolsResponse> {
  const { fetched } = lines;
  const list = await symbols.list();
  return {
    symbols: list.map(({ symbol, addTimeMs, hasAlerts }) => {
      return { symbol, addTime: new Date(addTimeMs), hasAlerts, isFetched: fetched.has(symbol) };
    }),
    symbolLimit: SYMBOLS_MAX,
    followers: followersToProto(lines),
  };
}

async function addSymbols(
  deps: SymbolServiceDeps,
  { symbols: texts, unchecked, validateOnly }: AddSymbolsRequest,
  { peer }: Caller,
): Promise<AddSymbolsResponse> {
  const { symbols, lines, log } = deps;
  const wanted = symbolsFrom(texts);
  const watched = (await symbols.list()).map(({ symbol }) => symbol);
  const fresh = [...new Set(wanted)].filter((symbol) => !watched.includes(symbol));
  checkSymbolLimit(watched.length, fresh.length); // before anybody is asked
  if (!unchecked) await checkAll(deps, fresh, wanted, watched);
  const added = validateOnly ? fresh : await symbols.add(wanted);
  if (added.length > 0 && !validateOnly) log.info({ symbols: added, unchecked, operator: identityUri(peer) }, "an operator added symbols"); // prettier-ignore
  return {
    added: [...added],
    known: [...new Set(wanted)].filter((symbol) => !added.includes(symbol)),
    symbolCount: (await symbols.list()).length,
    symbolLimit: SYMBOLS_MAX,
    followers: followersToProto(lines),
  };
}

async function removeSymbols(
  { symbols, lines, log }: SymbolServiceDeps,
  { symbols: texts, force }: RemoveSymbolsRequest,
  { peer }: Caller,
): Promise<RemoveSymbolsResponse> {
  const wanted = symbolsFrom(texts);
  const deafAlertCount = await symbols.remove(wanted, force);
  log.info({ symbols: wanted, alerts: deafAlertCount, operator: identityUri(peer) }, "an operator removed symbols");
  return {
    deafAlertCount,
    symbolCount: (await symbols.list()).length,
    symbolLimit: SYMBOLS_MAX,
    followers: followersToProto(lines),
  };
}

/** Throws INVALID_ARGUMENT SYMBOL_UNKNOWN that names each symbol that the source does not know by its place in the request. */
async function checkAll(
  deps: SymbolServiceDeps,
  fresh: readonly string[],
  wanted: readonly string[],
  watched: readonly string[],
): Promise<void> {
  const asked: string[] = [];
  for (const symbol of fresh) if (!(await hasPrices(deps, symbol))) asked.push(symbol);
  if (asked.length > MOST_CHECKED) {
    const message = `at most ${MOST_CHECKED} can be looked up at once`;
    throw AppError.invalidField(
      "symbols",
      "FIELD_INVALID",
      message,
      `Add fewer at a time, or all of them ${UNCHECKED}.`,
    );
  }
  const unknown = (await lookUp(deps, asked, watched)).filter(({ isKnown }) => !isKnown);
  if (unknown.length === 0) return;
  const problems = unknown.map((check) => {
    const field = `symbols[${wanted.indexOf(check.symbol)}]`;
    return { field, reason: "SYMBOL_UNKNOWN" as const, message: unknownText(check) };
  });
  throw AppError.invalid(problems, `Look for it by name: ./bell symbols search TEXT. Or add it ${UNCHECKED}.`);
}

const UNCHECKED = "without asking: ./bell symbols add SYMBOL --unchecked";

async function lookUp(
  { lines, clock }: SymbolServiceDeps,
  asked: readonly string[],
  watched: readonly string[],
): Promise<SymbolCheck[]> {
  const end = clock.monotonic() + CHECKS_LIMIT_MS;
  const checks: SymbolCheck[] = [];
  for (const symbol of asked) {
    const limitMs = Math.min(end - clock.monotonic(), SEARCH_LIMIT_MS);
    try {
      checks.push(checkSymbol(symbol, await lines.search(symbol, limitMs), watched));
    } catch (error) {
      throw lines.isAllPinned ? error : orUnchecked(error);
    }
  }
  return checks;
}

/** Who cannot be asked need not be. */
function orUnchecked(error: unknown): unknown {
  if (!(error instanceof AppError) || error.reason !== "SOURCE_UNAVAILABLE") return error;
  const { code, reason, message, hint } = error;
  return new AppError(code, reason, message, { hint: `${hint}. Or add it ${UNCHECKED}`, cause: error });
}

/** A source that has brought a price knows the symbol. */
async function hasPrices({ quotes }: SymbolServiceDeps, symbol: string): Promise<boolean> {
  const newest = await quotes.getQuote(symbol);
  return newest !== null && newest.quote.source !== IMPORT_SOURCE;
}

/** Throws INVALID_ARGUMENT that names each that is none. */
function symbolsFrom(texts: readonly string[]): string[] {
  if (texts.length === 0) throw AppError.invalidField("symbols", "FIELD_REQUIRED", "must name a symbol");
  if (texts.length > MOST_SYMBOLS) {
    throw AppError.invalidField("symbols", "FIELD_INVALID", `must name at most ${MOST_SYMBOLS} symbols`);
  }
  return readEach("symbols", texts, parseSymbol);
}

function searchText(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") throw AppError.invalidField("text", "FIELD_REQUIRED", "must say what to look for");
  if (trimmed.length <= LONGEST_TEXT && isOneLine(trimmed)) return trimmed;
  throw AppError.invalidField("text", "FIELD_INVALID", `must be at most ${LONGEST_TEXT} characters on one line`);
}

function matchToProto(match: FoundSymbol, tracked: ReadonlySet<string>): FoundSymbol[] {
  return spelled(match).map((symbol) => ({ ...match, symbol, isTracked: tracked.has(symbol) }));
}

function followersToProto({ followers: { followingCount, pinned } }: FetcherLines): ListFollowers {
  return { followingCount, pinnedFetchers: pinned.slice(0, MOST_PINNED) };
}
