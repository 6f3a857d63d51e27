import type { Previous } from "./previous.ts";
import { asOf, type Quote } from "../quote.ts";
import { seenAt } from "./time-seen.ts";
import type { AlertSession } from "../alert.ts";
import type { TimeMs } from "../time.ts";
import { walkOf, type Walk } from "./walk.ts";

/** What an alert is judged on: a quote that its session hears, and the way the price took through it. */
export interface Sight {
  readonly quote: Quote;
  readonly asOfMs: TimeMs;
  readonly walk: Walk;
  /** What the series remembered before it; null: this is the first. */
  readonly previous: Previous | null;
  /** The session's time seen, up to this quote. */
  readonly seenMs: number;
}

/** The sight of a quote that comes after `previous` in its series, for the alerts of a session. */
export function sightOf(quote: Quote, previous: Previous | null, session: AlertSession): Sight {
  const seenMs = seenAt(quote, previous, session);
  return { quote, asOfMs: asOf(quote), walk: walkOf(quote, previous), previous, seenMs };
}
