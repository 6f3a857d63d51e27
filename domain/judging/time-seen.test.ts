import { expect } from "chai";
import { exampleTick } from "../../test/examples.ts";
import type { AlertSession } from "../alert.ts";
import { previousOf } from "./previous.ts";
import type { Quote } from "../quote.ts";
import { seenAt } from "./time-seen.ts";
import { MINUTE_MS } from "../time.ts";

/** The time seen, in minutes, at the last of some moments; 0 at the first. */
function minutesSeen(session: AlertSession, times: readonly string[], changes: Partial<Quote> = {}): number {
  const quotes = times.map((time): Quote => {
    const endMs = Date.parse(time);
    const { periodMs = 0 } = changes;
    return { ...exampleTick(0, 100), quoteTimeMs: endMs - periodMs, fetchTimeMs: endMs, ...changes };
  });
  const last = quotes.pop() ?? expect.fail("no quote");
  let previous = null;
  for (const quote of quotes) previous = previousOf(quote, previous, session);
  return seenAt(last, previous, session) / MINUTE_MS;
}

describe("seenAt()", () => {
  it("is nothing at the first quote", () => expect(minutesSeen("regular", ["2026-05-15T10:00-04:00"])).to.equal(0));

  it("sums the steps", () => {
    const times = ["10:00", "10:01", "10:03"].map((time) => `2026-05-15T${time}-04:00`);
    expect(minutesSeen("regular", times)).to.equal(3);
  });

  const steps: [string, string, string, number][] = [
    ["a step of two minutes counts", "2026-05-15T10:00-04:00", "2026-05-15T10:02-04:00", 2],
    ["a longer one does not: nobody looked", "2026-05-15T10:00-04:00", "2026-05-15T10:02:00.001-04:00", 0],
    ["a night does not count", "2026-05-14T15:59-04:00", "2026-05-15T09:31-04:00", 2],
    ["a weekend does not count", "2026-05-15T15:59-04:00", "2026-05-18T09:31-04:00", 2],
    ["a holiday does not count", "2026-11-25T15:59-05:00", "2026-11-27T09:31-05:00", 2],
    ["what a half day leaves out does not count", "2026-11-27T12:59-05:00", "2026-11-30T09:31-05:00", 2],
    ["the weekend of the change in March does not count", "2026-03-06T15:59-05:00", "2026-03-09T09:31-04:00", 2],
    ["nor that of the change in November", "2026-10-30T15:59-04:00", "2026-11-02T09:31-05:00", 2],
    ["a night that took three minutes of the market is a gap", "2026-05-14T15:58-04:00", "2026-05-15T09:31-04:00", 0],
    ["a day that nobody saw is a gap", "2026-05-13T15:59-04:00", "2026-05-15T09:31-04:00", 0],
  ];
  for (const [sentence, from, to, expected] of steps) {
    it(sentence, () => expect(minutesSeen("regular", [from, to])).to.equal(expected));
  }

  it("allows steps of three bars", () => {
    const bars = { periodMs: 5 * MINUTE_MS };
    expect(minutesSeen("regular", ["2026-05-15T10:00-04:00", "2026-05-15T10:15-04:00"], bars)).to.equal(15);
    expect(minutesSeen("regular", ["2026-05-15T10:00-04:00", "2026-05-15T10:16-04:00"], bars)).to.equal(0);
  });

  it("goes by the session that the alerts hear", () => {
    const overnight = ["2026-05-14T19:59-04:00", "2026-05-15T04:01-04:00"];
    expect(minutesSeen("extended", overnight)).to.equal(2);
    expect(minutesSeen("any", overnight), "eight hours are a gap").to.equal(0);
    expect(minutesSeen("any", ["2026-05-16T10:00-04:00", "2026-05-16T10:01-04:00"])).to.equal(1);
  });

  it("counts every hour of what is always on, and where the hours are not known", () => {
    const saturday = ["2026-05-16T10:00-04:00", "2026-05-16T10:01-04:00"];
    expect(minutesSeen("regular", saturday, { sessionClass: "always" })).to.equal(1);
    expect(minutesSeen("regular", saturday, { symbol: "TSCO.LON" })).to.equal(1);
    expect(minutesSeen("regular", saturday)).to.equal(0);
  });

  it("keeps what was seen over a gap", () => {
    const times = ["10:00", "10:02", "11:00", "11:01"].map((time) => `2026-05-15T${time}-04:00`);
    expect(minutesSeen("regular", times)).to.equal(3);
  });
});
