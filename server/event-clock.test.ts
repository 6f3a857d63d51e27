import { expect } from "chai";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { DataEventClock, WallEventClock } from "./event-clock.ts";

describe("WallEventClock", () => {
  it("is the wall clock, and waits for quotes that are more than two seconds ahead", () => {
    const clock = new FakeClock(10_000);
    const eventClock = new WallEventClock(clock);
    eventClock.advance();
    expect(eventClock.now()).to.equal(10_000);
    expect([9_000, 12_000, 12_001].map((asOfMs) => eventClock.hasReached(asOfMs))).to.deep.equal([true, true, false]);
    clock.advance(1);
    expect(eventClock.hasReached(12_001)).to.equal(true);
  });
});

describe("DataEventClock", () => {
  it("stands where the newest quote stands, never goes back, and puts nothing off", () => {
    const eventClock = new DataEventClock(5_000);
    eventClock.advance(4_000);
    expect(eventClock.now()).to.equal(5_000);
    eventClock.advance(6_000);
    expect(eventClock.now()).to.equal(6_000);
    expect(eventClock.hasReached()).to.equal(true);
    expect(new DataEventClock(null).now()).to.equal(0);
  });
});
