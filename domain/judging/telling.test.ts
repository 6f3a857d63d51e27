// What an owner is told after a fire: that the condition still holds, and that the price is back.
import { expect } from "chai";
import { letters, play, playFrom, story, ticksEvery, type Step } from "../../test/alert-story.ts";
import { above, crosses, EXAMPLE_START_MS, exampleAlert, exampleTick, inside, outside } from "../../test/examples.ts";
import type { Alert } from "../alert.ts";
import { MINUTE_MS } from "../time.ts";
import { wakesOf } from "./wakes.ts";

const every = { repeat: "every" } as const;
const back = { tellsWhenBack: true } as const;
const reminding = { remindEveryMs: 2 * MINUTE_MS } as const;

/** What was told beside fires, quote by quote. */
const notices = (alert: Alert, startPrice: number, steps: readonly Step[]) =>
  play(alert, startPrice, steps).map(({ notice }) => notice ?? "");

describe("judgeAlert(), telling that the price is back", () => {
  const cases: readonly (readonly [string, Alert, readonly Step[], string])[] = [
    ["tells it once, at the band", exampleAlert(above(200), back), [201, 199.5, 199, 198, 201], "F.B.."],
    ["never at the quote that fired", exampleAlert(above(200), back), [[199, 201, 190, 190], 190], "FB"],
    [
      "waits until it was back for so long",
      exampleAlert(above(200), { ...back, rearmForMs: MINUTE_MS }),
      [201, 199, 200, 199, 199, 199],
      "Fw.wB.",
    ],
    ["tells it of a crossing", exampleAlert(crosses(200, "up"), back), [201, 199], "FB"],
    ["tells it of an edge that was left", exampleAlert(outside(190, 200), back), [201, 199.5, 189, 199], "F..B"],
    ["tells it of a band that was left", exampleAlert(inside(190, 200), back), [195, 200.5, 201], "F.B"],
    ["tells nothing when nobody asked", exampleAlert(above(200)), [201, 199], "F."],
    [
      "tells it when it was the last of several fires",
      exampleAlert(above(200), { ...every, ...back, maxFires: 1 }),
      [201, 199],
      "FB",
    ],
  ];
  for (const [sentence, alert, steps, expected] of cases) {
    it(sentence, () => expect(story(alert, alert.condition.kind === "inside" ? 210 : 199, steps)).to.equal(expected));
  }

  it("is told by an alert that arms again, which says REARMED all the same", () => {
    const alert = exampleAlert(above(200), { ...every, ...back });
    expect(story(alert, 199, [201, 199, 201])).to.equal("FaF");
    expect(notices(alert, 199, [201, 199, 201])).to.deep.equal(["", "BACK_TO_NORMAL", ""]);
  });

  it("is not told of what was true already when it was armed", () => {
    expect(notices(exampleAlert(above(200), { ...every, ...back }), 201, [201, 199])).to.deep.equal(["", ""]);
  });

  it("does not go on after the runaway guard has stopped the alert", () => {
    const swing = ticksEvery(
      1_000,
      Array.from({ length: 31 }, (_, at) => (at % 2 === 0 ? 201 : 199)),
    );
    const told = play(exampleAlert(above(200), { ...every, ...back }), 199, swing);
    expect(told.filter(({ notice }) => notice === "BACK_TO_NORMAL")).to.have.length(14);
    expect(told.at(-1)?.state.name).to.equal("STOPPED");
  });
});

