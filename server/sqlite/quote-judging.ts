import type { AlertSession } from "../../domain/alert.ts";
import { ALERT_SESSIONS, sessionsThatHear } from "../../domain/judging/hears-session.ts";
import type { Quote } from "../../domain/quote.ts";
import { sightIn } from "../../domain/judging/series.ts";
import type { Sight } from "../../domain/judging/sight.ts";
import { reachOf } from "../../domain/judging/wakes.ts";
import type { Judge } from "../store.ts";
import type { UserTrigger } from "../trigger-record.ts";
import type { AlertJudging } from "./alert-judging.ts";
import type { Cursor, OpenJudgings, Progress } from "./open-judgings.ts";
import type { SeriesMemory } from "./series-memory.ts";
import type { Stamp } from "./transactions.ts";
import { FIRST_PLACE, type Place, type WatchLevelStore } from "./watch-level-store.ts";

/**
 * A commit judges so many alerts at most: then everybody else's calls are answered before it goes on. If all of them fire, judging and
 * writing them takes some 8 milliseconds, half of it the disk's; four times as many hold up calls four times as long and take the
 * same time for each alert. How many of them may be of judgings that are open, JudgingTurns says.
 */
export const ALERTS_PER_COMMIT = 25;

/** What judging works with. */
export interface JudgingParts {
  readonly series: SeriesMemory;
  readonly levels: WatchLevelStore;
  readonly open: OpenJudgings;
  readonly alerts: AlertJudging;
}

/** What a quote's judging came to in this commit. */
export interface JudgedPart {
  readonly seq: number;
  /** It is not through: the next commits go on with it. */
  readonly isOpen: boolean;
}

/** What a quote can touch of the alerts of a session. */
interface Touched {
  readonly session: AlertSession;
  readonly sight: Sight;
  readonly places: readonly Place[];
}

/** Nothing is done. */
const BEGINNING: Progress = { session: "regular", place: FIRST_PLACE };

/** The judging of one commit: a budget of alerts, spent on what is open first, then on new quotes in their order. */
export class CommitJudging {
  readonly triggers: UserTrigger[] = [];
  readonly #parts: JudgingParts;
  readonly #stamp: Stamp;
  readonly #judge: Judge;
  readonly #deferred = new Set<string>();
  #left: number;
  #openCount = 0;
  #isFirst = true;

  constructor(parts: JudgingParts, budget: number, stamp: Stamp, judge: Judge) {
    this.#parts = parts;
    this.#left = budget;
    this.#stamp = stamp;
    this.#judge = judge;
  }

  /** How many alerts it has judged of judgings that were open, or that it opened. */
  get openCount(): number {
    return this.#openCount;
  }

  /** Goes on with what is open, so many alerts at most, each judging with a fair part of them. */
  goOn(share: number): void {
    const cursors = this.#parts.open.all();
    // Also of one that is through in this commit: an earlier quote of it may have been left out of the commit, waiting for that.
    for (const { quote } of cursors) this.#deferred.add(quote.symbol);
    let left = share;
    for (const [at, cursor] of cursors.entries()) {
      if (left === 0) return;
      left -= this.#goOnWith(cursor, Math.ceil(left / (cursors.length - at)));
    }
  }

  /** Whether the symbol's quotes wait for an earlier one. */
  isDeferred(symbol: string): boolean {
    return (this.#deferred.size > 0 && this.#deferred.has(symbol)) || this.#parts.open.has(symbol);
  }

  /**
   * Judges a quote for the sessions that hear it, one after the other. One that touches more alerts than are left waits for the next
   * commit (null), and so does what follows of its symbol. If it is the first that touches any it would find no more room there: then it
   * is judged over several commits.
   */
  judge(quote: Quote): JudgedPart | null {
    const { series, open } = this.#parts;
    const touched = this.#touchedBy(quote, BEGINNING, this.#left + 1);
    const isOpen = countOf(touched) > this.#left;
    if (isOpen && !this.#isFirst) {
      this.#deferred.add(quote.symbol);
      return null;
    }
    const seq = series.takeSeq();
    const before = this.#left;
    const progress = this.#judgeTouched(touched, this.#left, seq);
    if (isOpen) this.#openCount += before - this.#left;
    if (touched.length > 0) this.#isFirst = false;
    if (isOpen) open.save({ quote, seq, progress: progress ?? BEGINNING });
    else series.advance(quote, seq);
    return { seq, isOpen };
  }

  /** How many alerts it judged, `part` at most. */
  #goOnWith({ quote, seq, progress }: Cursor, part: number): number {
    const { series, open } = this.#parts;
    const touched = this.#touchedBy(quote, progress, part + 1);
    const reached = this.#judgeTouched(touched, part, seq) ?? progress;
    const judged = Math.min(countOf(touched), part);
    this.#openCount += judged;
    if (countOf(touched) > part) {
      open.save({ quote, seq, progress: reached });
    } else {
      series.advance(quote, seq);
      open.end(quote.symbol);
    }
    return judged;
  }

  /** What the quote can touch beyond what is done, session by session: at most `limit` places in all. */
  #touchedBy(quote: Quote, done: Progress, limit: number): readonly Touched[] {
    const { series, levels } = this.#parts;
    const { symbol } = quote;
    const hearers = sessionsThatHear(quote.sessionClass);
    const found: Touched[] = [];
    for (const session of levels.watchedSessions(symbol)) {
      if (!hearers.includes(session) || isBefore(session, done.session)) continue;
      const sight = sightIn(series.of(symbol), quote, session);
      const reach = reachOf(sight);
      if (done === BEGINNING && levels.isQuiet(symbol, session, reach)) continue;
      const after = session === done.session ? done.place : FIRST_PLACE;
      const places = levels.touchedAlerts(symbol, session, reach, after, limit - countOf(found));
      if (places.length > 0) found.push({ session, sight, places });
    }
    return found;
  }

  /** Judges the alerts at these places, `limit` of them at most; how far that came, undefined if there is none. */
  #judgeTouched(touched: readonly Touched[], limit: number, seq: number): Progress | undefined {
    let progress: Progress | undefined;
    let left = limit;
    for (const { session, sight, places } of touched) {
      const taken = places.slice(0, left);
      const place = taken.at(-1);
      if (place === undefined) break;
      const rows = new Set(taken.map(({ alert }) => alert));
      const on = { sight, seq, stamp: this.#stamp, judge: this.#judge };
      this.triggers.push(...this.#parts.alerts.judge(rows, on));
      left -= taken.length;
      progress = { session, place };
    }
    this.#left -= limit - left;
    return progress;
  }
}

function isBefore(a: AlertSession, b: AlertSession): boolean {
  return a !== b && ALERT_SESSIONS.indexOf(a) < ALERT_SESSIONS.indexOf(b);
}

function countOf(touched: readonly Touched[]): number {
  return touched.reduce((sum, { places }) => sum + places.length, 0);
}
