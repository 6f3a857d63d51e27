// What a session has heard of a symbol, for the oracle: the way each price took, and the time that was seen. Everything is looked up anew
// in all that was heard.
import type { AlertSession } from "../../domain/alert.ts";
import type { Quote } from "../../domain/quote.ts";
import { tradedMs } from "./trading-days.ts";

const MINUTE = 60_000;

/** A price that a session heard. */
export interface Heard {
  readonly quote: Quote;
  /** Its place in the order of judging. */
  readonly seq: number;
  /** The prices before it are of another world (simulated, where this is real): nothing leads from them to it. */
  readonly beginsAnew: boolean;
  /** When an operator took it for right after HOLD, and it was not judged; null: it was judged. */
  readonly acceptedAtMs: number | null;
}

/** The moment a quote speaks as of. */
export const momentOf = ({ periodMs, quoteTimeMs, fetchTimeMs }: Quote): number =>
  periodMs === 0 ? quoteTimeMs : Math.min(quoteTimeMs + periodMs, fetchTimeMs);

const isSameBar = (a: Quote, b: Quote): boolean =>
  a.quoteTimeMs === b.quoteTimeMs && a.periodMs === b.periodMs && a.source === b.source && a.symbol === b.symbol;

/** How a quote went: from the last close over its open, high and low to its close. */
export interface Way {
  readonly from: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** The way of the newest quote, for an alert that was armed at that moment. */
export function wayOf(heard: readonly Heard[], armedAtMs: number): Way {
  const { quote, beginsAnew } = heard.at(-1)!;
  const last = beginsAnew ? undefined : heard.at(-2)?.quote;
  const { open, high, low, close } = quote;
  if (quote.quoteTimeMs < armedAtMs) {
    const from = last?.close ?? close;
    return { from, open: from, high: Math.max(from, close), low: Math.min(from, close), close };
  }
  if (last === undefined) return { from: open, open, high, low, close };
  const versions: Quote[] = [];
  for (let at = heard.length - 2; at >= 0 && isSameBar(heard[at]!.quote, quote); at -= 1) {
    versions.push(heard[at]!.quote);
    if (heard[at]!.beginsAnew) break;
  }
  if (versions.length === 0) return { from: last.close, open, high, low, close };
  const earlierHigh = Math.max(...versions.map((version) => version.high));
  const earlierLow = Math.min(...versions.map((version) => version.low));
  const [lesser, greater] = [Math.min(last.close, close), Math.max(last.close, close)];
  return {
    from: last.close,
    open: last.close,
    high: high > earlierHigh ? high : greater,
    low: low < earlierLow ? low : lesser,
    close,
  };
}

/** Market time that was looked at from the quote in that place to the newest. */
export function seenSince(place: number, heard: readonly Heard[], session: AlertSession): number {
  let sum = 0;
  for (let at = place + 1; at < heard.length; at += 1) {
    const { beginsAnew, acceptedAtMs } = heard[at]!;
    if (!beginsAnew && acceptedAtMs === null) sum += stepMs(heard[at - 1]!.quote, heard[at]!.quote, session);
  }
  return sum;
}

/** When an operator spoke last; 0 if never. */
export function wordBefore(heard: readonly Heard[]): number {
  return Math.max(0, ...heard.map(({ acceptedAtMs }) => acceptedAtMs ?? 0));
}

/** What one step from a quote to the next adds to the time seen. */
function stepMs(from: Quote, to: Quote, session: AlertSession): number {
  const [fromMs, toMs] = [momentOf(from), momentOf(to)];
  const ms = session === "any" || to.sessionClass === "always" ? toMs - fromMs : tradedMs(session, fromMs, toMs);
  return ms > Math.max(3 * to.periodMs, 2 * MINUTE) ? 0 : ms;
}