describe("judgeAlert(), reminding that it still holds", () => {
  const cases: readonly (readonly [string, Alert, readonly Step[], string])[] = [
    ["reminds each time so much was seen", exampleAlert(above(200), reminding), Array<number>(7).fill(201), "F.r.r.r"],
    [
      "reminds before it arms again as well",
      exampleAlert(above(200), { ...every, ...reminding }),
      [201, 201, 201, 199, 201],
      "F.raF",
    ],
    [
      "ends with the first close that is false",
      exampleAlert(above(200), reminding),
      [201, 199.9, 201, 201, 201],
      "Fn...",
    ],
    [
      "has nothing to say of a spike",
      exampleAlert(above(200), reminding),
      [[199, 201, 199, 199.9], 201, 201, 201],
      "F...",
    ],
    [
      "does not count a hole",
      exampleAlert(above(200), reminding),
      [201, exampleTick(9 * MINUTE_MS, 201), exampleTick(10 * MINUTE_MS, 201), exampleTick(11 * MINUTE_MS, 201)],
      "F..r",
    ],
    [
      "counts once what is longer than two spans",
      exampleAlert(above(200), { remindEveryMs: MINUTE_MS }),
      [201, exampleTick(2 * MINUTE_MS, 201), exampleTick(2.5 * MINUTE_MS, 201)],
      "Fr.",
    ],
    [
      "is over when the price is back, though it holds at the level without a band",
      exampleAlert(above(200), { ...reminding, ...back, bandPercent: "0" }),
      [201, 200, 200, 200, 200],
      "FB...",
    ],
    [
      "ends without a word when the time of an alert that fired for good is over",
      exampleAlert(above(200), { ...reminding, expireTimeMs: EXAMPLE_START_MS + 3 * MINUTE_MS }),
      Array<number>(6).fill(201),
      "F.rx..",
    ],
  ];
  for (const [sentence, alert, steps, expected] of cases) {
    it(sentence, () => expect(story(alert, 199, steps)).to.equal(expected));
  }

  it("says so with STILL_TRUE, leaves the fires alone, and is TRIGGERED throughout", () => {
    const told = play(exampleAlert(above(200), reminding), 199, Array<number>(5).fill(201));
    expect(told.map(({ notice }) => notice ?? "")).to.deep.equal(["", "", "STILL_TRUE", "", "STILL_TRUE"]);
    expect(told.map(({ trigger }) => trigger !== undefined)).to.deep.equal([true, false, false, false, false]);
    const { name, fireCount, recentFiresMs, reminderCount } = told.at(-1)!.state;
    expect([name, fireCount, recentFiresMs.length, reminderCount]).to.deep.equal(["TRIGGERED", 1, 1, 2]);
  });

  it("does so a hundred times at most, and then waits for nothing", () => {
    const alert = exampleAlert(above(200), { remindEveryMs: MINUTE_MS, session: "any" });
    const told = play(alert, 199, Array<number>(103).fill(201));
    expect(told.filter(({ notice }) => notice === "STILL_TRUE")).to.have.length(100);
    expect(told.at(-1)?.wakes).to.deep.equal([]);
  });

  it("goes on over a restart of nothing but the state, and begins anew with a new fire", () => {
    const alert = exampleAlert(above(200), { ...every, ...reminding });
    expect(letters(play(alert, 199, [201, 201, 201, 199, 201, 201, 201]))).to.equal("F.raF.r");
    expect(play(alert, 199, [201, 201, 201, 199, 201, 201, 201]).at(-1)?.state.reminderCount).to.equal(1);
  });
});

describe("an owner who wishes for it after the fire", () => {
  const alert = exampleAlert(above(200));
  const fired = () => play(alert, 199, [201])[0]!;
  const previous = {
    ...exampleTick(0, 201),
    asOfMs: EXAMPLE_START_MS,
    seenMs: 0,
    stretchAsOfMs: 0,
    beginsStretch: false,
  };
  const from = (wish: Partial<Alert>, prices: readonly number[]) => {
    const steps = prices.map((price, at) => exampleTick((at + 1) * MINUTE_MS, price));
    return letters(playFrom({ ...alert, ...wish }, fired(), previous, steps));
  };

  it("waited for nothing until then", () => expect(fired().wakes).to.deep.equal([]));

  it("is told that the price is back", () => expect(from(back, [199.5, 199])).to.equal(".B"));

  it("is reminded, counted from the fire", () => expect(from(reminding, [201, 201, 201])).to.equal(".r."));

  it("wakes by what that waits for: where it is back, when it is due, and where it is no longer true", () => {
    const { state } = fired();
    expect(wakesOf({ ...alert, ...back, ...reminding }, state, 201)).to.deep.equal([
      { gauge: "price", side: "down", level: 199 },
      { gauge: "seen", level: 2 * MINUTE_MS },
      { gauge: "price", side: "down", level: 200 },
    ]);
  });

  it("is asked for at any next price where it was back when nobody looked any more, and is not now", () => {
    const { state } = fired();
    const wakes = wakesOf({ ...alert, ...back, rearmForMs: MINUTE_MS }, { ...state, sinceSeenMs: 0 }, 201);
    expect(wakes).to.deep.equal([{ gauge: "every" }]);
  });

  it("is asked for at any next price where the last one already said it", () => {
    const { state } = fired();
    for (const wish of [back, reminding])
      expect(wakesOf({ ...alert, ...wish }, state, 198)).to.deep.equal([{ gauge: "every" }]);
  });
});
