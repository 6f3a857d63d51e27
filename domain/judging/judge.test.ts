import { expect } from "chai";
import { play, story, type Prices } from "../../test/alert-story.ts";
import { above, below, crosses, EXAMPLE_START_MS, exampleAlert, exampleBar, exampleTick } from "../../test/examples.ts";
import type { Alert, AlertState } from "../alert.ts";
import { judgeAlert } from "./judge.ts";
import { sightOf } from "./sight.ts";
import { changedState, INITIAL_STATE } from "./state-change.ts";

const every = { repeat: "every" } as const;

describe("judgeAlert(), by the walk", () => {
  const cases: readonly (readonly [string, Alert, number | null, readonly (number | Prices)[], string])[] = [
    ["above fires once and is done", exampleAlert(above(200)), 199, [199.5, 200, 199, 201], ".F.."],
    ["above fires at the level itself", exampleAlert(above(200)), 199, [200], "F"],
    ["below fires once and is done", exampleAlert(below(200)), 201, [200.5, 199, 201, 199], ".F.."],
    [
      "above, every time, arms again at the band and fires again",
      exampleAlert(above(200), every),
      199,
      [201, 199.01, 201, 199, 200],
      "F..aF",
    ],
    [
      "below, every time, arms again at the band and fires again",
      exampleAlert(below(200), every),
      201,
      [199, 200.99, 201, 200],
      "F.aF",
    ],
    [
      "a band of nothing arms again at the level",
      exampleAlert(above(200), { ...every, bandPercent: "0" }),
      199,
      [201, 200, 201, 199, 200],
      "Fa..F",
    ],
    ["crossing up fires only upwards", exampleAlert(crosses(200, "up"), every), 201, [199, 201, 198, 201], ".FaF"],
    [
      "crossing down fires only downwards",
      exampleAlert(crosses(200, "down"), every),
      199,
      [201, 199, 202, 199],
      ".FaF",
    ],
    [
      "crossing either way arms beyond the band on either side",
      exampleAlert(crosses(200), every),
      199,
      [201, 199, 201, 199],
      "FaFa",
    ],
    [
      "crossing either way stays quiet within the band",
      exampleAlert(crosses(200), every),
      199,
      [200.5, 199.5, 200.5],
      "F..",
    ],
    [
      "crossing needs to come from the other side when it starts at the level",
      exampleAlert(crosses(200), every),
      200,
      [201, 200],
      ".F",
    ],
    ["already true waits for the band", exampleAlert(above(200)), 201, [202, 199.5, 201, 199, 200], "...aF"],
    [
      "already true fires at the next quote that still holds",
      exampleAlert(above(200), { alreadyTrue: "fire" }),
      201,
      [202],
      "F",
    ],
    [
      "already true, but no longer at the next quote, is armed",
      exampleAlert(above(200), { alreadyTrue: "fire" }),
      201,
      [199.9, 200],
      "nF",
    ],
    ["the first quote is the baseline and never fires", exampleAlert(above(200)), null, [199, 201], "bF"],
    [
      "the first quote is no crossing, however wide the bar",
      exampleAlert(crosses(200)),
      null,
      [[198, 202, 197, 199], 201],
      "bF",
    ],
    ["an already true baseline waits", exampleAlert(above(200)), null, [201, 202, 199, 200], "t.aF"],
    [
      "an already true baseline waits too when it should have been rejected",
      exampleAlert(above(200), { alreadyTrue: "reject" }),
      null,
      [201, 199, 200],
      "taF",
    ],
    [
      "an already true baseline fires next if asked to",
      exampleAlert(above(200), { alreadyTrue: "fire" }),
      null,
      [201, 201],
      "tF",
    ],
    ["a high that touches fires", exampleAlert(above(200)), 199, [[199, 200, 198, 199]], "F"],
    [
      "a bar that fires and closes beyond the band does not arm at once",
      exampleAlert(above(200), every),
      199,
      [[199, 201, 190, 191], 191, 200],
      "FaF",
    ],
    [
      "a bar that arms by its close does not fire by its high",
      exampleAlert(above(200), every),
      199,
      [201, [201, 203, 198, 198], 200],
      "FaF",
    ],
  ];
  for (const [sentence, alert, start, steps, expected] of cases) {
    it(sentence, () => expect(story(alert, start, steps)).to.equal(expected));
  }

  it("ends as TRIGGERED once, as DISARMED every time", () => {
    expect(play(exampleAlert(above(200)), 199, [201])[0]?.state.name).to.equal("TRIGGERED");
    expect(play(exampleAlert(above(200), every), 199, [201])[0]?.state.name).to.equal("DISARMED");
  });

  it("counts only the close of a bar that began before the alert was armed", () => {
    const alert = exampleAlert(above(200));
    const begunBefore = { quoteTimeMs: EXAMPLE_START_MS - 1 };
    expect(story(alert, 199, [exampleBar(0, [201, 202, 198, 199], begunBefore)])).to.equal(".");
    expect(story(alert, 199, [exampleBar(0, [199, 202, 198, 200], begunBefore)])).to.equal("F");
    expect(story(alert, 199, [exampleBar(0, [199, 202, 198, 199])])).to.equal("F");
  });

  it("does not take the moment of arming back when the baseline comes late", () => {
    const late = exampleTick(-90_000, 199);
    const begunBefore = exampleBar(0, [199, 202, 198, 199], { quoteTimeMs: EXAMPLE_START_MS - 60_000 });
    expect(story(exampleAlert(above(200)), null, [late, begunBefore])).to.equal("b.");
  });

  it("does not fire by a high from before the close that armed it again, in a newer version of that bar", () => {
    const alert = exampleAlert(above(200), every);
    const version = (prices: Prices, afterMs: number) =>
      exampleBar(1, prices, { fetchTimeMs: EXAMPLE_START_MS + 60_000 + afterMs });
    const steps = [
      201,
      version([200, 200, 198, 198], 20_000),
      version([200, 203, 198, 199], 40_000),
      exampleBar(2, [199, 203, 198, 199]),
    ];
    expect(story(alert, 199, steps)).to.equal("Fa.F");
  });

  it("names the price that met the level", () => {
    const price = (alert: Alert, start: number, step: number | Prices) => play(alert, start, [step])[0]?.trigger?.price;
    expect(price(exampleAlert(above(200)), 199, 201)).to.equal(201);
    expect(price(exampleAlert(above(200)), 199, [199, 204, 198, 202])).to.equal(202);
    expect(price(exampleAlert(above(200)), 199, [199, 204, 198, 199])).to.equal(204);
    expect(price(exampleAlert(above(200)), 199, [203, 204, 198, 199])).to.equal(203);
    expect(price(exampleAlert(below(200)), 201, [201, 202, 196, 201])).to.equal(196);
    expect(price(exampleAlert(below(200)), 201, [197, 202, 196, 201])).to.equal(197);
    expect(price(exampleAlert(crosses(200)), 199, [199, 204, 198, 199])).to.equal(199);
  });

  it("hands over a complete trigger", () => {
    expect(play(exampleAlert(above(200)), 199, [201])[0]?.trigger).to.deep.equal({
      alertId: "alert-1",
      level: 200,
      price: 201,
      asOfMs: EXAMPLE_START_MS,
    });
  });

  it("fires every level of a gap once", () => {
    const fired = [196, 198, 200, 202, 204].map((level) =>
      story(exampleAlert(above(level), every), 195, [203, 203, 203]),
    );
    expect(fired).to.deep.equal(["F..", "F..", "F..", "F..", "..."]);
  });

  it("leaves an alert alone that does not watch", () => {
    const names = ["TRIGGERED", "PAUSED", "EXPIRED", "STOPPED", "ERROR", "DELETED"] as const;
    for (const name of names) {
      const state: AlertState = { ...changedState(INITIAL_STATE, { armedAsOfMs: 1 }), name };
      const result = judgeAlert(exampleAlert(above(1)), state, sightOf(exampleTick(0, 2), null, "regular"));
      expect(result, name).to.deep.equal({ state, reason: "NOT_WATCHING", wakes: [] });
      expect(result.state).to.equal(state);
    }
  });

  it("counts each change of state and keeps the object when nothing changes", () => {
    const results = play(exampleAlert(above(200), every), 199, [199, 201, 201, 198]);
    expect(results.map(({ state }) => state.version)).to.deep.equal([1, 2, 2, 3]);
    expect(results[2]?.state).to.equal(results[1]?.state);
  });

  it("moves the wakes with the state", () => {
    const wakes = play(exampleAlert(crosses(200), every), 199, [200.5, 199, 198, 198]).map((result) => result.wakes);
    expect(wakes).to.deep.equal([
      [
        { gauge: "price", side: "down", level: 199 },
        { gauge: "price", side: "up", level: 201 },
      ],
      [{ gauge: "price", side: "up", level: 200 }],
      [{ gauge: "price", side: "up", level: 200 }],
      [{ gauge: "price", side: "up", level: 200 }],
    ]);
  });

  it("asks for the next quote when it fired by one at whose close it is back", () => {
    const [first] = play(exampleAlert(crosses(200), every), 199, [201]);
    expect(first?.wakes).to.deep.equal([{ gauge: "every" }]);
  });

  it("has a crossing wake on the other side once the price has passed without firing it", () => {
    const [first] = play(exampleAlert(crosses(200, "down"), every), 199, [201]);
    expect(first?.wakes).to.deep.equal([{ gauge: "price", side: "down", level: 200 }]);
  });

  it("throws for a band that leaves no level, so that the alert can be set aside", () => {
    const alert = exampleAlert(above(200), { ...every, bandPercent: "100" });
    expect(() => play(alert, 199, [201])).to.throw('"0" is not a price');
  });
});
