// A symbol's judged series: which quotes are judged at all, and what each session remembers of the last one it heard. Live judging and every
// replay go by these functions, so that they see the same.
import type { AlertSession } from "../alert.ts";
import { sessionsThatHear } from "./hears-session.ts";
import { isNewer, previousOf, type Previous } from "./previous.ts";
import { believable } from "./price-check.ts";
import { asOf, isSameWorld, type Quote } from "../quote.ts";
import { sightOf, type Sight } from "./sight.ts";
import { MINUTE_MS, type TimeMs } from "../time.ts";

/** A symbol goes over to another source or period when its own has said nothing for so long, in event time. */
const SILENCE_MS = 15 * MINUTE_MS;

/** What the alerts of each session remember; null before the first quote that they hear. `any` hears all, so its is the last judged. */
export type Series = Readonly<Record<AlertSession, Previous | null>>;

/** A symbol of which nothing was judged yet. */
export const NEW_SERIES: Series = { regular: null, extended: null, any: null };

/** Whether the quote is of the judged series; before the first judged one any is. */
export function isOfSeries({ source, periodMs }: Quote, { any: last }: Series): boolean {
  return last === null || (source === last.source && periodMs === last.periodMs);
}

/**
 * Whether the quote is to be judged: of the judged series, and newer than its last judged one; or it takes over, that series having said
 * nothing for a while, and nothing of what the quote tells: a day's bar tells the walk of hours that were judged. `spokenMs` finds as of when the series spoke last, for what it said may be doubted and not judged, which is no silence.
 */
export function isJudged(quote: Quote, series: Series, spokenMs: () => TimeMs = () => 0): boolean {
  const { any: last } = series;
  if (last === null) return true;
  if (isOfSeries(quote, series)) return isNewer(quote, last);
  const isSilenceSince = (timeMs: TimeMs): boolean =>
    asOf(quote) - timeMs > SILENCE_MS && (quote.periodMs === 0 || quote.quoteTimeMs >= timeMs);
  return isSilenceSince(last.asOfMs) && isSilenceSince(spokenMs());
}

/**
 * What the alerts of a session are judged on, for a quote that it hears. Simulated prices and real ones never meet in one walk: it begins
 * anew where they change, and the step there is not seen.
 */
export function sightIn(series: Series, told: Quote, session: AlertSession): Sight {
  const quote = believable(told, series.any);
  const last = series[session];
  if (last === null || isSameWorld(quote, last)) return sightOf(quote, last, session);
  return { ...sightOf(quote, null, session), seenMs: last.seenMs };
}

/** The series after a quote was judged; sessions that remember the same share one object. */
export function advanceSeries(series: Series, told: Quote): Series {
  const quote = believable(told, series.any);
  const any = advanced(series.any, quote, "any");
  // What knows no sessions lasts as long for every one of them.
  const isShared = quote.sessionClass === "always" && series.regular === series.any && series.extended === series.any;
  if (isShared) return { regular: any, extended: any, any };
  const hearers = sessionsThatHear(quote.sessionClass);
  return {
    regular: hearers.includes("regular") ? advanced(series.regular, quote, "regular") : series.regular,
    extended: hearers.includes("extended") ? advanced(series.extended, quote, "extended") : series.extended,
    any,
  };
}

/**
 * The series after an operator took a quote's price for right, though it is far from the last: it is every session's previous, the step to it
 * is not seen, and what was armed before this moment of event time is armed anew on it.
 */
export function beginStretch(series: Series, quote: Quote, eventNowMs: TimeMs): Record<AlertSession, Previous> {
  // Later than whatever was armed by now, on the last stretch too.
  const stretchAsOfMs = Math.max(eventNowMs, asOf(quote), series.any?.stretchAsOfMs ?? 0) + 1;
  const of = (session: AlertSession): Previous => ({
    ...previousOf(quote, null, session),
    seenMs: series[session]?.seenMs ?? 0,
    stretchAsOfMs,
    beginsStretch: true,
  });
  return { regular: of("regular"), extended: of("extended"), any: of("any") };
}

function advanced(last: Previous | null, quote: Quote, session: AlertSession): Previous {
  if (last === null || isSameWorld(quote, last)) return previousOf(quote, last, session);
  return { ...previousOf(quote, null, session), seenMs: last.seenMs };
}
