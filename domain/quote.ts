import { DAY_MS, type TimeMs } from "./time.ts";

/** The part of the trading day a quote belongs to: `closed` is outside all of them, `always` is for simulated, imported and crypto prices. */
export type SessionClass = "pre" | "regular" | "post" | "closed" | "always";
export const SESSION_CLASSES: readonly SessionClass[] = ["pre", "regular", "post", "closed", "always"];

/** The source that imported prices name. They are never judged: they stand in where no judged ones reach. */
export const IMPORT_SOURCE = "import";
/** The source that simulated and replayed prices name, whichever service the simulator stands in for. */
export const SIMULATOR_SOURCE = "simulator";

/** What identifies a quote: the same key again is the same quote, or a newer version of it. */
export interface QuoteKey {
  readonly symbol: string;
  /** Who said it: "alpha-vantage", "simulator". */
  readonly source: string;
  /** 0 for a tick, else the bar's length in milliseconds. */
  readonly periodMs: number;
  /** A tick's time; a bar's start. */
  readonly quoteTimeMs: TimeMs;
}

/** A price as a source stated it. A tick has open = high = low = close. Prices are positive finite doubles. */
export interface Quote extends QuoteKey {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Shares (or coins) traded within the bar; may be fractional. */
  readonly volume: number;
  readonly sessionClass: SessionClass;
  /** When the fetcher had the answer that said so. */
  readonly fetchTimeMs: TimeMs;
}

/** The moment a quote speaks of: a tick's time; a bar's end, or the fetch while it is still forming. */
export function asOf(quote: Quote): TimeMs {
  return quote.periodMs === 0 ? quote.quoteTimeMs : Math.min(quote.quoteTimeMs + quote.periodMs, quote.fetchTimeMs);
}

/** Whether alerts may hear of it: bars of a day or more, and what is imported, tell of the past. */
export function isLive({ source, periodMs }: QuoteKey): boolean {
  return periodMs < DAY_MS && source !== IMPORT_SOURCE;
}

/** Simulated prices and real ones have nothing to do with each other. */
export function isSameWorld(a: QuoteKey, b: QuoteKey): boolean {
  return (a.source === SIMULATOR_SOURCE) === (b.source === SIMULATOR_SOURCE);
}

/** Whether two versions of a quote say the same, whenever they were fetched. */
export function sameValues(a: Quote, b: Quote): boolean {
  return (
    a.open === b.open &&
    a.high === b.high &&
    a.low === b.low &&
    a.close === b.close &&
    a.volume === b.volume &&
    a.sessionClass === b.sessionClass
  );
}

/** The total order inside a commit: as of, symbol, fetch time, then the values; independent of the order of arrival. */
export function compareQuotes(a: Quote, b: Quote): number {
  return (
    asOf(a) - asOf(b) ||
    compareText(a.symbol, b.symbol) ||
    a.fetchTimeMs - b.fetchTimeMs ||
    compareText(a.source, b.source) ||
    a.periodMs - b.periodMs ||
    a.quoteTimeMs - b.quoteTimeMs ||
    a.close - b.close ||
    a.open - b.open ||
    a.high - b.high ||
    a.low - b.low ||
    a.volume - b.volume ||
    compareText(a.sessionClass, b.sessionClass)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
