import { AppError } from "../../domain/error.ts";
import { FieldProblems } from "../../domain/field-problems.ts";
import { parseSymbol } from "../../domain/symbol.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { Quote } from "../../proto/gen/tickerbell/v1/quote.ts";
import {
  FoundSymbol,
  SymbolServiceService as symbolService,
  TrackedSymbol,
  type AddSymbolsResponse,
  type ListFollowers,
  type ListSymbolsResponse,
} from "../../proto/gen/tickerbell/v1/symbol_service.ts";
import type { Call } from "../call.ts";
import { renderCount } from "../render/count.ts";
import { jsonFromMessage } from "../render/message-json.ts";
import { renderTable, type Column } from "../render/table.ts";
import { renderShortTime, renderTime } from "../render/time.ts";
import { wrapText } from "../render/wrapped-fields.ts";
import { readPrices } from "./price-age-text.ts";
import { asOfMs } from "./quote-moment.ts";

/** What `bell symbols add` takes. */
export interface AddOptions {
  readonly unchecked?: boolean;
}

/** What `bell symbols remove` takes. */
export interface RemoveOptions {
  readonly force?: boolean;
}

const COLUMNS: readonly Column[] = [
  { title: "SYMBOL" },
  { title: "SINCE" },
  { title: "ALERTS" },
  { title: "FETCHED" },
  { title: "LAST PRICE" },
];
const FOUND_COLUMNS: readonly Column[] = [
  { title: "SYMBOL" },
  { title: "NAME", wraps: true },
  { title: "TYPE", wraps: true },
  { title: "REGION", wraps: true },
  { title: "CURRENCY" },
  { title: "WATCHED" },
];
/** So many symbols are named in a sentence. */
const NAMES_MAX = 5;
const FETCHER_URI = /^spiffe:\/\/tickerbell\//;

/** `bell symbols list` */
export async function listSymbols({ api, output, context }: Call): Promise<void> {
  const list = await api.unary(symbolService.listSymbols, {}, "anybody");
  const { symbols, symbolLimit, followers } = list;
  const json = symbols.map((one) => jsonFromMessage(TrackedSymbol, one));
  const names = symbols.map(({ symbol }) => symbol);
  const prices = output.json ? [] : await readPrices(api, names);
  const now = context.clock.now();
  output.show({ symbols: json, symbolLimit, followers }, () => listText(list, prices, now, output.width));
}

/** `bell symbols search` */
export async function searchSymbols({ api, output }: Call, words: readonly string[]): Promise<void> {
  const text = words.join(" ");
  const { matches } = await api.unary(symbolService.searchSymbols, { text }, "anybody");
  const json = matches.map((one) => jsonFromMessage(FoundSymbol, one));
  output.show({ matches: json }, () =>
    matches.length === 0 ? `The source knows nothing like "${text}".` : foundTable(matches, output.width),
  );
}

/** `bell symbols add`: first each is looked up by a call of its own, for a source may be slow, then all are added. */
export async function addSymbols({ api, output }: Call, names: readonly string[], options: AddOptions): Promise<void> {
  const symbols = symbolsFrom(names);
  const add = (some: readonly string[], unchecked: boolean, validateOnly: boolean) =>
    api.unary(symbolService.addSymbols, { symbols: [...some], unchecked, validateOnly }, "anybody");
  if (options.unchecked !== true && symbols.length > 1) {
    await add(symbols, true, true); // before a source is asked: what is too many is too many
    await lookUpEach(symbols, (symbol) => add([symbol], false, true));
  }
  const added = await add(symbols, options.unchecked === true || symbols.length > 1, false);
  output.show(addedJson(added), () => addedText(added, output.width));
}

/** `bell symbols remove` */
export async function removeSymbols(
  { api, output }: Call,
  names: readonly string[],
  { force = false }: RemoveOptions,
): Promise<void> {
  const symbols = [...new Set(symbolsFrom(names))];
  const { deafAlertCount, symbolCount, symbolLimit, followers } = await api.unary(
    symbolService.removeSymbols,
    { symbols, force },
    "anybody",
  );
  output.show({ removed: symbols, deafAlertCount, symbolCount, symbolLimit, followers }, () => {
    const gets = deafAlertCount === 1 ? "gets" : "get";
    const deaf = deafAlertCount === 0 ? [] : [`${renderCount(deafAlertCount, "alert")} ${gets} no price any more.`];
    const what = `Not watched any more: ${symbols.join(", ")} (${useText(symbolCount, symbolLimit)}).`;
    return wrapped([what, ...deaf, ...pinnedLines(followers)], output.width);
  });
}

