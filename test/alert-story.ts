// The story of one alert on a few quotes, told in one letter for each, so that a case reads at a glance.
import { expect } from "chai";
import type { Alert } from "../domain/alert.ts";
import { armAlert, type AlertChange } from "../domain/judging/arm.ts";
import { sessionsThatHear } from "../domain/judging/hears-session.ts";
import type { JudgeReason } from "../domain/judging/judge-reason.ts";
import { judgeAlert, type Judgement } from "../domain/judging/judge.ts";
import { isNewer, previousOf, type Previous } from "../domain/judging/previous.ts";
import type { Quote } from "../domain/quote.ts";
import { sightOf } from "../domain/judging/sight.ts";
import { INITIAL_STATE } from "../domain/judging/state-change.ts";
import { MINUTE_MS } from "../domain/time.ts";
import { EXAMPLE_START_MS, exampleBar, exampleTick } from "./examples.ts";

/** Open, high, low, close. */
export type Prices = readonly [number, number, number, number];
/** A number is a tick, four are a bar; both at the minute of their place. */
export type Step = number | Prices | Quote;

/** What an alert came to on each of the quotes; null where it did not hear it. */
export type Play = readonly (Judgement | null)[];

const LETTERS: Readonly<Partial<Record<JudgeReason, string>>> = {
  FIRED: "F",
  FIRED_ALREADY_TRUE: "F",
  FIRED_TOO_OFTEN: "S",
  REARMED: "a",
  ARMED: "a",
  BASELINE_TAKEN: "b",
  BASELINE_ALREADY_TRUE: "t",
  ARMED_ALREADY_TRUE: "t",
  ARMED_TO_FIRE_IF_TRUE: "t",
  NO_LONGER_TRUE: "n",
  PENDING_BEGUN: "p",
  STILL_PENDING: "q",
  NOT_BACK_FOR_LONG: "w",
  REMINDED: "r",
  TOLD_BACK: "B",
  EXPIRED: "x",
  NOT_MET: ".",
  WITHIN_BAND: ".",
  NOT_WATCHING: ".",
};

/** What the alert's session remembers of a last price right before the example times begin. */
export function priceBefore(alert: Alert, price: number): Previous {
  return previousOf(exampleTick(-1, price), null, alert.session);
}

/** Judges an armed (or paused) alert on each quote that it hears. */
export function playFrom(alert: Alert, start: AlertChange, before: Previous | null, steps: readonly Step[]): Play {
  let previous = before;
  let { state } = start;
  return steps.map((step, at) => {
    const quote = quoteOf(step, at);
    if (!sessionsThatHear(quote.sessionClass).includes(alert.session)) return null;
    expect(isNewer(quote, previous), `step ${at} is newer`).to.equal(true);
    const judged = judgeAlert(alert, state, sightOf(quote, previous, alert.session));
    previous = previousOf(quote, previous, alert.session);
    ({ state } = judged);
    return judged;
  });
}

/** Arms the alert on a price right before the start (null: there was no quote yet), then judges every quote. */
export function play(alert: Alert, startPrice: number | null, steps: readonly Step[]): Judgement[] {
  const before = startPrice === null ? null : priceBefore(alert, startPrice);
  const start = armAlert(alert, INITIAL_STATE, before, EXAMPLE_START_MS);
  return playFrom(alert, start, before, steps).filter((judged) => judged !== null);
}

/**
 * The same, a letter for each quote: F fires, S fires and is stopped, a arms, b takes the baseline, t finds it already true, p begins
 * to be pending, q still is, n no longer is, w is back but not for long enough, r reminds, B tells that it is back, x expires, `.` changes
 * nothing, `_` is not heard.
 */
export function story(alert: Alert, startPrice: number | null, steps: readonly Step[]): string {
  const before = startPrice === null ? null : priceBefore(alert, startPrice);
  return letters(playFrom(alert, armAlert(alert, INITIAL_STATE, before, EXAMPLE_START_MS), before, steps));
}

/** The letters of what was played. */
export function letters(played: Play): string {
  return played.map((judged) => (judged === null ? "_" : (LETTERS[judged.reason] ?? "?"))).join("");
}

/** Ticks of these prices so far apart, the first at the start. */
export function ticksEvery(stepMs: number, prices: readonly number[], changes: Partial<Quote> = {}): Quote[] {
  return prices.map((price, at) => exampleTick(at * stepMs, price, changes));
}

function quoteOf(step: Step, at: number): Quote {
  if (typeof step === "number") return exampleTick(at * MINUTE_MS, step);
  return isPrices(step) ? exampleBar(at, step) : step;
}

function isPrices(step: Prices | Quote): step is Prices {
  return Array.isArray(step);
}
