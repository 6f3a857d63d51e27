// A random history for the index of wakes: every alert that the index would not ask is judged all the same, and must come out as it was.
import type { Alert, AlertState } from "../domain/alert.ts";
import { armAlert, pauseAlert, type AlertChange } from "../domain/judging/arm.ts";
import { AppError } from "../domain/error.ts";
import { sessionsThatHear } from "../domain/judging/hears-session.ts";
import { judgeAlert } from "../domain/judging/judge.ts";
import type { Previous } from "../domain/judging/previous.ts";
import { asOf, type Quote } from "../domain/quote.ts";
import { advanceSeries, beginStretch, isJudged, NEW_SERIES, sightIn, type Series } from "../domain/judging/series.ts";
import type { Sight } from "../domain/judging/sight.ts";
import { INITIAL_STATE, isOver } from "../domain/judging/state-change.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS, type TimeMs } from "../domain/time.ts";
import { hasMoreToTell } from "../domain/judging/telling.ts";
import { isReached, reachOf, wakesOf, type Wake } from "../domain/judging/wakes.ts";
import { widen } from "../domain/judging/watch-levels.ts";
import { EXAMPLE_START_MS } from "./examples.ts";
import { pick, randomAlert, randomFrom, randomQuotes, tellingOf, type Random } from "./random-history.ts";

const ALERTS = 8;
const QUOTES = 24;

/** Whether the index asks an alert with these wakes. */
export type Index = (wakes: readonly Wake[], sight: Sight) => boolean;

/** As the server's index does. */
export const realIndex: Index = (wakes, sight) => {
  const { bounds, ...reach } = reachOf(sight);
  return wakes.some((wake) => isReached(wake, { ...reach, bounds: widen(bounds) }));
};

/** What a history showed. */
export interface Played {
  /** The first fault of the index, in a sentence that lets it be played again; null if there was none. */
  readonly fault: string | null;
  /** How many alerts that still watched were not asked, and judged all the same. */
  readonly unasked: number;
}

interface Watched {
  readonly alert: Alert;
  readonly state: AlertState;
  readonly wakes: readonly Wake[];
}

/** Plays the history of a seed, to its end or to the first fault. */
export function playHistory(seed: number, index: Index): Played {
  const history = new History(seed, index);
  const fault = history.play();
  return { fault: fault === null ? null : `seed ${seed}: ${fault}`, unasked: history.unasked };
}

class History {
  unasked = 0;
  readonly #random: Random;
  readonly #index: Index;
  readonly #watchers: Watched[];
  #series: Series = NEW_SERIES;
  /** By how much quotes are late. */
  readonly #lateMs: number;
  #nowMs: TimeMs = EXAMPLE_START_MS;

  constructor(seed: number, index: Index) {
    const random = randomFrom(seed);
    this.#random = random;
    this.#index = index;
    this.#lateMs = pick(random, [0, SECOND_MS, 15 * MINUTE_MS]);
    this.#watchers = Array.from({ length: ALERTS }, (_, at) => {
      const alert = randomAlert(random, `alert-${at}`);
      const isReject = alert.alreadyTrue === "wait" && random(3) === 0;
      return { alert: isReject ? { ...alert, alreadyTrue: "reject" } : alert, state: INITIAL_STATE, wakes: [] };
    });
  }

  play(): string | null {
    for (const quote of this.#quotes()) {
      this.#watchers.forEach((watched, at) => (this.#watchers[at] = this.#disturb(watched)));
      this.#nowMs = Math.max(this.#nowMs, asOf(quote) + this.#lateMs);
      if (!isJudged(quote, this.#series)) continue;
      if (this.#random(40) === 0) {
        this.#series = beginStretch(this.#series, quote, this.#nowMs); // as an operator does, after HOLD
        continue;
      }
      const fault = this.#judge(quote);
      if (fault !== null) return fault;
    }
    return null;
  }

  /** In some histories real prices give way to simulated ones after the first hour. */
  #quotes(): readonly Quote[] {
    const quotes = randomQuotes(this.#random, QUOTES);
    if (this.#random(2) === 0) return quotes;
    const isLater = ({ quoteTimeMs }: Quote) => quoteTimeMs >= EXAMPLE_START_MS + HOUR_MS;
    return quotes.map((quote) => (isLater(quote) ? { ...quote, source: "simulator" } : quote));
  }

  #judge(quote: Quote): string | null {
    for (const session of sessionsThatHear(quote.sessionClass)) {
      const sight = sightIn(this.#series, quote, session);
      for (const [at, watched] of this.#watchers.entries()) {
        if (watched.alert.session !== session) continue;
        if (this.#index(watched.wakes, sight)) {
          this.#watchers[at] = { ...watched, ...judgeAlert(watched.alert, watched.state, sight) };
          continue;
        }
        if (!isOver(watched.state) || hasMoreToTell(watched.alert, watched.state)) this.unasked++;
        const fault = faultOf(watched, sight);
        if (fault !== null) return `${fault}: ${JSON.stringify(watched)} ${JSON.stringify(sight)}`;
      }
    }
    this.#series = advanceSeries(this.#series, quote);
    return null;
  }

  /** Arms, pauses, moves the expiry, wishes to be told else what or leaves alone, as users do between quotes. */
  #disturb(watched: Watched): Watched {
    const random = this.#random;
    const { alert, state } = watched;
    if (state.version > 0 && random(15) !== 0) return watched;
    const previous = this.#series[alert.session];
    this.#nowMs += pick(random, [0, 1, 30 * SECOND_MS]);
    const act =
      state.name === "TRIGGERED" ? pick(random, [0, 2, 3]) : isOver(state) || state.version === 0 ? 0 : random(4);
    if (act === 0) return { ...watched, ...arm(alert, state, random(6) === 0 ? null : previous, this.#nowMs) };
    if (act === 1) {
      const untilMs = random(3) === 0 ? null : this.#nowMs + random(6) * MINUTE_MS;
      return { ...watched, ...pauseAlert(alert, state, untilMs) };
    }
    const expireTimeMs = random(3) === 0 ? null : this.#nowMs + random(10) * MINUTE_MS;
    const edited = { ...alert, ...(act === 2 ? { expireTimeMs } : tellingOf(random, alert.condition)) };
    return { alert: edited, state, wakes: wakesOf(edited, state, previous?.close ?? null) };
  }
}

/** Arms the alert; leaves it as it is where that is refused. */
function arm(alert: Alert, state: AlertState, baseline: Previous | null, nowMs: TimeMs): Partial<AlertChange> {
  try {
    return armAlert(alert, state, baseline, nowMs);
  } catch (error) {
    if (error instanceof AppError && error.reason === "ALREADY_TRUE") return {};
    throw error;
  }
}

/** Says what is wrong when an alert that was not asked does not come out as the very same; null if all is well. */
function faultOf(watched: Watched, sight: Sight): string | null {
  const { state, trigger, notice, wakes, reason } = judgeAlert(watched.alert, watched.state, sight);
  if (trigger !== undefined) return `not asked, but fires: ${reason}`;
  if (notice !== undefined) return `not asked, but its owner is told: ${notice}`;
  if (state !== watched.state) return `not asked, but changes: ${reason}`;
  return JSON.stringify(wakes) === JSON.stringify(watched.wakes) ? null : "not asked, but its wakes move";
}
