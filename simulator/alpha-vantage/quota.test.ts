import { expect } from "chai";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { PLANS, planNamed, type Plan } from "./plan.ts";
import { Quota, type QuotaLimit } from "./quota.ts";

const LIMITED: Plan = { perSecond: 2, perMinute: 3, perDay: 5, entitlement: "none", premium: false };

function takeAfter(quota: Quota, clock: FakeClock, waits: readonly number[]): (QuotaLimit | undefined)[] {
  return waits.map((wait) => {
    clock.advance(wait);
    return quota.take("k", LIMITED);
  });
}

describe("Quota.take()", () => {
  const cases: readonly (readonly [what: string, waits: number[], last: QuotaLimit | undefined])[] = [
    ["lets two through within a second", [0, 999], undefined],
    ["refuses the third within a second", [0, 1, 998], "second"],
    ["lets a third through after a second", [0, 1, 1000], undefined],
    ["refuses the fourth within a minute", [0, 10_000, 10_000, 39_999], "minute"],
    ["lets a fourth through after a minute", [0, 10_000, 10_000, 40_000], undefined],
    ["refuses the sixth within a day, before it looks at the minute", [0, 5000, 5000, MINUTE_MS, 5000, 1], "day"],
    [
      "lets a sixth through after a day",
      [0, MINUTE_MS, MINUTE_MS, MINUTE_MS, MINUTE_MS, DAY_MS - 4 * MINUTE_MS],
      undefined,
    ],
    ["counts refused requests too", [0, 0, 0, 999, 999], "minute"],
  ];
  for (const [what, waits, last] of cases) {
    it(what, () => {
      const clock = new FakeClock(0);
      expect(takeAfter(new Quota(clock), clock, waits).at(-1)).to.equal(last);
    });
  }

  it("counts by key, not by wall clock, and shows keys masked", () => {
    const clock = new FakeClock(0);
    const quota = new Quota(clock);
    quota.take("ABCDEFGHIJKL", PLANS.free);
    clock.step(DAY_MS);
    expect(quota.take("ABCDEFGHIJKL", PLANS.free)).to.equal("second");
    expect(quota.take("short", PLANS.free)).to.equal(undefined);
    expect(quota.counts()).to.deep.equal([
      { key: "***KL", requests: 2, refused: 1 },
      { key: "***", requests: 1, refused: 0 },
    ]);
  });

  it("never refuses an unlimited key", () => {
    const quota = new Quota(new FakeClock(0));
    for (let at = 0; at < 10_000; at++) expect(quota.take("k", PLANS.unlimited)).to.equal(undefined);
  });

  it("forgets the oldest of very many keys", () => {
    const quota = new Quota(new FakeClock(0));
    for (let at = 0; at < 1_500; at++) quota.take(`key-number-${at}`, PLANS.free);
    expect(quota.counts()).to.have.length(1_000);
  });
});

describe("planNamed()", () => {
  it("knows the plans that are sold, and says which when asked for another", () => {
    expect(planNamed("75")).to.include({ perMinute: 75, perDay: null, premium: true });
    expect(() => planNamed("gold"))
      .to.throw('no plan "gold"')
      .with.property("hint", "plans are free, 75, 150, 300, 600, 1200, unlimited");
  });
});
