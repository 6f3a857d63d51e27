import { expect } from "chai";
import { judgeClock } from "./clock.ts";

const NOW = Date.parse("2026-11-22T14:30:00Z");

describe("judgeClock()", () => {
  const cases: readonly (readonly [title: string, aheadMs: number, tookMs: number, state: string, words: string])[] = [
    ["the same time", 0, 2, "ok", "as the server's"],
    ["two seconds of difference", 2_000, 0, "ok", "as the server's"],
    ["a little more", 2_100, 0, "warn", "2 s behind the server's"],
    ["a clock that is ahead", -5_000, 0, "warn", "5 s ahead of the server's"],
    ["half a minute", 30_000, 0, "warn", "30 s behind"],
    ["more than half a minute", 30_100, 0, "fail", "30 s behind"],
    ["a year", -365 * 86_400_000, 0, "fail", "31,536,000 s ahead"],
    ["an answer that was so long under way that nobody can tell", 1_500, 3_000, "ok", "as the server's"],
  ];
  for (const [title, aheadMs, tookMs, state, words] of cases) {
    it(`judges ${title}: ${state}`, () => {
      const finding = judgeClock(NOW, { sentMs: NOW, tookMs, serverMs: NOW + tookMs / 2 + aheadMs });
      expect(finding).to.include({ name: "clock", state });
      expect(finding.message).to.include(words);
      expect(finding.hint).to.include(state === "ok" ? "" : "timedatectl");
    });
  }

  it("takes no half of a long call for a difference: the answer may have been made at its end", () => {
    expect(judgeClock(NOW, { sentMs: NOW, tookMs: 6_000, serverMs: NOW + 6_000 }).state).to.equal("ok");
  });

  it("needs no server to see that a clock was never set", () => {
    expect(judgeClock(0, null)).to.include({ state: "fail" });
    expect(judgeClock(0, null).message).to.include("1970-01-01 00:00:00 UTC, which is before Tickerbell was written");
    expect(judgeClock(NOW, null)).to.include({ state: "ok" });
  });
});
