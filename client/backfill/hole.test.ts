import { expect } from "chai";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import { makeBar, OPENING_MS } from "../testing/make-quote.ts";
import { cutHole, fillOf, holeAfter, holeBefore, isGivenUp, LATE_MS_MAX, monthToAsk } from "./hole.ts";

const always = (): boolean => true;
const never = (): boolean => false;
const at = (minute: number): number => OPENING_MS + minute * MINUTE_MS;
const span = (from: number, until: number) => ({ startMs: at(from), endMs: at(until) });

describe("holeBefore()", () => {
  it("finds none when the answer goes back to what is known, or follows it without a moment in between", () => {
    expect(holeBefore(at(5), at(3), always)).to.equal(null);
    expect(holeBefore(at(5), at(5), always)).to.equal(null);
  });

  it("finds what lies between, the rest of a bar that was forming too", () => {
    expect(holeBefore(at(5), at(9), always)).to.deep.equal(span(5, 9));
    expect(holeBefore(at(5) - 1, at(5), always)).to.deep.equal({ startMs: at(5) - 1, endMs: at(5) });
  });

  it("finds none while nothing is known, or nothing was traded in between", () => {
    expect(holeBefore(null, at(9), always)).to.equal(null);
    expect(holeBefore(at(5), at(9), never)).to.equal(null);
  });
});

describe("cutHole()", () => {
  it("leaves a hole of 30 days whole, and cuts what is older", () => {
    const whole = { startMs: OPENING_MS, endMs: OPENING_MS + 30 * DAY_MS };
    expect(cutHole(whole)).to.deep.equal({ old: null, rest: whole });
    const cut = cutHole({ ...whole, startMs: OPENING_MS - 1 });
    expect(cut).to.deep.equal({ old: { startMs: OPENING_MS - 1, endMs: OPENING_MS }, rest: whole });
  });
});

describe("monthToAsk()", () => {
  const monthOf = (text: string) => monthToAsk({ startMs: Date.parse(text), endMs: Infinity });

  it("is the month of the beginning by the clocks of New York, over summer time and the year's end", () => {
    expect(monthOf("2026-06-01T03:59:59Z").month).to.equal("2026-05");
    expect(monthOf("2026-06-01T04:00:00Z").month).to.equal("2026-06");
    const { month, span: december } = monthOf("2026-12-31T23:00:00Z");
    expect(month).to.equal("2026-12");
    expect(new Date(december.startMs).toISOString()).to.equal("2026-12-01T05:00:00.000Z");
    expect(new Date(december.endMs).toISOString()).to.equal("2027-01-01T05:00:00.000Z");
    const { span: march } = monthOf("2026-03-15T12:00:00Z");
    expect(march.endMs - march.startMs).to.equal(31 * DAY_MS - 60 * MINUTE_MS);
  });
});

describe("fillOf()", () => {
  it("takes the bars that speak of a moment in the hole, none that is known or comes with what is newer", () => {
    const bars = [0, 1, 2, 3, 4].map((minute) => makeBar("IBM", minute));
    const minutes = (from: number, until: number) =>
      fillOf(span(from, until), bars).map(({ quoteTimeMs }) => (quoteTimeMs - OPENING_MS) / MINUTE_MS);
    expect(minutes(1, 4)).to.deep.equal([1, 2, 3]);
    expect(fillOf({ startMs: at(2) - 1, endMs: at(3) }, bars)).to.deep.equal([bars[1], bars[2]]);
  });
});

describe("holeAfter()", () => {
  const month = { startMs: at(-1_000), endMs: at(1_000) };

  it("leaves what comes after the answer's newest bar, which the service may be behind with", () => {
    const bars = [0, 1, 2].map((minute) => makeBar("IBM", minute));
    expect(holeAfter(span(1, 9), bars, month, always)).to.deep.equal(span(3, 9));
    expect(holeAfter(span(1, 3), bars, month, always)).to.equal(null);
    expect(holeAfter(span(1, 9), bars, month, never)).to.equal(null);
    expect(holeAfter(span(5, 9), bars, month, always)).to.deep.equal(span(5, 9));
  });

  it("takes a month that was over for told whole", () => {
    const bars = [makeBar("IBM", 0, { fetchTimeMs: month.endMs })];
    expect(holeAfter(span(1, 2_000), bars, month, always)).to.deep.equal(span(1_000, 2_000));
    expect(holeAfter(span(1, 900), bars, month, always)).to.equal(null);
  });
});

describe("isGivenUp()", () => {
  it("waits a quarter of an hour for what may pass, and not at all for what the plan does not include", () => {
    expect(isGivenUp("throttle", LATE_MS_MAX - 1)).to.equal(false);
    expect(isGivenUp("throttle", LATE_MS_MAX)).to.equal(true);
    expect(isGivenUp(null, LATE_MS_MAX)).to.equal(true);
    expect(isGivenUp("not_entitled", 0)).to.equal(true);
    expect(LATE_MS_MAX).to.equal(15 * MINUTE_MS);
  });
});
