import { expect } from "chai";
import { HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { keyTermsOf, type KeySettings } from "./key-terms.ts";
import { paceOf } from "./pace.ts";
import { isOfAll, retryWaitMs } from "./retry-waits.ts";

const settings = (changes: Partial<KeySettings>): KeySettings => {
  return { key: "KEY", plan: "free", function: "auto", entitlement: "none", ...changes };
};
const pace = (changes: Partial<KeySettings>, symbols: number, withAlerts = 0) =>
  paceOf({ ...keyTermsOf(settings(changes)), spreadMs: 0 }, symbols, withAlerts);

describe("paceOf()", () => {
  it("has a free key ask after the close", () => {
    expect(pace({}, 10)).to.eql({ kind: "days", sessionRounds: 0, spreadMs: 0 });
  });

  const sessions: [string, number, number, number][] = [
    ["one round of ten, five requests kept", 10, 0, 1],
    ["more of one symbol", 1, 0, 19],
    ["none of twenty", 20, 0, 0],
    ["of those with alerts, if there are any", 10, 3, 3],
    ["none where there are more symbols than requests", 40, 2, 0],
    ["none of nothing", 0, 0, 0],
  ];
  for (const [sentence, symbols, withAlerts, rounds] of sessions) {
    it(`spreads over the session what a free key that sees it has left: ${sentence}`, () => {
      expect(pace({ entitlement: "delayed" }, symbols, withAlerts)).to.include({ sessionRounds: rounds });
    });
  }

  it("has a paid key ask every minute, early and late hours too where the function tells of them", () => {
    const minutes = { kind: "minutes", stretch: "extended", everyMs: MINUTE_MS, lagMs: 0 };
    expect(pace({ plan: "75" }, 10)).to.eql(minutes);
    expect(pace({ plan: "unlimited" }, 5_000)).to.eql(minutes);
    expect(pace({ plan: "75", function: "global-quote" }, 10)).to.include({ stretch: "regular" });
    expect(pace({ plan: "75", entitlement: "delayed" }, 10)).to.include({ lagMs: 15 * MINUTE_MS });
  });

  it("asks less often for more symbols than a minute has requests, a part of them kept", () => {
    expect(pace({ plan: "75" }, 59)).to.include({ everyMs: MINUTE_MS });
    expect(pace({ plan: "75" }, 60)).to.include({ everyMs: 2 * MINUTE_MS });
    expect(pace({ plan: "75", function: "bulk-quotes" }, 1_000)).to.include({ everyMs: MINUTE_MS });
    expect(pace({ plan: "75", entitlement: "realtime" }, 1_000)).to.include({ everyMs: MINUTE_MS });
  });
});

describe("keyTermsOf()", () => {
  it("gives each key its own place within five minutes, the same one every time", () => {
    const places = Array.from({ length: 50 }, (_, at) => keyTermsOf(settings({ key: `KEY${at}` })).spreadMs);
    expect(Math.max(...places)).to.be.below(5 * MINUTE_MS);
    expect(new Set(places).size).to.be.above(30);
    expect(keyTermsOf(settings({ key: "KEY7" })).spreadMs).to.equal(places[7]);
  });
});

describe("retryWaitMs()", () => {
  const waits = (...args: [Parameters<typeof retryWaitMs>[0], "minutes" | "days"]) =>
    [1, 2, 3, 4, 9].map((failures) => retryWaitMs(args[0], failures, args[1]) / MINUTE_MS);

  it("grows where requests are few, and for what does not pass by itself", () => {
    expect(waits("outage", "days")).to.eql([5, 15, 60, 60, 60]);
    expect(waits("bad_key", "days")).to.eql([60, 120, 240, 240, 240]);
    expect(waits("outage", "minutes")).to.eql([1, 1, 1, 1, 1]);
    expect(waits("bad_request", "minutes")).to.eql([1, 5, 15, 60, 60]);
  });

  it("leaves a daily refusal to the key's own hold", () => {
    expect(waits("daily_quota", "days").every((minutes) => minutes * MINUTE_MS < HOUR_MS)).to.equal(true);
  });

  it("knows what is true of every symbol", () => {
    expect([isOfAll("outage"), isOfAll("bad_key"), isOfAll("no_data"), isOfAll("bad_request")]).to.eql([
      true,
      true,
      false,
      false,
    ]);
  });
});
