// What must hold for every history of quotes and alerts.
import { expect } from "chai";
import { above, crosses, EXAMPLE_START_MS, exampleAlert } from "../test/examples.ts";
import { pick, PRICES, randomAlert, randomFrom, randomQuote, randomQuotes } from "../test/random-history.ts";
import { playHistory, realIndex, type Index } from "../test/index-history.ts";
import type { Alert, AlertState, Trigger } from "./alert.ts";
import { armAlert } from "./arm.ts";
import { judgeAlert } from "./judge.ts";
import { isNewer, previousOf, type Previous } from "./previous.ts";
import { asOf, compareQuotes, type Quote } from "./quote.ts";
import { sightOf } from "./sight.ts";
import { INITIAL_STATE } from "./state-change.ts";
import { isReached, type Wake } from "./wakes.ts";
import { walkBounds } from "./walk.ts";
import { QuietInterval, widen } from "./watch-levels.ts";

function firstFault(histories: number, index: Index): string | null {
  for (let seed = 1; seed <= histories; seed++) {
    const fault = playHistory(seed, index);
    if (fault !== null) return fault;
  }
  return null;
}

describe("the index", () => {
  it("asks every alert that would change, in 10,000 histories", () => {
    expect(firstFault(10_000, realIndex)).to.equal(null);
  });

  const faulty: readonly (readonly [string, Index])[] = [
    [
      "look at closes alone",
      (wakes, { walk }) => wakes.some((wake) => isReached(wake, { lower: walk.close, upper: walk.close })),
    ],
    [
      "take touching for passing",
      (wakes, { walk }) => {
        const { lower, upper } = walkBounds(walk);
        return wakes.some((wake) => isReached(wake, { lower: lower + 1e-4, upper: upper - 1e-4 }));
      },
    ],
    [
      "forget the alerts that any next quote changes",
      (wakes, sight) =>
        realIndex(
          wakes.filter(({ gauge }) => gauge !== "every"),
          sight,
        ),
    ],
    [
      "forget the wakes downwards",
      (wakes, sight) =>
        realIndex(
          wakes.filter((wake) => wake.gauge === "every" || wake.side === "up"),
          sight,
        ),
    ],
    [
      "forget the wakes upwards",
      (wakes, sight) =>
        realIndex(
          wakes.filter((wake) => wake.gauge === "every" || wake.side === "down"),
          sight,
        ),
    ],
    ["keep one wake of two", (wakes, sight) => realIndex(wakes.slice(0, 1), sight)],
  ];
  for (const [sentence, index] of faulty) {
    it(`would be caught if it were to ${sentence}`, () => expect(firstFault(2_000, index)).to.be.a("string"));
  }

  it("is asked whenever a level lies within the walk: the quiet interval hides nothing", () => {
    const random = randomFrom(7);
    for (let trial = 0; trial < 10_000; trial++) {
      const wakes = Array.from({ length: 1 + random(4) }, (): Wake => {
        return { gauge: "price", side: pick(random, ["up", "down"] as const), level: pick(random, PRICES) };
      });
      const [a, b] = [pick(random, PRICES), pick(random, PRICES)];
      const bounds = { lower: Math.min(a, b), upper: Math.max(a, b) };
      const isAsked = wakes.some((wake) => isReached(wake, widen(bounds)));
      expect(QuietInterval.between(wakes).isLeftBy(bounds)).to.equal(isAsked);
    }
  });
});

/** Judges one commit as the server does: in the total order, nothing that is not newer. */
function judgeCommit(
  alerts: readonly Alert[],
  quotes: readonly Quote[],
): { triggers: Trigger[]; states: AlertState[] } {
  let previous: Previous | null = previousOf(randomQuote(randomFrom(3), 0, EXAMPLE_START_MS, EXAMPLE_START_MS), null);
  const triggers: Trigger[] = [];
  const states = alerts.map((alert) => armAlert(alert, INITIAL_STATE, previous, EXAMPLE_START_MS).state);
  for (const quote of quotes.toSorted(compareQuotes)) {
    if (!isNewer(quote, previous)) continue;
    const sight = sightOf(quote, previous);
    for (const [at, alert] of alerts.entries()) {
      const result = judgeAlert(alert, states[at]!, sight);
      states[at] = result.state;
      if (result.trigger !== undefined) triggers.push(result.trigger);
    }
    previous = previousOf(quote, previous);
  }
  return { triggers, states };
}

describe("a commit", () => {
  it("means the same however its quotes are ordered and repeated", () => {
    for (let seed = 1; seed <= 1_000; seed++) {
      const random = randomFrom(seed);
      const alerts = Array.from({ length: 5 }, (_, at) => randomAlert(random, `alert-${at}`));
      const quotes = randomQuotes(random, 8);
      const mixed = [...quotes, ...quotes.filter(() => random(2) === 0)]
        .map((quote) => ({ quote, rank: random(1e9) }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ quote }) => quote);
      expect(judgeCommit(alerts, mixed), `seed ${seed}`).to.deep.equal(judgeCommit(alerts, quotes));
    }
  });
});

describe("one quote", () => {
  it("never both arms an alert again and fires it, and changes its state at most once", () => {
    let fires = 0;
    for (let seed = 1; seed <= 1_000; seed++) {
      const random = randomFrom(seed);
      const alert = { ...randomAlert(random, "alert-1"), repeat: "every" as const };
      let previous: Previous | null = null;
      let state = armAlert(alert, INITIAL_STATE, null, EXAMPLE_START_MS).state;
      for (const quote of randomQuotes(random, 20)) {
        if (!isNewer(quote, previous)) continue;
        const { state: next, trigger } = judgeAlert(alert, state, sightOf(quote, previous));
        if (trigger !== undefined) {
          fires++;
          expect([state.name, next.name, trigger.asOfMs]).to.deep.equal(["ARMED", "DISARMED", asOf(quote)]);
        }
        expect(next.version - state.version).to.equal(next === state ? 0 : 1);
        state = next;
        previous = previousOf(quote, previous);
      }
    }
    expect(fires).to.be.greaterThan(1_000);
  });

  it("that gaps over several levels fires each once, and not again when it is repeated", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomFrom(seed);
      const levels = Array.from({ length: 10 }, () => pick(random, PRICES.slice(0, -2)));
      const alerts = levels.map((level, at) =>
        exampleAlert(random(2) === 0 ? above(level) : crosses(level, "up"), { id: `${at}`, repeat: "every" }),
      );
      let states = alerts.map((alert) => armAlert(alert, INITIAL_STATE, null, EXAMPLE_START_MS).state);
      let previous: Previous | null = null;
      const fired = alerts.map(() => 0);
      for (const price of [95, 105, 105, 105]) {
        const timeMs = (previous?.asOfMs ?? EXAMPLE_START_MS) + 1;
        const quote: Quote = {
          ...randomQuote(random, 0, timeMs, timeMs),
          open: price,
          high: price,
          low: price,
          close: price,
        };
        const sight = sightOf(quote, previous);
        states = states.map((state, at) => {
          const result = judgeAlert(alerts[at]!, state, sight);
          if (result.trigger !== undefined) fired[at]!++;
          return result.state;
        });
        previous = previousOf(quote, previous);
      }
      expect(fired, `seed ${seed}`).to.deep.equal(alerts.map(() => 1));
    }
  });
});
