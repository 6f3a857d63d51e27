import type { TimeMs } from "../../domain/time.ts";
import type { Bar } from "./bar.ts";

/** How fresh a key's prices are: the last whole day, a quarter of an hour late, or now. */
export type Entitlement = "none" | "delayed" | "realtime";

/** Which bars are wanted: those that begin in [fromMs, toMs), as they stand at `asOfMs`. */
export interface BarWindow {
  readonly fromMs: TimeMs;
  readonly toMs: TimeMs;
  readonly asOfMs: TimeMs;
  /** Only so many, the newest; no number: all. */
  readonly newest?: number;
  /** Leaves out what lies outside of 09:30 to 16:00. */
  readonly regularOnly?: boolean;
}

/** Where prices come from. Symbols are in capitals; the caller asks only for those that the market `has`. */
export interface Market {
  readonly kind: "random" | "bars";
  /** In the order in which they were configured or found. */
  readonly symbols: readonly string[];
  has(symbol: string): boolean;
  /** The instant that the newest price speaks of. */
  now(): TimeMs;
  /** The last instant whose prices a key of this entitlement may see. */
  visibleUntil(entitlement: Entitlement): TimeMs;
  /** The length of the shortest bars there are, in milliseconds. */
  basePeriodMs(symbol: string): number;
  /** Notes that a client asks; a replay goes on by this. Call it once for each answered question, before `bars`. */
  noteAsked(functionName: string, symbol: string): void;
  /** Bars of any multiple of the base period, oldest first. */
  bars(symbol: string, intervalMs: number, window: BarWindow): Bar[];
  /** Whether the stock exchange is open at `now()`. */
  isOpen(): boolean;
  /** Moves a price; throws INVALID_ARGUMENT for a bad price and FAILED_PRECONDITION where prices are recorded. */
  setPrice(symbol: string, price: string): void;
  /** What `/control` tells about this kind of market, beyond clock and prices. */
  progress(): MarketProgress;
}

/** How far a replay is; a random market never finishes. */
export interface MarketProgress {
  readonly finished: boolean;
  readonly position: number;
  readonly length: number;
}