/** Throws INVALID_ARGUMENT that names each that is none. */
function symbolsFrom(names: readonly string[]): string[] {
  const problems = new FieldProblems();
  const symbols = names.map((name, at) => problems.read(`symbols[${at}]`, "", () => parseSymbol(name)));
  problems.check();
  return symbols;
}

/** Looks each up, and then throws INVALID_ARGUMENT that names all that are not known; a source that answers no more ends it. */
async function lookUpEach(symbols: readonly string[], lookUp: (symbol: string) => Promise<unknown>): Promise<void> {
  const problems = new FieldProblems();
  for (const [at, symbol] of symbols.entries()) {
    try {
      await lookUp(symbol);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "INVALID_ARGUMENT") {
        problems.check(); // what was found out before is certain, and may have taken the last request of a key
        throw error;
      }
      for (const { reason, message } of error.fields) {
        problems.refuse({ field: `symbols[${at}]`, reason, message }, error.hint);
      }
    }
  }
  problems.check();
}

function listText(
  { symbols, symbolLimit, followers }: ListSymbolsResponse,
  prices: readonly Quote[],
  now: TimeMs,
  width: number | null,
): string {
  const lastOf = new Map(prices.map((quote) => [quote.symbol, renderShortTime(new Date(asOfMs(quote)), now)]));
  const rows = symbols.map(({ symbol, addTime, hasAlerts, isFetched }) => [
    symbol,
    renderTime(addTime),
    hasAlerts ? "yes" : "-",
    isFetched ? "yes" : "no",
    lastOf.get(symbol) ?? "-",
  ]);
  const table = rows.length === 0 ? "No symbol is watched: ./bell symbols add AAPL" : renderTable(COLUMNS, rows, width);
  const use = `${useText(symbols.length, symbolLimit)}.`;
  const silent = symbols.filter(({ symbol, isFetched }) => isFetched && !lastOf.has(symbol));
  const silence = lastOf.size === 0 ? [] : silenceLines(silent.map(({ symbol }) => symbol));
  return [table, "", wrapped([use, ...silence, ...followerLines(followers)], width)].join("\n");
}

/** What is asked for and has no price, beside others that have: it may not be known to the source. */
function silenceLines(symbols: readonly string[]): string[] {
  if (symbols.length === 0) return [];
  const left = symbols.length - NAMES_MAX;
  const names = `${symbols.slice(0, NAMES_MAX).join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
  return [`No price has come yet of ${names}. Does the source know it? ./bell symbols search ${symbols[0]}`];
}

function foundTable(matches: readonly FoundSymbol[], width: number | null): string {
  const rows = matches.map(({ symbol, name, type, region, currency, isTracked }) => {
    return [symbol, name, type, region, currency, isTracked ? "yes" : "-"];
  });
  return renderTable(FOUND_COLUMNS, rows, width);
}

function addedJson({ added, known, symbolCount, symbolLimit, followers }: AddSymbolsResponse): object {
  return { added, known, symbolCount, symbolLimit, followers };
}

function addedText(
  { added, known, symbolCount, symbolLimit, followers }: AddSymbolsResponse,
  width: number | null,
): string {
  const use = useText(symbolCount, symbolLimit);
  const lines = added.length === 0 ? [] : [`Watched from now on: ${added.join(", ")} (${use}).`];
  if (known.length > 0) lines.push(`Watched already: ${known.join(", ")}.`);
  return wrapped([...lines, ...followerLines(followers)], width);
}

/** Each from a new line on, none wider than the screen. */
function wrapped(texts: readonly string[], width: number | null): string {
  return texts.flatMap((text) => wrapText(text, width)).join("\n");
}

function useText(count: number, limit: number): string {
  return `${count} of at most ${limit} symbols`;
}

function followerLines(followers: ListFollowers | undefined): string[] {
  if (followers === undefined) return [];
  const { followingCount, pinnedFetchers } = followers;
  const isNobody = followingCount + pinnedFetchers.length === 0;
  return isNobody ? ["No fetcher is connected; the next one follows the list."] : pinnedLines(followers);
}

/** Which fetchers keep to symbols of their own. */
function pinnedLines(followers: ListFollowers | undefined): string[] {
  const names = followers?.pinnedFetchers.map((uri) => uri.replace(FETCHER_URI, "")) ?? [];
  return names.map(
    (name) => `${name} has symbols of its own (BELL_SYMBOLS, or BELL_SOURCE=binance) and does not follow the list.`,
  );
}
