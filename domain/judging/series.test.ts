import { expect } from "chai";
import { below, EXAMPLE_START_MS, exampleAlert, exampleBar, exampleTick } from "../../test/examples.ts";
import { armAlert } from "./arm.ts";
import { ALERT_SESSIONS } from "./hears-session.ts";
import { judgeAlert } from "./judge.ts";
import { SESSION_CLASSES, type Quote } from "../quote.ts";
import { advanceSeries, beginStretch, isJudged, NEW_SERIES, sightIn, type Series } from "./series.ts";
import { INITIAL_STATE } from "./state-change.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";

const after = (...quotes: readonly Quote[]): Series => quotes.reduce(advanceSeries, NEW_SERIES);
const at = (minute: number, price: number, changes: Partial<Quote> = {}) =>
  exampleTick(minute * MINUTE_MS, price, changes);

describe("isJudged()", () => {
  it("takes the first quote of a symbol, whatever it is", () => {
    expect(isJudged(at(0, 100), NEW_SERIES)).to.equal(true);
  });

  it("goes by the last judged quote, of whatever session", () => {
    const series = after(at(1, 100), at(3, 101, { sessionClass: "closed" }));
    expect(isJudged(at(2, 100), series)).to.equal(false);
    expect(isJudged(at(3, 100), series)).to.equal(false);
    expect(isJudged(at(4, 100), series)).to.equal(true);
  });

  it("takes another source or period only after a quarter of an hour of silence", () => {
    const series = after(at(0, 100));
    expect(isJudged(at(15, 100, { source: "other" }), series)).to.equal(false);
    expect(isJudged(exampleTick(15 * MINUTE_MS + 1, 100, { source: "other" }), series)).to.equal(true);
    expect(isJudged(exampleBar(14, [100, 100, 100, 100]), series)).to.equal(false);
    expect(isJudged(exampleBar(15, [100, 100, 100, 100]), series)).to.equal(true);
  });

  it("takes no bar of another series that tells of what was judged", () => {
    const series = after(at(60, 100));
    const hour = (startMinute: number) =>
      exampleBar(startMinute, [100, 100, 100, 100], {
        periodMs: HOUR_MS,
        fetchTimeMs: EXAMPLE_START_MS + 9 * HOUR_MS,
      });
    expect([59, 60].map((minute) => isJudged(hour(minute), series))).to.deep.equal([false, true]);
  });
});

describe("advanceSeries()", () => {
  it("moves the sessions that hear the quote, and no other", () => {
    const before = after(at(0, 100));
    const moved = SESSION_CLASSES.map((sessionClass) => {
      const series = advanceSeries(before, at(1, 101, { sessionClass }));
      return [sessionClass, ...ALERT_SESSIONS.filter((session) => series[session] !== before[session])].join(" ");
    });
    expect(moved).to.deep.equal([
      "pre extended any",
      "regular regular extended any",
      "post extended any",
      "closed any",
      "always regular extended any",
    ]);
  });

  it("shares one object between sessions as long as they remember the same", () => {
    const always = { sessionClass: "always" } as const;
    const same = after(at(0, 100, always), at(1, 101, always));
    expect(new Set(Object.values(same)).size).to.equal(1);
    const apart = advanceSeries(same, at(2, 102, { sessionClass: "closed" }));
    expect(apart.regular).to.equal(same.regular);
    const again = advanceSeries(apart, at(3, 103, always));
    expect([again.regular?.seenMs, again.any?.seenMs]).to.deep.equal([3 * MINUTE_MS, 3 * MINUTE_MS]);
  });
});

describe("sightIn()", () => {
  it("walks on from the session's own previous price", () => {
    const series = after(at(0, 100), at(1, 105, { sessionClass: "post" }));
    const walks = ALERT_SESSIONS.map((session) => sightIn(series, at(2, 103), session).walk.previous);
    expect(walks).to.deep.equal([100, 105, 105]);
  });

  it("begins anew between simulated prices and real ones; the step is not seen, and time seen goes on", () => {
    const simulated = after(at(0, 100, { source: "simulator" }), at(1, 101, { source: "simulator" }));
    const seenMs = simulated.any?.seenMs ?? 0;
    expect(seenMs).to.be.greaterThan(0);
    const real = at(2, 110);
    const sight = sightIn(simulated, real, "any");
    expect([sight.previous, sight.walk.previous, sight.seenMs]).to.deep.equal([null, 110, seenMs]);
    const series = advanceSeries(simulated, real);
    expect(series.any?.seenMs).to.equal(seenMs);
    expect(sightIn(series, at(3, 111), "any").seenMs).to.equal(seenMs + MINUTE_MS);
  });
});

describe("beginStretch()", () => {
  it("arms anew what was armed on the stretch before, also when both operator's words come in one millisecond", () => {
    const [alert, wordMs] = [exampleAlert(below(60)), EXAMPLE_START_MS + HOUR_MS];
    const first = beginStretch(after(at(0, 50)), at(1, 5_000), wordMs);
    const { state } = armAlert(alert, INITIAL_STATE, first.regular, wordMs);
    const second = beginStretch(first, at(2, 50), wordMs);
    const judged = judgeAlert(alert, state, sightIn(second, at(3, 50), "regular"));
    expect([state.name, judged.state.name]).to.deep.equal(["ARMED", "DISARMED"]);
  });
});
