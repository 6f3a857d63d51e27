import type { AlertSession } from "../../domain/alert.ts";
import { sessionsThatHear } from "../../domain/judging/hears-session.ts";
import type { Previous } from "../../domain/judging/previous.ts";
import { checkPrice, type PriceDoubt } from "../../domain/judging/price-check.ts";
import { asOf, type Quote } from "../../domain/quote.ts";
import {
  advanceSeries,
  beginStretch,
  isJudged,
  isOfSeries,
  NEW_SERIES,
  sightIn,
  type Series,
} from "../../domain/judging/series.ts";
import type { Sight } from "../../domain/judging/sight.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { StoredQuote } from "../stored-quote.ts";
import type { HistoryOrder } from "./history.ts";

/** A stored quote in its order. */
export interface PlayedQuote extends StoredQuote {
  /** Set where an operator took its price for right: the stretch of prices that began there. Such a quote was never judged. */
  readonly stretchAsOfMs: TimeMs | null;
}

/** A symbol's series, played again quote by quote for the alerts of one session. Its time seen counts from the first quote played. */
export class PlayedSeries {
  readonly #session: AlertSession;
  readonly #order: HistoryOrder;
  #series: Series = NEW_SERIES;
  #doubt: PriceDoubt | null = null;
  /** As of when the judged series spoke last, believed or not. */
  #spokenMs: TimeMs = 0;

  constructor(session: AlertSession, order: HistoryOrder) {
    this.#session = session;
    this.#order = order;
  }

  /** What the session remembers; null before the first quote that it hears. */
  get previous(): Previous | null {
    return this.#series[this.#session];
  }

  /** What an alert would be judged on; null if this quote is not judged, or not heard. Quotes come in their order. */
  play({ quote, stretchAsOfMs }: PlayedQuote): Sight | null {
    if (this.#order === "time" && !this.#isDue(quote)) return null;
    if (stretchAsOfMs !== null) {
      this.#series = beginStretch(this.#series, quote, stretchAsOfMs - 1);
      return null;
    }
    const isHeard = sessionsThatHear(quote.sessionClass).includes(this.#session);
    const sight = isHeard ? sightIn(this.#series, quote, this.#session) : null;
    this.#series = advanceSeries(this.#series, quote);
    return sight;
  }

  /** What was never judged is held against the rules now. All of it may come from one fetch: each price is an answer of its own moment. */
  #isDue(quote: Quote): boolean {
    if (!isJudged(quote, this.#series, () => this.#spokenMs)) return false;
    this.#doubt = checkPrice({ ...quote, fetchTimeMs: asOf(quote) }, this.#series.any, this.#doubt).doubt;
    const isBelieved = this.#doubt === null;
    if (isBelieved || isOfSeries(quote, this.#series)) this.#spokenMs = asOf(quote);
    return isBelieved;
  }
}
