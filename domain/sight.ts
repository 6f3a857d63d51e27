import type { Previous } from "./previous.ts";
import { asOf, type Quote } from "./quote.ts";
import type { TimeMs } from "./time.ts";
import { walkOf, type Walk } from "./walk.ts";

/** What an alert is judged on: a quote it hears, and the way the price took through it. */
export interface Sight {
  readonly quote: Quote;
  readonly asOfMs: TimeMs;
  readonly walk: Walk;
}

/** The sight of a quote that comes after `previous` in its series and session class (null: the first). */
export function sightOf(quote: Quote, previous: Previous | null): Sight {
  return { quote, asOfMs: asOf(quote), walk: walkOf(quote, previous) };
}
