/** Alpha Vantage's functions that give prices of now, in our words. */
export type AlphaVantageFunction = "intraday" | "global-quote" | "bulk-quotes";

/** What a plan may see of the running session. */
export type Entitlement = "none" | "delayed" | "realtime";

/** What is asked, without the key. */
export type Request = PriceRequest | DailyRequest | MonthRequest | SearchRequest;

/** The prices of now. */
interface PriceRequest {
  readonly function: AlphaVantageFunction;
  /** One symbol; for bulk quotes up to 100. */
  readonly symbols: readonly string[];
  readonly datatype: "json" | "csv";
  readonly entitlement: Entitlement;
}

/** Bars of a day each. */
interface DailyRequest {
  readonly function: "daily";
  readonly symbols: readonly [string];
  /** All of them instead of the newest hundred. */
  readonly full: boolean;
  readonly datatype: "json" | "csv";
}

/** The minute bars of a month. */
interface MonthRequest {
  readonly function: "intraday-month";
  readonly symbols: readonly [string];
  /** `2026-05` */
  readonly month: string;
  readonly datatype: "json" | "csv";
  readonly entitlement: Entitlement;
}

/** Listings by name. */
interface SearchRequest {
  readonly function: "search";
  readonly text: string;
  readonly datatype: "json" | "csv";
}

/** The service ignores what comes after the hundredth symbol of a bulk request. */
export const BULK_SYMBOLS_MAX = 100;

const MASK = "***";

/**
 * The URL of a request. It holds the key, since the service takes it nowhere else: never log or throw it.
 * `baseUrl` is the service's root or its `/query` address.
 */
export function requestUrl(baseUrl: string, key: string, request: Request): string {
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.endsWith("/query") ? path : `${path}/query`;
  for (const [name, value] of Object.entries(parametersOf(request))) url.searchParams.set(name, value);
  const entitlement = "entitlement" in request ? request.entitlement : "none";
  if (entitlement !== "none") url.searchParams.set("entitlement", entitlement);
  url.searchParams.set("apikey", key);
  return url.href;
}

function parametersOf(request: Request): Record<string, string> {
  const { datatype } = request;
  switch (request.function) {
    case "intraday":
      return { ...minuteBars(request.symbols), outputsize: "compact", datatype };
    case "intraday-month":
      return { ...minuteBars(request.symbols), month: request.month, outputsize: "full", datatype };
    case "daily": {
      const outputsize = request.full ? "full" : "compact";
      return { function: "TIME_SERIES_DAILY", symbol: request.symbols[0], outputsize, datatype };
    }
    case "global-quote":
      return { function: "GLOBAL_QUOTE", symbol: request.symbols.join(","), datatype };
    case "bulk-quotes":
      // The CSV form of this function is not documented.
      return { function: "REALTIME_BULK_QUOTES", symbol: request.symbols.join(","), datatype: "json" };
    case "search":
      return { function: "SYMBOL_SEARCH", keywords: request.text, datatype };
  }
}

/** Raw prices: adjusted ones change for past days whenever a dividend is paid. */
function minuteBars(symbols: readonly string[]): Record<string, string> {
  return {
    function: "TIME_SERIES_INTRADAY",
    symbol: symbols.join(","),
    interval: "1min",
    adjusted: "false",
    extended_hours: "true",
  };
}

/** The text without the key, as it is or as a URL carries it; the service echoes keys in its refusals. */
export function maskKey(text: string, key: string): string {
  const spellings = [key, encodeURIComponent(key), new URLSearchParams({ key }).toString().slice("key=".length)];
  const alternatives = [...new Set(spellings)].filter((spelling) => spelling !== "").map(escapeForPattern);
  const withoutKey = alternatives.length === 0 ? text : text.replace(new RegExp(alternatives.join("|"), "gi"), MASK);
  return withoutKey.replace(/(apikey=)[^&\s"'<>]*/gi, `$1${MASK}`);
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
