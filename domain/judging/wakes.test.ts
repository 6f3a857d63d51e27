import { expect } from "chai";
import { above, exampleAlert, exampleBar, exampleTick } from "../../test/examples.ts";
import { previousOf } from "./previous.ts";
import { sightOf } from "./sight.ts";
import { INITIAL_STATE } from "./state-change.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";
import { isReached, reachOf, wakesOf, type Reach, type Wake } from "./wakes.ts";

const up = (level: number): Wake => ({ gauge: "price", side: "up", level });
const down = (level: number): Wake => ({ gauge: "price", side: "down", level });
const reach: Reach = { bounds: { lower: 99, upper: 101 }, seenMs: 10, asOfMs: 20 };

describe("isReached()", () => {
  it("is so at the level and beyond, on the wake's side", () => {
    const wakes = [up(101), up(101.01), up(50), down(99), down(98.99), down(150)];
    expect(wakes.map((wake) => isReached(wake, reach))).to.deep.equal([true, false, true, true, false, true]);
  });

  it("is so by any quote where every quote wakes", () => expect(isReached({ gauge: "every" }, reach)).to.equal(true));

  it("is so when the time seen, or the event time, has come", () => {
    const at = (gauge: "seen" | "time") => [9, 10, 11, 20, 21].map((level) => isReached({ gauge, level }, reach));
    expect(at("seen")).to.deep.equal([true, true, false, false, false]);
    expect(at("time")).to.deep.equal([true, true, true, true, false]);
  });
});

describe("reachOf()", () => {
  const before = previousOf(exampleTick(-MINUTE_MS, 98), null, "regular");
  const bar = exampleBar(0, [100, 103, 99, 101]);

  it("goes over the whole walk, and as far as the quote's times", () => {
    const sight = sightOf(bar, before, "regular");
    expect(reachOf(sight)).to.deep.equal({
      bounds: { lower: 98, upper: 103 },
      seenMs: sight.seenMs,
      asOfMs: sight.asOfMs,
    });
  });

  it("reaches everything with the first quote of a series", () => {
    expect(reachOf(sightOf(bar, null, "regular")).bounds).to.deep.equal({ lower: 0, upper: Infinity });
  });

  it("reaches everything with the first quote of a new stretch of prices, and not with the next", () => {
    // As of much later than both quotes: they are late.
    const accepted = { ...before, stretchAsOfMs: before.asOfMs + DAY_MS, beginsStretch: true };
    const wakes = [up(1e9), down(1e-9), { gauge: "seen", level: 1e15 }, { gauge: "time", level: 1e15 }] as const;
    const reached = (previous: typeof before, quote: typeof bar) =>
      wakes.map((wake) => isReached(wake, reachOf(sightOf(quote, previous, "regular"))));
    expect(reached(accepted, bar)).to.deep.equal([true, true, true, true]);
    const next = previousOf(bar, accepted, "regular");
    expect(reached(next, exampleBar(1, [101, 101, 101, 101]))).to.deep.equal([false, false, false, false]);
  });
});

describe("wakesOf()", () => {
  it("asks for any next quote where no close is known", () => {
    for (const name of ["ARMED", "PENDING", "DISARMED"] as const) {
      expect(wakesOf(exampleAlert(above(200)), { ...INITIAL_STATE, name }, null), name).to.deep.equal([
        { gauge: "every" },
      ]);
    }
  });
});
