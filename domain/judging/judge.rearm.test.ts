// What becomes of an alert that has fired: how often it may, when it is back, and when it is too often.
import { expect } from "chai";
import { letters, play, playFrom, priceBefore, story, ticksEvery, type Step } from "../../test/alert-story.ts";
import { above, crosses, EXAMPLE_START_MS, exampleAlert, exampleTick } from "../../test/examples.ts";
import type { Alert } from "../alert.ts";
import { armAlert } from "./arm.ts";
import { INITIAL_STATE } from "./state-change.ts";
import { MINUTE_MS, SECOND_MS } from "../time.ts";

const every = { repeat: "every" } as const;

describe("judgeAlert(), arming again", () => {
  const rested = exampleAlert(above(200), { ...every, rearmForMs: 2 * MINUTE_MS });
  const cases: readonly (readonly [string, Alert, readonly Step[], string])[] = [
    ["waits until it was back for so long", rested, [201, 199, 198, 199, 201], "FwwaF"],
    ["begins anew at a close that is not back", rested, [201, 199, 199.5, 199, 199, 199, 201], "Fw.wwaF"],
    ["does not fire meanwhile", rested, [201, 199, 201, 199], "Fw.w"],
    [
      "does not count a hole",
      rested,
      [201, 199, exampleTick(9 * MINUTE_MS, 199), exampleTick(10 * MINUTE_MS, 199), exampleTick(11 * MINUTE_MS, 199)],
      "Fwwwa",
    ],
    [
      "does not fire for ever at the level without a band",
      exampleAlert(above(200), { ...every, confirm: 2, bandPercent: "0" }),
      [200, 200, 200, 200, 199.99, 200, 200],
      "pF..apF",
    ],
    [
      "does not either when it must hold for a while",
      exampleAlert(above(200, MINUTE_MS), { ...every, bandPercent: "0" }),
      [200, 200, 200, 200],
      "pF..",
    ],
  ];
  for (const [sentence, alert, steps, expected] of cases) {
    it(sentence, () => expect(story(alert, 199, steps)).to.equal(expected));
  }

  it("wakes when it was back for so long, and where it no longer is", () => {
    const [, second] = play(rested, 199, [201, 198]);
    expect(second?.wakes).to.deep.equal([
      { gauge: "seen", level: (second?.state.sinceSeenMs ?? NaN) + 2 * MINUTE_MS },
      { gauge: "price", side: "up", level: 199 },
    ]);
  });
});

describe("judgeAlert(), at most so many times", () => {
  const swing = [201, 199, 201, 199, 201];

  it("is TRIGGERED by the last", () => {
    const alert = exampleAlert(above(200), { ...every, maxFires: 2 });
    expect(story(alert, 199, swing)).to.equal("FaF..");
    expect(play(alert, 199, swing).map(({ state }) => state.name)).to.deep.equal([
      "DISARMED",
      "ARMED",
      "TRIGGERED",
      "TRIGGERED",
      "TRIGGERED",
    ]);
  });

  it("has no limit where none is set, and counts", () => {
    const played = play(exampleAlert(above(200), every), 199, swing);
    expect(played.map(({ state }) => state.fireCount)).to.deep.equal([1, 1, 2, 2, 3]);
  });

  it("ends with the next when it has fired more often already", () => {
    const alert = exampleAlert(above(200), { ...every, maxFires: 2 });
    const start = armAlert(alert, { ...INITIAL_STATE, fireCount: 5 }, priceBefore(alert, 199), EXAMPLE_START_MS);
    expect(letters(playFrom(alert, start, priceBefore(alert, 199), [201, 199, 201]))).to.equal("F..");
  });
});

describe("judgeAlert(), too often", () => {
  const restless = exampleAlert(crosses(200, "up"), { ...every, bandPercent: "0" });
  /** Up at each of these seconds, and down a second later. */
  const upAt = (seconds: readonly number[]) =>
    seconds.flatMap((second) => [exampleTick(second * SECOND_MS, 201), exampleTick((second + 1) * SECOND_MS, 199)]);
  const fourteen = Array.from({ length: 14 }, (_, at) => at * 12);

  it("is stopped by the 15th firing within three minutes, which is told", () => {
    const last = play(restless, 199, upAt([...fourteen, 179.999])).at(-2);
    expect(last).to.deep.include({ reason: "FIRED_TOO_OFTEN", notice: "STOPPED", wakes: [] });
    expect(last?.state.name).to.equal("STOPPED");
    expect(last?.trigger).to.include({ price: 201 });
  });

  it("goes on when the 15th comes just three minutes after the first", () => {
    expect(story(restless, 199, upAt([...fourteen, 180, 192]))).to.equal("Fa".repeat(16));
  });

  it("does not watch any more", () => {
    const prices = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 201 : 199));
    expect(story(restless, 199, ticksEvery(SECOND_MS, prices))).to.equal(`${"Fa".repeat(14)}S${".".repeat(11)}`);
  });

  it("is TRIGGERED, not stopped, when the 15th is its last anyway", () => {
    const last = play({ ...restless, maxFires: 15 }, 199, upAt([...fourteen, 170])).at(-2);
    expect([last?.state.name, last?.reason, last?.notice]).to.deep.equal(["TRIGGERED", "FIRED", undefined]);
  });
});
