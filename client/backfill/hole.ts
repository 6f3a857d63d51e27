// What is missing between what was handed on and what comes: pure functions of what is known and what an answer said. A minute without
// a trade has no bar, so that nothing follows from a missing one; what counts is whether an answer goes back to what is known.
import type { TimeSpan } from "../../domain/calendar/market-time.ts";
import { NEW_YORK, newYorkMonth } from "../../domain/calendar/new-york.ts";
import { asOf, type Quote } from "../../domain/quote.ts";
import { DAY_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import type { RefusalClass } from "../sources/source.ts";

/** Whether a symbol's market trades at any time between two moments. */
export type Trades = (fromMs: TimeMs, untilMs: TimeMs) => boolean;

/** Newer prices wait for older ones no longer than this. */
export const LATE_MS_MAX = 15 * MINUTE_MS;
/** What is older is not filled: it would hold up what is newer, and two answers of a month each reach so far. */
export const FILLED_MS_MAX = 30 * DAY_MS;

/** Asking again does not change it. */
const HOPELESS: ReadonlySet<RefusalClass> = new Set<RefusalClass>(["not_entitled", "sample_data", "bad_request"]);

/**
 * The hole before an answer that goes back to `reachMs`, when all until `knownMs` was handed on; null: there is none. Both bounds are
 * moments that bars speak of: one that was still forming at `knownMs` is not whole.
 */
export function holeBefore(knownMs: TimeMs | null, reachMs: TimeMs, trades: Trades): TimeSpan | null {
  if (knownMs === null) return null;
  return spanOf({ startMs: knownMs, endMs: reachMs }, trades);
}

/** The part of a hole that is too old to be filled, and the rest. */
export function cutHole({ startMs, endMs }: TimeSpan): { readonly old: TimeSpan | null; readonly rest: TimeSpan } {
  const earliestMs = endMs - FILLED_MS_MAX;
  if (startMs >= earliestMs) return { old: null, rest: { startMs, endMs } };
  return { old: { startMs, endMs: earliestMs }, rest: { startMs: earliestMs, endMs } };
}

/** The month of the hole's beginning by New York's clocks, in the words of `HistorySource.fetchIntradayMonth`, and when it lies. */
export function monthToAsk({ startMs }: TimeSpan): { readonly month: string; readonly span: TimeSpan } {
  const month = new Date(NEW_YORK.wallAt(startMs)).toISOString().slice(0, 7);
  const span = newYorkMonth(month);
  if (span === null) throw new RangeError(`${month} is no month`); // no price is of a year with more than four digits
  return { month, span };
}

/** What an answer brings into a hole: bars that speak of a moment in it. */
export function fillOf({ startMs, endMs }: TimeSpan, bars: readonly Quote[]): readonly Quote[] {
  return bars.filter((bar) => asOf(bar) > startMs && bar.quoteTimeMs < endMs);
}

/**
 * What is left of a hole after the bars of the month that it begins in; null: nothing. A month that was over when it was asked for is told whole, one
 * that goes on only as far as its newest bar: the service may be behind with it.
 */
export function holeAfter(hole: TimeSpan, bars: readonly Quote[], month: TimeSpan, trades: Trades): TimeSpan | null {
  const newestMs = bars.reduce((newest, bar) => Math.max(newest, asOf(bar)), hole.startMs);
  const isOver = bars.some(({ fetchTimeMs }) => fetchTimeMs >= month.endMs);
  const toldMs = isOver ? Math.max(newestMs, month.endMs) : newestMs;
  return spanOf({ startMs: toldMs, endMs: hole.endMs }, trades);
}

/** Whether a hole is not asked for again after such a refusal, when newer prices have waited so long for it and may wait so long. */
export function isGivenUp(refusal: RefusalClass | null, waitedMs: number, lateMsMax = LATE_MS_MAX): boolean {
  return waitedMs >= lateMsMax || (refusal !== null && HOPELESS.has(refusal));
}

/** Null if nothing can be missing in it. */
function spanOf(span: TimeSpan, trades: Trades): TimeSpan | null {
  return span.startMs < span.endMs && trades(span.startMs, span.endMs) ? span : null;
}
