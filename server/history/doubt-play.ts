// Which prices were not believed, and which symbol was on HOLD from when to when: found again by the rules, from what was judged and what was
// stored without being judged.
import type { DoubtReason } from "../../domain/judging/judge-reason.ts";
import { likenessOf } from "../../domain/judging/hold-notice.ts";
import { checkPrice, type PriceDoubt } from "../../domain/judging/price-check.ts";
import { isJudged, isOfSeries, NEW_SERIES, type Series } from "../../domain/judging/series.ts";
import { formatMoment } from "../../domain/moment-text.ts";
import { formatPrice } from "../../domain/price.ts";
import { asOf, compareQuotes, isLive } from "../../domain/quote.ts";
import type { TimeMs } from "../../domain/time.ts";
import type { StoredQuote } from "../stored-quote.ts";
import { PlayedSeries, type PlayedQuote } from "./played-series.ts";

/** A price that was not believed, or an operator's word on it. */
export interface PastDoubt {
  readonly reason: DoubtReason;
  /** Null for a word against the price. */
  readonly quote: StoredQuote | null;
  readonly timeMs: TimeMs;
  /** When the doubt was over, or another took its place; null: it is there still. */
  readonly endMs: TimeMs | null;
  readonly detail: string;
}

/** What is known of a symbol's prices, and of operators' words on them. */
interface DoubtSources {
  /** What was judged, in the order of judging, from a price on that was judged before all that matters. */
  readonly judged: Iterable<PlayedQuote>;
  /** What was stored in that time and never judged, in any order. */
  readonly unjudged: readonly StoredQuote[];
  /** When an operator took a price on HOLD for wrong, in event time, oldest first. */
  readonly rejectionsMs: readonly TimeMs[];
}

/** Every doubt, oldest first, and the one that is there at the end. */
export interface PlayedDoubts {
  readonly past: readonly PastDoubt[];
  readonly open: PriceDoubt | null;
}

/** Finds the doubts again. What was not judged because it came too late is none. */
export function playDoubts({ judged, unjudged, rejectionsMs }: DoubtSources): PlayedDoubts {
  const waiting = unjudged.toSorted((a, b) => compareQuotes(a.quote, b.quote));
  const rejections = [...rejectionsMs];
  const play = new DoubtPlay();
  const playUntil = (next: PlayedQuote | null): void => {
    for (let [first] = waiting; first !== undefined && isBefore(first, next); [first] = waiting) {
      play.rejectUntil(rejections, asOf(first.quote));
      waiting.shift();
      if (next === null || next.stretchAsOfMs !== null || first.quote.fetchTimeMs <= next.quote.fetchTimeMs)
        play.doubt(first);
    }
    play.rejectUntil(rejections, next === null ? Infinity : (next.stretchAsOfMs ?? asOf(next.quote)));
  };
  for (const one of judged) {
    playUntil(one);
    play.judge(one);
  }
  playUntil(null);
  return play.result();
}

function isBefore({ quote }: StoredQuote, next: PlayedQuote | null): boolean {
  return next === null || compareQuotes(quote, next.quote) < 0;
}

class DoubtPlay {
  readonly #series = new PlayedSeries("any", "judged");
  readonly #past: PastDoubt[] = [];
  #doubt: PriceDoubt | null = null;
  /** As of when the judged series spoke last, believed or not. */
  #spokenMs: TimeMs = 0;

  /** A price that was judged ends every doubt; one that an operator took for right was doubted itself. */
  judge(played: PlayedQuote): void {
    const { quote, seq, stretchAsOfMs } = played;
    if (stretchAsOfMs !== null) {
      this.doubt({ quote, seq });
      const wordMs = stretchAsOfMs - 1;
      this.#end(wordMs);
      const detail = `an operator took ${formatPrice(quote.close)} for right: alerts that wait are armed anew on it`;
      this.#past.push({ reason: "HOLD_ACCEPTED", quote: { quote, seq }, timeMs: wordMs, endMs: wordMs, detail });
    } else this.#end(asOf(quote));
    this.#series.play(played);
    this.#spokenMs = asOf(quote);
  }

  /** A price that was not judged, if it was because nobody believed it. */
  doubt(stored: StoredQuote): void {
    const { quote } = stored;
    const series: Series = { ...NEW_SERIES, any: this.#series.previous };
    if (!isLive(quote) || !isJudged(quote, series, () => this.#spokenMs)) return;
    if (isOfSeries(quote, series)) this.#spokenMs = asOf(quote);
    const { doubt } = checkPrice(quote, series.any, this.#doubt);
    if (doubt === null || doubt === this.#doubt) return; // by the rules it was believed, so it came too late; or it is nothing new
    this.#end(asOf(quote));
    this.#doubt = doubt;
    this.#past.push({ ...reasonOf(doubt), quote: stored, timeMs: asOf(quote), endMs: null });
  }

  /** Operators' words up to a moment, which are taken out of the list. */
  rejectUntil(rejectionsMs: TimeMs[], endMs: TimeMs): void {
    for (let [first] = rejectionsMs; first !== undefined && first < endMs; [first] = rejectionsMs) {
      rejectionsMs.shift();
      const doubt = this.#doubt;
      if (doubt?.kind !== "HELD") continue;
      this.#end(first);
      const detail = `an operator took ${formatPrice(doubt.close)} for wrong: judging goes on from ${formatPrice(doubt.acceptedClose)}`;
      this.#past.push({ reason: "HOLD_REJECTED", quote: null, timeMs: first, endMs: first, detail });
    }
  }

  result(): PlayedDoubts {
    return { past: this.#past, open: this.#doubt };
  }

  #end(timeMs: TimeMs): void {
    const last = this.#past.at(-1);
    if (this.#doubt === null || last === undefined) return;
    const until = last.reason === "PRICE_HELD" ? ` until ${formatMoment(timeMs)}` : "";
    this.#past[this.#past.length - 1] = { ...last, endMs: timeMs, detail: `${last.detail}${until}` };
    this.#doubt = null;
  }
}

function reasonOf({ kind, ratio, close, acceptedClose }: PriceDoubt): Pick<PastDoubt, "reason" | "detail"> {
  const [doubted, accepted] = [formatPrice(close), formatPrice(acceptedClose)];
  if (kind === "HELD") {
    return { reason: "PRICE_HELD", detail: `${doubted} after ${accepted}, ${likenessOf(ratio)}: nothing is judged` };
  }
  return { reason: "PRICE_QUARANTINED", detail: `${doubted} is far from ${accepted}: not judged, and asked for again` };
}
