import type { TimeMs } from "../domain/time.ts";

/** A span of a symbol's stored prices, summed up. */
export interface Candle {
  readonly startTimeMs: TimeMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export interface CandleQuery {
  readonly symbol: string;
  readonly periodMs: number;
  /** From this moment on. */
  readonly startMs: TimeMs;
  /** Up to before this moment. */
  readonly endMs: TimeMs;
  readonly limit: number;
}
