// What the connected fetchers bring, and in words why a price that somebody waits for has not come.
import { AppError } from "../../domain/error.ts";
import { isPair } from "../../domain/symbol.ts";
import { nearSymbols } from "../../domain/near-symbols.ts";
import {
  StatusServiceService as statusService,
  type FetcherStatus,
} from "../../proto/gen/tickerbell/v1/status_service.ts";
import type { Api } from "../api.ts";
import { wrapText } from "../render/wrapped-fields.ts";
import { latenessTexts } from "./price-plan-text.ts";

/** So many symbols are named. */
const SHOWN = 3;
const MORE = "(./bell status says more)";
/** Status tells of sources as a whole, the list of each symbol. */
const WHEN = "(./bell status says when one is due, ./bell symbols list what never had one)";

/** What is fetched, as the server tells it. */
export interface Supply {
  readonly fetcherCount: number;
  /** What the fetchers ask their sources for, each symbol once. */
  readonly symbols: readonly string[];
  /** False while a fetcher does not tell: an older one, or one that has just come. */
  readonly isWhole: boolean;
  /** Whether some fetcher brings what is put on the server's list. */
  readonly followsList: boolean;
}

/** Null when the server does not tell. */
export async function readSupply(api: Api): Promise<Supply | null> {
  return supplyOf(await readFetchers(api));
}

/** What fetchers bring; null: nobody has told. */
export function supplyOf(fetchers: readonly FetcherStatus[] | null): Supply | null {
  if (fetchers === null) return null;
  const told = fetchers.map(({ report }) => report?.symbols ?? []);
  const symbols = [...new Set(told.flat())];
  const followsList = fetchers.some(({ report }) => report?.followsServer === true);
  return { fetcherCount: fetchers.length, symbols, isWhole: told.every(({ length }) => length > 0), followsList };
}

/** The connected fetchers; null when the server does not tell, whatever the reason: nothing that a person asked for hangs on it. */
export async function readFetchers(api: Api): Promise<readonly FetcherStatus[] | null> {
  try {
    return (await api.unary(statusService.getStatus, {}, "anybody")).fetchers;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** How late an alert on these symbols can be because they are read seldom, in lines; empty: no later than anybody expects, or nobody can tell. */
export function latenessText(
  symbols: readonly string[],
  fetchers: readonly FetcherStatus[] | null,
  width: number | null,
): string {
  const reports = (fetchers ?? []).flatMap(({ report }) => report ?? []);
  return latenessTexts(symbols, reports)
    .flatMap((text) => wrapText(text, width))
    .join("\n");
}

/** Why nothing brings a symbol; null when something does, or nobody can tell. */
export function lackText(symbol: string, supply: Supply | null): string | null {
  if (supply === null) return null;
  const { fetcherCount, symbols, isWhole, followsList } = supply;
  if (fetcherCount === 0) return `no fetcher is connected ${MORE}`;
  if (!isWhole || symbols.includes(symbol)) return null;
  if (isPair(symbol)) return `no fetcher asks for it; a fetcher of Binance's brings pairs (BELL_SOURCE, BELL_SYMBOLS)`;
  const mend = followsList ? `./bell symbols add ${symbol}` : "BELL_SYMBOLS";
  const near = nearSymbols(symbol, symbols, SHOWN);
  return `no fetcher asks for it (${mend})${near.length === 0 ? "" : `; near it: ${near.join(", ")}`}`;
}

/** Why no price of a symbol has come; null stands for any symbol. */
export function absenceText(symbol: string | null, supply: Supply | null): string {
  if (symbol === null) return absenceOfAll(supply);
  const isAskedFor = supply?.symbols.includes(symbol) === true;
  const words = isAskedFor ? `a fetcher asks for it, and no price has come yet ${WHEN}` : "no price has come yet";
  return lackText(symbol, supply) ?? words;
}

function absenceOfAll(supply: Supply | null): string {
  if (supply?.fetcherCount === 0) return `no fetcher is connected ${MORE}`;
  const symbols = supply?.symbols ?? [];
  if (symbols.length === 0) return `none has come yet ${MORE}`;
  const left = symbols.length - SHOWN;
  const asked = `${symbols.slice(0, SHOWN).join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
  return `none has come yet; fetchers ask for ${asked} ${MORE}`;
}
