import { expect } from "chai";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import type { Refusal } from "../sources/source.ts";
import { SourceBreaker, TRIPS_AFTER } from "./source-breaker.ts";

const OUTAGE: Refusal = { class: "outage", message: "it cannot be reached", retryAfterMs: null };

function open(random = () => 0) {
  const clock = new FakeClock(0);
  const breaker = new SourceBreaker(clock, random);
  const isLetThrough = (): boolean => breaker.begin() === null;
  const fail = (refusal = OUTAGE): void => {
    expect(isLetThrough(), "it is let through").to.equal(true);
    breaker.end({ kind: "away", refusal });
  };
  const trip = (): void => {
    for (let count = 0; count < TRIPS_AFTER; count += 1) fail();
  };
  return { clock, breaker, isLetThrough, fail, trip };
}

describe("SourceBreaker", () => {
  it("lets a few failures pass, and says then what the last one was, and when to come again", () => {
    const { breaker, trip } = open();
    trip();
    expect(breaker.begin()).to.deep.equal({ ...OUTAGE, retryAfterMs: 2_000 });
  });

  it("begins to count anew with each answer", () => {
    const { breaker, isLetThrough, fail } = open();
    for (let count = 0; count < 20; count += 1) {
      fail();
      if (count % (TRIPS_AFTER - 1) === 0) breaker.end({ kind: "there" });
    }
    expect(isLetThrough()).to.equal(true);
  });

  it("lets one question through after a while, and no second one while that is under way", () => {
    const { clock, breaker, isLetThrough, trip } = open();
    trip();
    clock.advance(1_999);
    expect(isLetThrough()).to.equal(false);
    clock.advance(1);
    expect([isLetThrough(), isLetThrough()]).to.deep.equal([true, false]);
    breaker.end({ kind: "there" });
    expect([isLetThrough(), isLetThrough()], "it answers again").to.deep.equal([true, true]);
  });

  it("waits twice as long each time, for at most a quarter of a minute", () => {
    const { clock, breaker, fail, trip } = open();
    trip();
    const waits = Array.from({ length: 6 }, () => {
      const waitMs = breaker.begin()?.retryAfterMs ?? 0;
      clock.advance(waitMs);
      fail();
      return waitMs;
    });
    expect(waits).to.deep.equal([2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  it("waits a little less by chance", () => {
    const { breaker, trip } = open(() => 0.999);
    trip();
    expect(breaker.begin()?.retryAfterMs).to.equal(Math.ceil(2_000 * (1 - 0.25 * 0.999)));
  });

  it("waits as long as the source asked for", () => {
    const { clock, breaker, isLetThrough, fail } = open();
    for (let count = 0; count < TRIPS_AFTER; count += 1) fail({ ...OUTAGE, retryAfterMs: 300_000 });
    clock.advance(299_999);
    expect(breaker.begin()?.retryAfterMs, "a second at least, so that nobody asks in a circle").to.equal(1_000);
    clock.advance(1);
    expect(isLetThrough()).to.equal(true);
  });

  it("lets the next one through when the one that was let through was not asked after all", () => {
    const { clock, breaker, isLetThrough, trip } = open();
    trip();
    clock.advance(2_000);
    expect(isLetThrough()).to.equal(true);
    breaker.end({ kind: "unasked" });
    expect(isLetThrough()).to.equal(true);
  });
});
