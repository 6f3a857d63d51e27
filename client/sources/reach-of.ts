import { asOf, type Quote } from "../../domain/quote.ts";
import type { Reach } from "./source.ts";

/** What an answer tells whose quotes, oldest first, are all of one series, of whatever length; undefined for none. */
export function reachOf(quotes: readonly Quote[]): Reach | undefined {
  const [first, last] = [quotes[0], quotes.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const { symbol, source, periodMs, quoteTimeMs: fromMs, sessionClass } = first;
  const untilMs = periodMs === 0 ? last.fetchTimeMs : asOf(last); // the last trade is the newest there was
  return { symbol, source, periodMs, fromMs, untilMs, neverCloses: sessionClass === "always" };
}
