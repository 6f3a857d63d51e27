import { expect } from "chai";
import { EXAMPLE_START_MS, exampleBar, exampleTick } from "../../test/examples.ts";
import { isNewer, isStale, previousOf } from "./previous.ts";
import type { Quote } from "../quote.ts";

describe("previousOf()", () => {
  it("remembers the close and the moment it speaks of", () => {
    const previous = previousOf(exampleBar(0, [100, 103, 99, 102]), null, "regular");
    expect(previous).to.include({ close: 102, high: 103, low: 99, asOfMs: EXAMPLE_START_MS + 60_000 });
  });

  it("keeps the extremes of all versions of one bar, and the newest close", () => {
    const first = previousOf(exampleBar(0, [100, 103, 99, 102]), null, "regular");
    expect(previousOf(exampleBar(0, [100, 101, 98, 101]), first, "regular")).to.include({
      close: 101,
      high: 103,
      low: 98,
    });
  });

  it("forgets them with the next bar", () => {
    const first = previousOf(exampleBar(0, [100, 103, 99, 102]), null, "regular");
    expect(previousOf(exampleBar(1, [100, 101, 98, 101]), first, "regular")).to.include({
      close: 101,
      high: 101,
      low: 98,
    });
  });
});

describe("isNewer()", () => {
  const bar = exampleBar(1, [1, 1, 1, 1]);
  const previous = previousOf(bar, null, "regular");
  const fetched = (afterMs: number) => ({ fetchTimeMs: bar.fetchTimeMs + afterMs });
  const cases = [
    ["the first quote of a series is newer than nothing", exampleTick(0, 1), null, true],
    ["the next bar is newer", exampleBar(2, [1, 1, 1, 1]), previous, true],
    [
      "an earlier bar is older, however late it was fetched",
      exampleBar(0, [1, 1, 1, 1], fetched(999_999)),
      previous,
      false,
    ],
    ["the same version again is not newer", bar, previous, false],
    ["the same bar fetched later is newer", { ...bar, ...fetched(1) }, previous, true],
    ["the same bar fetched earlier is older", { ...bar, ...fetched(-1) }, previous, false],
    [
      "the bar that begins with the fetch is newer than the one that ends there",
      { ...exampleBar(2, [1, 1, 1, 1]), ...fetched(0) },
      previous,
      true,
    ],
  ] as const;
  for (const [sentence, quote, before, newer] of cases) {
    it(sentence, () => expect(isNewer(quote, before)).to.equal(newer));
  }
});

describe("isStale()", () => {
  const stale = (asOf: string, now: string, changes: Partial<Quote> = {}): boolean => {
    const timeMs = Date.parse(asOf);
    const tick = exampleTick(0, 100, { quoteTimeMs: timeMs, fetchTimeMs: timeMs, ...changes });
    return isStale(previousOf(tick, null, "regular"), Date.parse(now));
  };
  const cases: [string, string, string, boolean][] = [
    ["a minute is nothing", "2026-05-14T10:00-04:00", "2026-05-14T10:01-04:00", false],
    ["one whole session may pass unseen", "2026-05-13T16:00-04:00", "2026-05-15T15:59-04:00", false],
    ["two may not", "2026-05-13T16:00-04:00", "2026-05-15T16:00-04:00", true],
    ["a session that was seen for a while is not whole", "2026-05-13T09:31-04:00", "2026-05-15T15:59-04:00", false],
    ["one that was not seen at all is", "2026-05-13T09:30-04:00", "2026-05-14T16:00-04:00", true],
    ["what came early that day saw nothing of it", "2026-05-13T09:29-04:00", "2026-05-14T16:00-04:00", true],
    ["a weekend is no session", "2026-05-15T16:00-04:00", "2026-05-19T15:59-04:00", false],
    ["the second day after a weekend is the second session", "2026-05-15T16:00-04:00", "2026-05-19T16:00-04:00", true],
    ["a holiday is no session", "2026-04-02T16:00-04:00", "2026-04-07T15:59-04:00", false],
    ["Tuesday after Easter is the second session", "2026-04-02T16:00-04:00", "2026-04-07T16:00-04:00", true],
    ["a half day is a session", "2026-11-25T16:00-05:00", "2026-11-30T15:59-05:00", false],
    ["the day after a half day is the second", "2026-11-25T16:00-05:00", "2026-11-30T16:00-05:00", true],
    ["and a half day that second ends at one", "2026-12-22T16:00-05:00", "2026-12-24T12:59-05:00", false],
    ["at one o'clock it does", "2026-12-22T16:00-05:00", "2026-12-24T13:00-05:00", true],
    ["over the change in March", "2026-03-06T16:00-05:00", "2026-03-10T15:59-04:00", false],
    ["over the change in March, whole", "2026-03-06T16:00-05:00", "2026-03-10T16:00-04:00", true],
    ["over the change in November", "2026-10-30T16:00-04:00", "2026-11-03T15:59-05:00", false],
    ["over the change in November, whole", "2026-10-30T16:00-04:00", "2026-11-03T16:00-05:00", true],
    ["what lies ahead of now is not stale", "2026-05-14T10:00-04:00", "2026-05-01T10:00-04:00", false],
  ];
  for (const [sentence, asOf, now, expected] of cases) {
    it(sentence, () => expect(stale(asOf, now)).to.equal(expected));
  }

  it("is true after 24 hours for what is always on, whatever the symbol", () => {
    const always = { sessionClass: "always" } as const;
    expect(stale("2026-05-15T10:00Z", "2026-05-16T10:00Z", always)).to.equal(false);
    expect(stale("2026-05-15T10:00Z", "2026-05-16T10:00:00.001Z", always)).to.equal(true);
  });

  it("is true after four days where the hours are not known", () => {
    const london = { symbol: "TSCO.LON" };
    expect(stale("2026-05-15T10:00Z", "2026-05-19T10:00Z", london)).to.equal(false);
    expect(stale("2026-05-15T10:00Z", "2026-05-19T10:00:00.001Z", london)).to.equal(true);
  });
});
