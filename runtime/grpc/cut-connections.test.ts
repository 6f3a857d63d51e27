import { expect } from "chai";
import { FakeClock } from "../clock/fake-clock.ts";
import { CutConnections } from "./cut-connections.ts";

describe("an address whose connections are cut", () => {
  let clock: FakeClock;
  let cuts: CutConnections;
  beforeEach(() => {
    clock = new FakeClock(0);
    cuts = new CutConnections(clock, { cutsForgiven: 3, maxCuts: 10, cutForgivenMs: 2_000 });
  });

  it("may go on connecting after a few, and waits after one more, which is told once", () => {
    expect([1, 2, 3].map(() => cuts.note("a"))).to.deep.equal([false, false, false]);
    expect(cuts.mustWait("a")).to.equal(false);
    expect([cuts.note("a"), cuts.note("a")]).to.deep.equal([true, false]);
    expect(cuts.mustWait("a")).to.equal(true);
    expect(cuts.mustWait("b")).to.equal(false);
  });

  it("is forgiven one after the other", () => {
    for (let cut = 0; cut < 5; cut += 1) cuts.note("a");
    clock.advance(4_000 - 1);
    expect(cuts.mustWait("a")).to.equal(true);
    clock.advance(1);
    expect(cuts.mustWait("a")).to.equal(false);
    expect(cuts.note("a")).to.equal(true);
  });

  it("never waits longer than for the most that are counted", () => {
    for (let cut = 0; cut < 1_000; cut += 1) cuts.note("a");
    clock.advance((10 - 3) * 2_000);
    expect(cuts.mustWait("a")).to.equal(false);
  });

  it("is forgotten when all is forgiven and there are many", () => {
    for (let at = 0; at < 1_000; at += 1) cuts.note(`old ${at}`);
    clock.advance(2_000);
    for (let cut = 0; cut < 4; cut += 1) cuts.note("new");
    expect(cuts.mustWait("new")).to.equal(true);
    expect(cuts.mustWait("old 1")).to.equal(false);
  });
});
