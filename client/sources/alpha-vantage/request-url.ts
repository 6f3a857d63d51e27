/** Alpha Vantage's functions that give prices, in our words. */
export type AlphaVantageFunction = "intraday" | "global-quote" | "bulk-quotes";

/** What a plan may see of the running session. */
export type Entitlement = "none" | "delayed" | "realtime";

/** One request, without the key. */
export interface Request {
  readonly function: AlphaVantageFunction;
  /** One symbol; for bulk quotes up to 100. */
  readonly symbols: readonly string[];
  readonly datatype: "json" | "csv";
  readonly entitlement: Entitlement;
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
  if (request.entitlement !== "none") url.searchParams.set("entitlement", request.entitlement);
  url.searchParams.set("apikey", key);
  return url.href;
}

function parametersOf(request: Request): Record<string, string> {
  const symbol = request.symbols.join(",");
  switch (request.function) {
    case "intraday":
      // Raw prices: adjusted ones change for past days whenever a dividend is paid.
      return {
        function: "TIME_SERIES_INTRADAY",
        symbol,
        interval: "1min",
        adjusted: "false",
        extended_hours: "true",
        outputsize: "compact",
        datatype: request.datatype,
      };
    case "global-quote":
      return { function: "GLOBAL_QUOTE", symbol, datatype: request.datatype };
    case "bulk-quotes":
      // The CSV form of this function is not documented.
      return { function: "REALTIME_BULK_QUOTES", symbol, datatype: "json" };
  }
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
