import type { Quote } from "../../domain/quote.ts";
import { sightOf, type Sight } from "../../domain/sight.ts";
import { walkBounds } from "../../domain/walk.ts";
import type { Judge, UserTrigger } from "../store.ts";
import type { AlertJudging } from "./alert-judging.ts";
import type { Cursor, OpenJudgings } from "./open-judgings.ts";
import type { SeriesMemory } from "./series-memory.ts";
import type { Stamp } from "./transactions.ts";
import { FIRST_PLACE, type Place, type WatchLevelStore } from "./watch-level-store.ts";

/**
 * A commit judges so many alerts at most: then everybody else's calls are answered before it goes on. If all of them fire that is some 13
 * milliseconds of work; larger commits hold up calls for longer and judge hardly faster (5 times as many: by a tenth).
 */
export const ALERTS_PER_COMMIT = 100;

/** What judging works with. */
export interface JudgingParts {
  readonly series: SeriesMemory;
  readonly levels: WatchLevelStore;
  readonly open: OpenJudgings;
  readonly alerts: AlertJudging;
}

/** What a quote's judging came to in this commit. */
interface JudgedPart {
  readonly seq: number;
  /** It is not through: the next commits go on with it. */
  readonly isOpen: boolean;
}

/** The judging of one commit: a budget of alerts, spent on what is open first, then on new quotes in their order. */
export class CommitJudging {
  readonly triggers: UserTrigger[] = [];
  readonly #parts: JudgingParts;
  readonly #stamp: Stamp;
  readonly #judge: Judge;
  readonly #deferred = new Set<string>();
  #left: number;
  #isFirst = true;

  constructor(parts: JudgingParts, budget: number, stamp: Stamp, judge: Judge) {
    this.#parts = parts;
    this.#left = budget;
    this.#stamp = stamp;
    this.#judge = judge;
  }

  /** Goes on with what is open, each a fair part; with half of the budget at most when other symbols' quotes wait. */
  goOn(othersWait: boolean): void {
    const cursors = this.#parts.open.all();
    // Also of one that is through in this commit: an earlier quote of it may have been left out of the commit, waiting for that.
    for (const { quote } of cursors) this.#deferred.add(quote.symbol);
    let share = othersWait ? Math.ceil(this.#left / 2) : this.#left;
    for (const [at, cursor] of cursors.entries()) {
      const part = Math.ceil(share / (cursors.length - at));
      const before = this.#left;
      this.#goOnWith(cursor, part);
      share -= before - this.#left;
    }
  }

  /** Whether the symbol's quotes wait for an earlier one. */
  isDeferred(symbol: string): boolean {
    return (this.#deferred.size > 0 && this.#deferred.has(symbol)) || this.#parts.open.has(symbol);
  }

  /**
   * Judges a quote. One that touches more alerts than are left waits for the next commit (null), and so does what follows of its
   * symbol. If it is the first that touches any it would find no more room there: then it is judged over several commits.
   */
  judge(quote: Quote): JudgedPart | null {
    const { series, levels, open } = this.#parts;
    const { symbol } = quote;
    const sight = sightOf(quote, series.before(quote));
    const bounds = walkBounds(sight.walk);
    const places = levels.isQuiet(symbol, bounds)
      ? []
      : levels.touchedAlerts(symbol, bounds, FIRST_PLACE, this.#left + 1);
    const isOpen = places.length > this.#left;
    if (isOpen && !this.#isFirst) {
      this.#deferred.add(symbol);
      return null;
    }
    const seq = series.takeSeq();
    if (isOpen) open.save({ quote, seq, place: this.#judgeAt(places.slice(0, this.#left), sight, seq) ?? FIRST_PLACE });
    else if (places.length > 0) this.#judgeAt(places, sight, seq);
    if (places.length > 0) this.#isFirst = false;
    if (!isOpen) series.advance(quote, seq);
    return { seq, isOpen };
  }

  #goOnWith({ quote, seq, place }: Cursor, part: number): void {
    const { series, levels, open } = this.#parts;
    const sight = sightOf(quote, series.before(quote));
    const places = levels.touchedAlerts(quote.symbol, walkBounds(sight.walk), place, part + 1);
    const reached = this.#judgeAt(places.slice(0, part), sight, seq) ?? place;
    if (places.length > part) {
      open.save({ quote, seq, place: reached });
      return;
    }
    series.advance(quote, seq);
    open.end(quote.symbol);
  }

  /** Judges the alerts at these places; the last of them, undefined if there is none. */
  #judgeAt(places: readonly Place[], sight: Sight, seq: number): Place | undefined {
    const rows = new Set(places.map(({ alert }) => alert));
    const fired = this.#parts.alerts.judge(rows, { sight, seq, stamp: this.#stamp, judge: this.#judge });
    this.triggers.push(...fired);
    this.#left -= places.length;
    return places.at(-1);
  }
}
