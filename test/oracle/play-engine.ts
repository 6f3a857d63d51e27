// Plays a planned history in the engine without a store: the pure functions, with the index deciding who is asked. Who is not asked is
// judged all the same, for its reason, and must stay as it is.
import type { Alert, AlertState } from "../../domain/alert.ts";
import { armAlert, pauseAlert, type AlertChange } from "../../domain/judging/arm.ts";
import { sessionsThatHear } from "../../domain/judging/hears-session.ts";
import { judgeAlert, type Judgement } from "../../domain/judging/judge.ts";
import { checkPrice, type PriceDoubt } from "../../domain/judging/price-check.ts";
import { asOf, compareQuotes, sameValues, type Quote } from "../../domain/quote.ts";
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
import { INITIAL_STATE } from "../../domain/judging/state-change.ts";
import { isReached, reachOf, wakesOf, type Wake } from "../../domain/judging/wakes.ts";
import { widen } from "../../domain/judging/watch-levels.ts";
import type { Standing } from "./standing.ts";
import type { Step } from "./history.ts";
import type { Outcome } from "./symbol-oracle.ts";

interface Watched {
  readonly alert: Alert;
  readonly state: AlertState;
  readonly wakes: readonly Wake[];
}

/** All that a server would have on disk. */
interface Memory {
  readonly watched: [number, Watched][];
  readonly stored: [string, Quote][];
  readonly series: Series;
  readonly doubt: PriceDoubt | null;
  readonly seq: number;
}

/** Where the engine says that an alert stands. */
export function standingOf(state: AlertState): Standing {
  const mood = state.awaitsBaseline ? "awaitsBaseline" : state.firesIfTrue ? "firesIfTrue" : "ordinary";
  const { name, fireCount, pausedUntilMs } = state;
  const told = { owesBack: state.owesBack, reminders: state.reminderCount };
  return { name, mood, fireCount, confirmed: name === "PENDING" ? state.confirmCount : 0, pausedUntilMs, ...told };
}

export class EnginePlayer {
  readonly #judge: typeof judgeAlert;
  #watched = new Map<number, Watched>();
  #stored = new Map<string, Quote>();
  #series: Series = NEW_SERIES;
  #doubt: PriceDoubt | null = null;
  #seq = 0;

  constructor(judge: typeof judgeAlert = judgeAlert) {
    this.#judge = judge;
  }

  act(step: Step): void {
    if (step.kind === "restart" || step.kind === "kill") this.#restart();
    if (step.kind === "reject") this.#doubt = null;
    if (step.kind === "accept") this.#accept(step.nowMs);
    if (!("at" in step)) return;
    const before = this.#watched.get(step.at);
    const alert = step.kind === "edit" ? step.alert : (before?.alert ?? ("alert" in step ? step.alert : null));
    if (alert === null) throw new Error("nothing can be done to an alert that was never made");
    const state = before?.state ?? INITIAL_STATE;
    this.#watched.set(step.at, { alert, state, wakes: [], ...this.#changed(step, alert, state) });
  }

  commit(quotes: readonly Quote[]): readonly Outcome[] {
    return [...quotes].sort(compareQuotes).flatMap((quote) => this.#take(quote));
  }

  standings(): ReadonlyMap<string, Standing> {
    return new Map([...this.#watched.values()].map(({ alert, state }) => [alert.id, standingOf(state)]));
  }

  get isHeld(): boolean {
    return this.#doubt?.kind === "HELD";
  }

  #changed(step: Step, alert: Alert, state: AlertState): Partial<Watched> | AlertChange {
    const previous = this.#series[alert.session];
    if (step.kind === "arm" || step.kind === "edit") return armAlert(alert, state, previous, step.nowMs);
    if (step.kind === "pause") return pauseAlert(alert, state, step.untilMs);
    if (step.kind !== "change") throw new Error(`${step.kind} is not done to an alert`);
    const edited = { ...alert, ...step.changes };
    return { alert: edited, wakes: wakesOf(edited, state, previous?.close ?? null) };
  }

  #take(quote: Quote): Outcome[] {
    const key = `${quote.source} ${quote.periodMs} ${quote.quoteTimeMs}`;
    const known = this.#stored.get(key);
    const isToldAgain = known !== undefined && sameValues(known, quote);
    if (isToldAgain ? this.#doubt?.kind !== "QUARANTINED" : known !== undefined && compareQuotes(quote, known) <= 0) {
      return [];
    }
    if (!isToldAgain) this.#stored.set(key, quote);
    if (!this.#isDue(quote)) return [];
    const { name, doubt } = checkPrice(quote, this.#series.any, this.#doubt);
    this.#doubt = doubt;
    return name === "HELD" || name === "QUARANTINED" ? [] : this.#judgeAll(quote);
  }

  #judgeAll(quote: Quote): Outcome[] {
    this.#seq += 1;
    const outcomes = sessionsThatHear(quote.sessionClass).flatMap((session) => {
      const sight = sightIn(this.#series, quote, session);
      const listeners = [...this.#watched].filter(([, { alert }]) => alert.session === session);
      return listeners.map(([at, watched]) => this.#ask(at, watched, sight));
    });
    this.#series = advanceSeries(this.#series, quote);
    return outcomes;
  }

  #ask(at: number, watched: Watched, sight: Sight): Outcome {
    const { bounds, ...reach } = reachOf(sight);
    const isAsked = watched.wakes.some((wake) => isReached(wake, { ...reach, bounds: widen(bounds) }));
    const judgement = this.#judge(watched.alert, watched.state, sight);
    if (isAsked) this.#watched.set(at, { ...watched, ...judgement });
    return this.#outcome(watched, judgement, isAsked);
  }

  #outcome({ alert, state: before }: Watched, { state, reason, ...told }: Judgement, isAsked: boolean): Outcome {
    const trigger = told.trigger === undefined ? null : { level: told.trigger.level, price: told.trigger.price };
    return {
      seq: this.#seq,
      alertId: alert.id,
      before: before.name,
      reason,
      trigger: isAsked ? trigger : null,
      notice: isAsked ? (told.notice ?? null) : null,
      after: standingOf(isAsked ? state : before),
    };
  }

  #isDue(quote: Quote): boolean {
    const spokenMs = (): number =>
      Math.max(...[...this.#stored.values()].filter((other) => isOfSeries(other, this.#series)).map(asOf));
    return isJudged(quote, this.#series, spokenMs);
  }

  #accept(nowMs: number): void {
    const due = [...this.#stored.values()].filter((quote) => this.#isDue(quote));
    const newest = due.reduce((best, quote) =>
      (asOf(quote) - asOf(best) || quote.quoteTimeMs - best.quoteTimeMs || quote.fetchTimeMs - best.fetchTimeMs) > 0
        ? quote
        : best,
    );
    this.#doubt = null;
    this.#seq += 1;
    this.#series = beginStretch(this.#series, newest, nowMs);
  }

  /** Nothing is left but what a disk would keep. */
  #restart(): void {
    const memory: Memory = {
      watched: [...this.#watched],
      stored: [...this.#stored],
      series: this.#series,
      doubt: this.#doubt,
      seq: this.#seq,
    };
    const read = JSON.parse(JSON.stringify(memory)) as Memory;
    this.#watched = new Map(read.watched);
    this.#stored = new Map(read.stored);
    this.#series = read.series;
    this.#doubt = read.doubt;
    this.#seq = read.seq;
  }
}
