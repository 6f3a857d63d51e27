import type { Hole } from "../../client/sources/source.ts";
import type { Quote } from "../../domain/quote.ts";
import { MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { TapeBar, TradeTape } from "../../simulator/binance/trade-tape.ts";

/** What came of listening, in the order in which it came. */
export interface Heard {
  readonly startMs: TimeMs;
  endMs: TimeMs;
  readonly quotes: readonly Quote[];
  readonly holes: readonly Hole[];
  /** Minutes that the service had no bar of. */
  readonly withheld: ReadonlySet<TimeMs>;
  /** When it gave none at all. */
  readonly refused: readonly { readonly startMs: TimeMs; readonly endMs: TimeMs }[];
}

/** Two prices of a symbol that are new come no closer. */
const JOINED_MS = 250;

/** Every way in which what was heard differs from what was traded. */
export function faultsOf(heard: Heard, tapes: ReadonlyMap<string, TradeTape>): string[] {
  return [...tapes].flatMap(([symbol, tape]) => {
    const quotes = heard.quotes.filter((quote) => quote.symbol === symbol);
    const holes = heard.holes.filter((hole) => hole.symbol === symbol);
    const faults = [
      ...minuteFaults(heard, tape, quotes, holes),
      ...orderFaults(quotes, holes),
      ...holeFaults(heard, holes),
      ...paceFaults(quotes),
    ];
    return faults.map((fault) => `${symbol}: ${fault}`);
  });
}

/** The newest version of each minute must be what was traded in it; a minute that the service does not give must be told. */
function minuteFaults(heard: Heard, tape: TradeTape, quotes: readonly Quote[], holes: readonly Hole[]): string[] {
  const newest = new Map<TimeMs, Quote>();
  for (const quote of quotes) {
    const known = newest.get(quote.quoteTimeMs);
    if (known === undefined || quote.fetchTimeMs >= known.fetchTimeMs) newest.set(quote.quoteTimeMs, quote);
  }
  const faults: string[] = [];
  const firstMs = Math.floor(heard.startMs / MINUTE_MS) * MINUTE_MS;
  for (let startMs = firstMs; startMs + MINUTE_MS <= heard.endMs; startMs += MINUTE_MS) {
    const traded = tape.bar(startMs, heard.endMs);
    const quote = newest.get(startMs);
    const minute = new Date(startMs).toISOString();
    if (heard.withheld.has(startMs)) {
      if (!isTold(startMs, holes)) faults.push(`${minute} cannot be had, and nobody tells`);
    } else if (quote === undefined) {
      faults.push(`${minute} is missing`);
    } else if (traded !== null && !isSame(quote, traded)) {
      faults.push(`${minute} is ${textOf(quote)}, and was ${JSON.stringify(traded)}`);
    }
  }
  return faults;
}

/** What fills a hole comes before anything newer, unless it is told to be missing. */
function orderFaults(quotes: readonly Quote[], holes: readonly Hole[]): string[] {
  const faults: string[] = [];
  const seen = new Set<TimeMs>();
  let newestMs = 0;
  for (const { quoteTimeMs: startMs } of quotes) {
    if (startMs < newestMs && !seen.has(startMs) && !isTold(startMs, holes)) {
      faults.push(`${new Date(startMs).toISOString()} came after newer prices`);
    }
    seen.add(startMs);
    newestMs = Math.max(newestMs, startMs);
  }
  return faults;
}

/** Only what could not be had is told to be missing. */
function holeFaults({ withheld, refused }: Heard, holes: readonly Hole[]): string[] {
  return holes.flatMap(({ startTimeMs, endTimeMs, reason }) => {
    const isRefused = refused.some(({ startMs, endMs }) => startTimeMs <= endMs && endTimeMs >= startMs);
    const isWithheld = [...withheld].some((startMs) => startTimeMs < startMs + MINUTE_MS && endTimeMs > startMs);
    const span = [startTimeMs, endTimeMs].map((time) => new Date(time).toISOString()).join(" to ");
    return isRefused || isWithheld ? [] : [`${span} is told to be missing (${reason}), and could be had`];
  });
}

function isTold(startMs: TimeMs, holes: readonly Hole[]): boolean {
  return holes.some(({ startTimeMs, endTimeMs }) => startTimeMs < startMs + MINUTE_MS && endTimeMs > startMs);
}

function isSame(quote: Quote, bar: TapeBar): boolean {
  return (["open", "high", "low", "close", "volume"] as const).every((name) => quote[name] === Number(bar[name]));
}

function paceFaults(quotes: readonly Quote[]): string[] {
  const times = quotes.filter(({ quoteTimeMs, fetchTimeMs }) => fetchTimeMs < quoteTimeMs + MINUTE_MS);
  return times.flatMap((quote, at) => {
    const before = times[at - 1];
    const isClose = before !== undefined && quote.fetchTimeMs - before.fetchTimeMs < JOINED_MS;
    return isClose && quote.fetchTimeMs !== before.fetchTimeMs ? [`two prices in ${textOf(quote)}`] : [];
  });
}

function textOf({ open, high, low, close, volume, fetchTimeMs }: Quote): string {
  return JSON.stringify({ open, high, low, close, volume, fetched: new Date(fetchTimeMs).toISOString() });
}
