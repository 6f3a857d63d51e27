// The index must be sound: whoever it does not ask would have stayed exactly as it was. Each way of asking too few is seen to fail.
import { expect } from "chai";
import { playHistory, realIndex, type Index } from "../../test/index-history.ts";
import { pick, PRICES, randomFrom } from "../../test/random-history.ts";
import { isReached, reachOf, type Reach, type Wake } from "./wakes.ts";
import { walkBounds } from "./walk.ts";
import { QuietInterval, widen } from "./watch-levels.ts";

function firstFault(histories: number, index: Index): string | null {
  for (let seed = 1; seed <= histories; seed++) {
    const { fault } = playHistory(seed, index);
    if (fault !== null) return fault;
  }
  return null;
}

/** The index that looks up with another reach than the sight's. */
const reaching =
  (change: (reach: Reach) => Reach): Index =>
  (wakes, sight) => {
    const reach = change(reachOf(sight));
    return wakes.some((wake) => isReached(wake, reach));
  };

/** The index that keeps only some of the wakes. */
const keeping =
  (isKept: (wake: Wake, at: number) => boolean): Index =>
  (wakes, sight) =>
    realIndex(wakes.filter(isKept), sight);

const isSide = (wake: Wake, side: "up" | "down"): boolean => wake.gauge === "price" && wake.side === side;

describe("the index", () => {
  it("asks every alert that would change, fire, tell its owner something or wake elsewhere, in 3,000 histories", () => {
    expect(firstFault(3_000, realIndex)).to.equal(null);
  });

  const faulty: readonly (readonly [string, Index])[] = [
    [
      "look at closes alone",
      (wakes, sight) => {
        const { close } = sight.quote;
        const reach = { ...reachOf(sight), bounds: { lower: close, upper: close } };
        return wakes.some((wake) => isReached(wake, reach));
      },
    ],
    [
      "take touching a level for not reaching it",
      reaching((reach) => {
        const { lower, upper } = reach.bounds;
        return { ...reach, bounds: { lower: lower + 1e-4, upper: upper - 1e-4 } };
      }),
    ],
    ["come a millisecond late by the time seen", reaching((reach) => ({ ...reach, seenMs: reach.seenMs - 1 }))],
    ["come a millisecond late by the event time", reaching((reach) => ({ ...reach, asOfMs: reach.asOfMs - 1 }))],
    [
      "see nothing in a new stretch of prices",
      (wakes, { walk, seenMs, asOfMs }) =>
        wakes.some((wake) => isReached(wake, { bounds: walkBounds(walk), seenMs, asOfMs })),
    ],
    ["forget the wakes upwards", keeping((wake) => !isSide(wake, "up"))],
    ["forget the wakes downwards", keeping((wake) => !isSide(wake, "down"))],
    ["forget the alerts that any next quote changes", keeping(({ gauge }) => gauge !== "every")],
    ["forget the wakes by the time seen", keeping(({ gauge }) => gauge !== "seen")],
    ["forget the wakes by the event time", keeping(({ gauge }) => gauge !== "time")],
    ["keep one wake of two", keeping((_, at) => at === 0)],
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
      const isAsked = wakes.some((wake) => isReached(wake, { bounds: widen(bounds), seenMs: 0, asOfMs: 0 }));
      expect(QuietInterval.between(wakes).isLeftBy(bounds)).to.equal(isAsked);
    }
  });
});
