// How long a series was looked at: what `for` and `rearm for` count. Gaps do not count, so that nobody fires for what nobody saw.
import type { AlertSession } from "../alert.ts";
import { marketMsBetween } from "../calendar/market-time.ts";
import { asOf, type Quote } from "../quote.ts";
import { MINUTE_MS, type TimeMs } from "../time.ts";

/** A step is a gap when it is longer than so many bars, and than this. */
const GAP_BARS = 3;
const GAP_LEAST_MS = 2 * MINUTE_MS;

/** Up to when, and for how long, a session has seen a series (a Previous). */
interface SeenSoFar {
  readonly asOfMs: TimeMs;
  readonly seenMs: number;
}

/** The series' time seen up to a quote that comes after `previous`, in milliseconds of market time; 0 at its first. */
export function seenAt(quote: Quote, previous: SeenSoFar | null, session: AlertSession): number {
  if (previous === null) return 0;
  const stepMs = marketMsBetween(quote, session, previous.asOfMs, asOf(quote));
  return previous.seenMs + (stepMs > Math.max(GAP_BARS * quote.periodMs, GAP_LEAST_MS) ? 0 : stepMs);
}
