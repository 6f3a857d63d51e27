// What time and the trading day do to an alert: sessions, expiry, a pause that ends, prices that begin anew.
import { expect } from "chai";
import { letters, play, playFrom, priceBefore, story, type Step } from "../../test/alert-story.ts";
import { above, below, EXAMPLE_START_MS, exampleAlert, exampleBar, exampleTick, inside } from "../../test/examples.ts";
import type { Alert } from "../alert.ts";
import { armAlert, pauseAlert } from "./arm.ts";
import type { SessionClass } from "../quote.ts";
import { INITIAL_STATE } from "./state-change.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";

const minute = (at: number) => EXAMPLE_START_MS + at * MINUTE_MS;

describe("judgeAlert(), by session", () => {
  const tick = (at: number, price: number, sessionClass: SessionClass) =>
    exampleTick(at * MINUTE_MS, price, { sessionClass });

  it("is not fired by what it does not hear", () => {
    const steps = (["pre", "post", "closed", "regular", "always"] as const).map((one, at) => tick(at, 201, one));
    expect(story(exampleAlert(above(200), { session: "regular" }), 199, steps)).to.equal("___F.");
    expect(story(exampleAlert(above(200), { session: "extended" }), 199, steps)).to.equal("F._..");
    expect(story(exampleAlert(above(200), { session: "any" }), 199, steps)).to.equal("F....");
  });

  it("comes from the last price that it heard, whatever there was in between", () => {
    const steps = [tick(0, 201, "pre"), tick(1, 201, "regular"), tick(2, 198, "post"), tick(3, 201, "regular")];
    expect(story(exampleAlert(above(200), { repeat: "every" }), 199, steps)).to.equal("_F_.");
  });

  it("does not begin anew by a price that it does not hear", () => {
    const steps = [tick(0, 201, "regular"), tick(0.5, 199, "post"), tick(1, 201, "regular")];
    expect(story(exampleAlert(above(200, MINUTE_MS)), 199, steps)).to.equal("p_F");
  });
});

describe("judgeAlert(), at its expiry", () => {
  const expiring = { expireTimeMs: minute(2) };

  it("ends it at the first quote at or after, before anything else, and tells its owner", () => {
    const alert = exampleAlert(above(200), expiring);
    expect(story(alert, 199, [199, 199, 201, 201])).to.equal("..x.");
    const expired = play(alert, 199, [199, 199, 201])[2];
    expect(expired).to.deep.include({ reason: "EXPIRED", notice: "EXPIRED", wakes: [] });
    expect(expired?.state.name).to.equal("EXPIRED");
    expect(expired?.trigger).to.equal(undefined);
  });

  it("judges what is as of before it, however late", () => {
    const late = exampleTick(2 * MINUTE_MS - 1, 201, { fetchTimeMs: minute(99) });
    expect(story(exampleAlert(above(200), expiring), 199, [late])).to.equal("F");
  });

  const endings: readonly (readonly [string, Alert, readonly Step[], string])[] = [
    ["PENDING", exampleAlert(above(200, 2 * MINUTE_MS), expiring), [201, 201, 201], "pqx"],
    ["DISARMED", exampleAlert(above(200), { ...expiring, repeat: "every" }), [201, 201, 199], "F.x"],
    ["without a baseline", exampleAlert(above(200), expiring), [exampleTick(3 * MINUTE_MS, 201)], "x"],
  ];
  for (const [name, alert, steps, expected] of endings) {
    it(`ends it when it is ${name}`, () => {
      expect(story(alert, name === "without a baseline" ? null : 199, steps)).to.equal(expected);
    });
  }

  it("ends it when it is PAUSED, for good or for a while", () => {
    const alert = exampleAlert(above(200), expiring);
    for (const untilMs of [null, minute(2), minute(9)]) {
      const paused = pauseAlert(alert, armAlert(alert, INITIAL_STATE, null, EXAMPLE_START_MS).state, untilMs);
      expect(letters(playFrom(alert, paused, priceBefore(alert, 199), [201, 201, 201])), `${untilMs}`).to.equal("..x");
    }
  });

  it("says nothing of one that has ended before", () => {
    expect(story(exampleAlert(above(200), expiring), 199, [201, 199, 201])).to.equal("F..");
  });
});

