// What must hold for every history of quotes and alerts.
import { expect } from "chai";
import { letters, play, playFrom } from "../../test/alert-story.ts";
import {
  above,
  below,
  crosses,
  EXAMPLE_START_MS,
  exampleAlert,
  exampleBar,
  exampleTick,
  inside,
  outside,
} from "../../test/examples.ts";
import { pick, PRICES, randomAlert, randomFrom, randomQuotes } from "../../test/random-history.ts";
import type { Alert, AlertSession, AlertState } from "../alert.ts";
import { armAlert } from "./arm.ts";
import { sessionsThatHear } from "./hears-session.ts";
import { judgeAlert, type Judgement } from "./judge.ts";
import { isNewer, previousOf, type Previous } from "./previous.ts";
import { asOf, compareQuotes, type Quote } from "../quote.ts";
import { sightOf } from "./sight.ts";
import { INITIAL_STATE } from "./state-change.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";

/** Judges every alert on every quote that is newer and that it hears, as one commit does: in the total order. */
function judgeCommit(alerts: readonly Alert[], quotes: readonly Quote[]): { said: Judgement[]; states: AlertState[] } {
  const previous = new Map<AlertSession, Previous>();
  const said: Judgement[] = [];
  const states = alerts.map((alert) => armAlert(alert, INITIAL_STATE, null, EXAMPLE_START_MS).state);
  for (const quote of quotes.toSorted(compareQuotes)) {
    if (!isNewer(quote, previous.get("any") ?? null)) continue;
    for (const session of sessionsThatHear(quote.sessionClass)) {
      const before = previous.get(session) ?? null;
      const sight = sightOf(quote, before, session);
      for (const [at, alert] of alerts.entries()) {
        if (alert.session !== session) continue;
        const judged = judgeAlert(alert, states[at]!, sight);
        if (judged.state !== states[at]) said.push(judged);
        states[at] = judged.state;
      }
      previous.set(session, previousOf(quote, before, session));
    }
  }
  return { said, states };
}

describe("a commit", () => {
  it("means the same however its quotes are ordered and repeated", () => {
    for (let seed = 1; seed <= 1_000; seed++) {
      const random = randomFrom(seed);
      const alerts = Array.from({ length: 5 }, (_, at) => randomAlert(random, `alert-${at}`));
      const quotes = randomQuotes(random, 12);
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
    for (let seed = 1; seed <= 2_000; seed++) {
      const random = randomFrom(seed);
      const alert = { ...randomAlert(random, "alert-1"), repeat: "every" as const, session: "any" as const };
      let previous: Previous | null = null;
      let state = armAlert(alert, INITIAL_STATE, null, EXAMPLE_START_MS).state;
      for (const quote of randomQuotes(random, 20)) {
        if (!isNewer(quote, previous)) continue;
        const { state: next, trigger } = judgeAlert(alert, state, sightOf(quote, previous, "any"));
        if (trigger !== undefined) {
          fires++;
          expect(state.name).to.be.oneOf(["ARMED", "PENDING"]);
          expect(next.name).to.be.oneOf(["DISARMED", "TRIGGERED"]);
          expect([trigger.asOfMs, next.fireCount]).to.deep.equal([asOf(quote), state.fireCount + 1]);
        }
        expect(next.version - state.version).to.equal(next === state ? 0 : 1);
        state = next;
        previous = previousOf(quote, previous, "any");
      }
    }
    expect(fires).to.be.greaterThan(1_000);
  });

  it("that gaps over several levels fires each once, and not again when it is repeated", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomFrom(seed);
      const levels = Array.from({ length: 10 }, () => pick(random, PRICES.slice(0, -2)));
      for (const level of levels) {
        const condition = pick(random, [above(level), crosses(level, "up"), outside(90, level)]);
        const alert = exampleAlert(condition, { repeat: "every" });
        const played = play(alert, null, [95, 105, 105, 105]);
        expect(letters(played), `seed ${seed}, ${JSON.stringify(condition)}`).to.equal("bF..");
      }
    }
  });
});

describe("a price that swings 0.3 % round a level for eight hours", () => {
  const LEVEL = 200;
  const STEP_MS = MINUTE_MS;
  const places = Array.from({ length: (8 * HOUR_MS) / STEP_MS }, (_, at) => at);
  /** From 0.3 % under the level to 0.3 % over it and back, in twelve minutes. */
  const priceAt = (place: number) => Number((LEVEL * (1 + 0.003 * Math.sin((place * Math.PI) / 6))).toFixed(2));
  const always = { sessionClass: "always" } as const;
  const ticks = places.map((place) => exampleTick(place * STEP_MS, priceAt(place), always));
  const bars = places.map((place) => {
    const [open, close] = [priceAt(place), priceAt(place + 1)];
    return exampleBar(place, [open, Math.max(open, close), Math.min(open, close), close], always);
  });

  const alerts: readonly (readonly [string, number, Alert])[] = [
    ["above", 198, exampleAlert(above(LEVEL))],
    ["below", 202, exampleAlert(below(LEVEL))],
    ["crosses", 198, exampleAlert(crosses(LEVEL))],
    ["crosses up", 198, exampleAlert(crosses(LEVEL, "up"))],
    ["crosses down", 202, exampleAlert(crosses(LEVEL, "down"))],
    ["inside", 198, exampleAlert(inside(LEVEL, 220))],
    ["inside, from above", 202, exampleAlert(inside(180, LEVEL))],
    ["outside", 198, exampleAlert(outside(180, LEVEL))],
    ["outside, from above", 202, exampleAlert(outside(LEVEL, 220))],
    ["above for two minutes", 198, exampleAlert(above(LEVEL, 2 * MINUTE_MS))],
    ["below for two minutes", 202, exampleAlert(below(LEVEL, 2 * MINUTE_MS))],
    ["inside for two minutes", 198, exampleAlert(inside(LEVEL, 220, 2 * MINUTE_MS))],
    ["outside for two minutes", 198, exampleAlert(outside(180, LEVEL, 2 * MINUTE_MS))],
    ["above, confirmed by three prices", 198, exampleAlert(above(LEVEL), { confirm: 3 })],
  ];
  const fires = (alert: Alert, start: number, quotes: readonly Quote[]) => {
    const before = previousOf(exampleTick(-1, start, always), null, alert.session);
    const armed = armAlert(alert, INITIAL_STATE, before, EXAMPLE_START_MS);
    return playFrom(alert, armed, before, quotes).filter((judged) => judged?.trigger !== undefined).length;
  };
  for (const [name, start, alert] of alerts) {
    it(`fires ${name} once, though it may fire every time`, () => {
      const every = { ...alert, repeat: "every" } as const;
      expect([fires(every, start, ticks), fires(every, start, bars)]).to.deep.equal([1, 1]);
    });
  }

  it("would fire it again and again without a band", () => {
    const every = { repeat: "every", bandPercent: "0" } as const;
    expect(fires(exampleAlert(above(LEVEL), every), 198, ticks)).to.equal(40);
  });
});
