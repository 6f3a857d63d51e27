import { expect } from "chai";
import { EXAMPLE_START_MS, exampleBar, exampleTick } from "../test/examples.ts";
import { isNewer, isStale, previousOf } from "./previous.ts";
import { DAY_MS } from "./time.ts";

describe("previousOf()", () => {
  it("remembers the close and the moment it speaks of", () => {
    const previous = previousOf(exampleBar(0, [100, 103, 99, 102]), null);
    expect(previous).to.include({ close: 102, high: 103, low: 99, asOfMs: EXAMPLE_START_MS + 60_000 });
  });

  it("keeps the extremes of all versions of one bar, and the newest close", () => {
    const first = previousOf(exampleBar(0, [100, 103, 99, 102]), null);
    expect(previousOf(exampleBar(0, [100, 101, 98, 101]), first)).to.include({ close: 101, high: 103, low: 98 });
  });

  it("forgets them with the next bar", () => {
    const first = previousOf(exampleBar(0, [100, 103, 99, 102]), null);
    expect(previousOf(exampleBar(1, [100, 101, 98, 101]), first)).to.include({ close: 101, high: 101, low: 98 });
  });
});

describe("isNewer()", () => {
  const bar = exampleBar(1, [1, 1, 1, 1]);
  const previous = previousOf(bar, null);
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
  const previous = previousOf(exampleTick(0, 1), null);
  it("is false over a long weekend", () => expect(isStale(previous, EXAMPLE_START_MS + 4 * DAY_MS)).to.equal(false));
  it("is true after it", () => expect(isStale(previous, EXAMPLE_START_MS + 4 * DAY_MS + 1)).to.equal(true));
});