describe("judgeAlert(), when a pause ends", () => {
  const pausedPlay = (alert: Alert, steps: readonly Step[]) => {
    const before = priceBefore(alert, 199);
    const { state } = armAlert(alert, INITIAL_STATE, before, EXAMPLE_START_MS);
    return playFrom(alert, pauseAlert(alert, { ...state, fireCount: 1 }, minute(2)), before, steps);
  };
  const cases: readonly (readonly [string, Alert, readonly Step[], string])[] = [
    ["arms it on the price before, and judges the quote", exampleAlert(above(200)), [201, 199, 201], "..F"],
    [
      "is heard of at the first quote after it too",
      exampleAlert(above(200)),
      [199, exampleTick(3 * MINUTE_MS, 201)],
      ".F",
    ],
    ["arms it though nothing happens", exampleAlert(above(200)), [201, 199, 198], "..a"],
    ["finds it already true, and waits", exampleAlert(above(200)), [199, 201, 202, 199, 200], "..taF"],
    [
      "waits too when it should have been rejected",
      exampleAlert(above(200), { alreadyTrue: "reject" }),
      [199, 201, 202],
      "..t",
    ],
    [
      "finds it already true, and fires if asked to",
      exampleAlert(above(200), { alreadyTrue: "fire" }),
      [199, 201, 202],
      "..F",
    ],
    ["arms it again at once where the quote is back", exampleAlert(above(200)), [199, 201, 199, 200], "..aF"],
    [
      "counts only the close of a bar that began before",
      exampleAlert(above(200)),
      [199, 199, exampleBar(2, [199, 205, 199, 199], { quoteTimeMs: minute(1.5) })],
      "..a",
    ],
    [
      "awaits a baseline where the price before is stale",
      exampleAlert(above(200)),
      [199, exampleTick(9 * DAY_MS, 199), exampleTick(9 * DAY_MS + 1, 201)],
      ".aF",
    ],
  ];
  for (const [sentence, alert, steps, expected] of cases) {
    it(sentence, () => expect(letters(pausedPlay(alert, steps))).to.equal(expected));
  }

  it("goes on counting its fires", () => {
    const alert = exampleAlert(above(200), { repeat: "every" });
    expect(pausedPlay(alert, [199, 199, 201]).at(-1)?.state.fireCount).to.equal(2);
  });
});

describe("judgeAlert(), in a new stretch of prices", () => {
  /** Armed on 150; then an operator takes 75 for right. */
  const afterSplit = (alert: Alert, old: readonly Step[], steps: readonly Step[]) => {
    const before = priceBefore(alert, 150);
    const played = playFrom(alert, armAlert(alert, INITIAL_STATE, before, EXAMPLE_START_MS), before, old);
    const { state } = played.at(-1) ?? armAlert(alert, INITIAL_STATE, before, EXAMPLE_START_MS);
    const accepted = { ...priceBefore(alert, 75), asOfMs: minute(old.length), stretchAsOfMs: minute(old.length) + 1 };
    const later = steps.map((price, at) =>
      typeof price === "number" ? exampleTick((old.length + 1 + at) * MINUTE_MS, price) : price,
    );
    return letters(playFrom(alert, { state, reason: "ARMED", wakes: [] }, accepted, later));
  };

  it("arms anew what was armed, already true on the new price", () => {
    expect(afterSplit(exampleAlert(below(100)), [], [76, 101, 99])).to.equal("taF");
    expect(afterSplit(exampleAlert(inside(70, 80)), [], [76, 60, 76])).to.equal("taF");
  });

  it("arms anew what was armed, not true on the new price", () => {
    expect(afterSplit(exampleAlert(above(160)), [], [76, 161])).to.equal("aF");
  });

  it("arms anew what was pending", () => {
    const pending = exampleAlert(above(50, 3 * MINUTE_MS), { alreadyTrue: "fire" });
    expect(afterSplit(pending, [150], [76, 76, 76, 76])).to.equal("pqqF");
    expect(afterSplit({ ...pending, alreadyTrue: "wait" }, [40, 150], [76, 76])).to.equal("t.");
  });

  it("arms what is back meanwhile no earlier than the stretch began", () => {
    const alert = exampleAlert(above(200), { repeat: "every" });
    const before = priceBefore(alert, 199);
    const { state } = play(alert, 199, [201])[0]!;
    const accepted = { ...before, stretchAsOfMs: minute(30) };
    const [back] = playFrom(alert, { state, reason: "FIRED", wakes: [] }, accepted, [198]);
    expect(back?.state).to.include({ name: "ARMED", armedAsOfMs: minute(30) });
  });

  it("leaves alone what has fired and waits to be back", () => {
    const fired = exampleAlert(below(100), { repeat: "every" });
    expect(afterSplit(fired, [99], [98, 101, 99])).to.equal(".aF");
  });
});

describe("judgeAlert(), where real prices give way to simulated ones, or simulated ones to real ones", () => {
  const onOthers = (alert: Alert, steps: readonly Step[]) => {
    const armed = armAlert(alert, INITIAL_STATE, priceBefore(alert, 150), EXAMPLE_START_MS);
    return letters(playFrom(alert, armed, null, steps));
  };

  it("takes the first as the baseline, which does not fire", () => {
    expect(onOthers(exampleAlert(above(160)), [159, 160])).to.equal("bF");
    expect(onOthers(exampleAlert(inside(70, 80)), [60, 76])).to.equal("bF");
  });

  it("waits where it is already true on the first", () => {
    expect(onOthers(exampleAlert(above(160)), [161, 159, 161])).to.equal("taF");
    expect(onOthers(exampleAlert(inside(70, 80)), [76, 60, 76])).to.equal("taF");
  });
});
