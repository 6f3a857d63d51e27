// Holes against a market that is known whole: what is missing is searched for one bar after the other.
import { expect } from "chai";
import fc from "fast-check";
import { asOf, type Quote } from "../../domain/quote.ts";
import { DAY_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import { tradingMsBetween } from "../planner/news-times.ts";
import { makeBar, OPENING_MS } from "../testing/make-quote.ts";
import { fillOf, holeAfter, holeBefore, monthToAsk } from "./hole.ts";

const SYMBOL = "AAPL";
const ANSWER_BARS = 20;
const trades = (fromMs: TimeMs, untilMs: TimeMs): boolean =>
  tradingMsBetween({ symbol: SYMBOL, neverCloses: false }, fromMs, untilMs) > 0;

/** Half an hour is a step, so that two months are few; most of them have a trade. */
const STEP = 30;
const FIRST = -20 * 48;
const STEPS = 60 * 48;

function barAt(step: number, now: TimeMs): Quote {
  const quoteTimeMs = OPENING_MS + step * STEP * MINUTE_MS;
  return makeBar(SYMBOL, 0, { quoteTimeMs, periodMs: STEP * MINUTE_MS, fetchTimeMs: now });
}

/** Every bar there is, as it looks at a moment; `isQuiet` says in which no trade was made. */
function barsUntil(now: TimeMs, isQuiet: (step: number) => boolean): Quote[] {
  const bars: Quote[] = [];
  for (let step = FIRST; step < STEPS; step += 1) {
    const bar = barAt(step, now);
    if (bar.quoteTimeMs <= now && trades(bar.quoteTimeMs, bar.quoteTimeMs + bar.periodMs) && !isQuiet(step)) {
      bars.push(bar);
    }
  }
  return bars;
}

const moment = fc.integer({ min: 0, max: 35 * 24 * 60 }).map((minute) => OPENING_MS + minute * MINUTE_MS);
const quietness = fc.integer({ min: 0, max: 9 });

interface Trial {
  readonly bars: readonly Quote[];
  readonly seenMs: TimeMs;
  readonly missing: readonly Quote[];
  readonly reachMs: TimeMs;
}

/** A fetcher that saw all until `seenMs`, was away, and asks at `now`. */
function away(seenMs: TimeMs, now: TimeMs, seed: number): Trial | null {
  const isQuiet = (step: number): boolean => ((step * 7_919 + seed) % 10) + 1 <= seed;
  const bars = barsUntil(now, isQuiet);
  const before = barsUntil(seenMs, isQuiet).at(-1);
  const [oldest] = bars.slice(-ANSWER_BARS);
  if (before === undefined || oldest === undefined) return null;
  const knownMs = asOf(before);
  const missing = bars.filter((bar) => asOf(bar) > knownMs && bar.quoteTimeMs < oldest.quoteTimeMs);
  return { bars, seenMs: knownMs, missing, reachMs: oldest.quoteTimeMs };
}

describe("holes in a market that is known whole", () => {
  it("are found whenever a bar is missing, and none when the answer goes back to what is known", () => {
    fc.assert(
      fc.property(moment, moment, quietness, (one, other, seed) => {
        const trial = away(Math.min(one, other), Math.max(one, other), seed);
        if (trial === null) return;
        const hole = holeBefore(trial.seenMs, trial.reachMs, trades);
        if (trial.missing.length > 0) expect(hole).to.not.equal(null);
        if (trial.reachMs <= trial.seenMs) expect(hole).to.equal(null);
      }),
      { numRuns: 60 },
    );
  });

  it("are filled by the months asked for, with every missing bar once, whatever the service is behind with coming later", () => {
    fc.assert(
      fc.property(moment, moment, quietness, fc.integer({ min: 0, max: 3 }), (one, other, seed, daysBehind) => {
        const now = Math.max(one, other);
        const trial = away(Math.min(one, other), now, seed);
        if (trial === null) return;
        let hole = holeBefore(trial.seenMs, trial.reachMs, trades);
        const filled: Quote[] = [];
        for (let asks = 0; hole !== null; asks += 1) {
          expect(asks, "asks").to.be.lessThan(2 + 4); // two months, and once more for each day that was behind
          const { month, span } = monthToAsk(hole);
          const toldMs = now - Math.max(0, daysBehind - asks) * DAY_MS;
          const isTold = ({ quoteTimeMs: time }: Quote): boolean =>
            time >= span.startMs && time < span.endMs && (time < toldMs || now >= span.endMs);
          const told = trial.bars.filter(isTold);
          expect(month).to.match(/^2026-0[4-7]$/);
          filled.push(...fillOf(hole, told));
          const rest = holeAfter(hole, told, span, trades);
          const [lastFilled] = filled.slice(-1).map(asOf);
          if (rest !== null) expect(rest.startMs).to.be.at.least(Math.max(hole.startMs, lastFilled ?? 0));
          const left = trial.missing.filter((bar) => !filled.includes(bar));
          for (const bar of left) expect(asOf(bar) > (rest?.startMs ?? Infinity), "is left").to.equal(true);
          hole = rest;
        }
        expect(filled).to.deep.equal(trial.missing);
      }),
      { numRuns: 60 },
    );
  });
});
