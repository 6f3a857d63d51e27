// What fires by the close: bands, and whatever must hold for a while or at several prices.
import { expect } from "chai";
import { play, story, ticksEvery, type Step } from "../../test/alert-story.ts";
import { above, below, exampleAlert, exampleBar, exampleTick, inside, outside } from "../../test/examples.ts";
import type { Alert } from "../alert.ts";
import { MINUTE_MS, SECOND_MS } from "../time.ts";

const every = { repeat: "every" } as const;
const band = inside(180, 200);
const beyond = outside(180, 200);
const twoMinutes = above(200, 2 * MINUTE_MS);

type Case = readonly [string, Alert, number | null, readonly Step[], string];

function tell(cases: readonly Case[]): void {
  for (const [sentence, alert, start, steps, expected] of cases) {
    it(sentence, () => expect(story(alert, start, steps)).to.equal(expected));
  }
}

describe("judgeAlert(), inside a band", () => {
  tell([
    ["fires at a close between the levels", exampleAlert(band), 210, [201, 190, 191], ".F."],
    ["fires at the upper level itself", exampleAlert(band), 210, [200], "F"],
    ["fires at the lower level itself", exampleAlert(band), 170, [180], "F"],
    ["does not fire by a low that dips into it", exampleAlert(band), 210, [[210, 211, 190, 205]], "."],
    ["does not fire by a gap right through it", exampleAlert(band), 210, [170, 210], ".."],
    [
      "waits where it is inside already, until it was out by the band",
      exampleAlert(band),
      190,
      [191, 179.1, 190],
      ".aF",
    ],
    ["is back below by the band", exampleAlert(band, every), 210, [190, 179.5, 179.1, 190], "F.aF"],
    ["is back above by the band", exampleAlert(band, every), 210, [190, 200.5, 201, 190], "F.aF"],
    [
      "without a band is back outside, not at its edge",
      exampleAlert(band, { ...every, bandPercent: "0" }),
      210,
      [200, 200, 200.01, 200],
      "F.aF",
    ],
  ]);
});

describe("judgeAlert(), outside a band", () => {
  tell([
    ["fires at a close beyond a level", exampleAlert(beyond), 190, [199, 201, 202], ".F."],
    ["fires at the upper level itself", exampleAlert(beyond), 190, [200], "F"],
    ["fires at the lower level itself", exampleAlert(beyond), 190, [180], "F"],
    ["does not fire by extremes", exampleAlert(beyond), 190, [[190, 205, 175, 190]], "."],
    ["waits where it is outside already", exampleAlert(beyond), 205, [206, 199.5, 199, 200], "..aF"],
    ["is back by the band from the upper level", exampleAlert(beyond, every), 190, [201, 199.5, 199, 200], "F.aF"],
    ["is back by the band from the lower level", exampleAlert(beyond, every), 190, [179, 180.5, 180.9, 180], "F.aF"],
    [
      "counts the band from the level that was violated alone",
      exampleAlert(beyond, every),
      190,
      [201, 180.1, 201],
      "FaF",
    ],
    [
      "is back by the band from the level that its baseline was beyond",
      exampleAlert(beyond),
      null,
      [179, 180.5, 180.9, 180],
      "t.aF",
    ],
    ["is not back beyond the other level", exampleAlert(beyond, every), 190, [201, 179, 190, 179], "F.aF"],
    [
      "without a band is back inside, not at its edge",
      exampleAlert(beyond, { ...every, bandPercent: "0" }),
      190,
      [200, 200, 199.99, 200],
      "F.aF",
    ],
  ]);
});

describe("judgeAlert(), for a while", () => {
  const twoBars = above(200, 2 * MINUTE_MS);
  const tickAt = (minute: number, price = 201) => exampleTick(minute * MINUTE_MS, price);
  const barAt = (minute: number) => exampleBar(minute, [201, 201, 201, 201]);
  tell([
    ["fires when it has held so long", exampleAlert(twoMinutes), 199, [201, 202, 201, 201], "pqF."],
    ["fires below as well", exampleAlert(below(200, MINUTE_MS)), 201, [199, 200], "pF"],
    ["fires inside as well", exampleAlert(inside(180, 200, MINUTE_MS)), 201, [199, 180], "pF"],
    [
      "fires outside as well, whichever side it is on",
      exampleAlert(outside(180, 200, MINUTE_MS)),
      190,
      [201, 179],
      "pF",
    ],
    [
      "begins anew after a close that does not hold",
      exampleAlert(twoMinutes),
      199,
      [201, 201, 199, 201, 201, 201],
      "pqnpqF",
    ],
    ["does not begin by a high", exampleAlert(twoMinutes), 199, [[199, 205, 198, 199]], "."],
    [
      "goes on through a low",
      exampleAlert(above(200, MINUTE_MS)),
      199,
      [
        [199, 201, 199, 201],
        [201, 201, 190, 201],
      ],
      "pF",
    ],
    [
      "does not count a hole of more than two minutes between ticks",
      exampleAlert(twoMinutes),
      199,
      [tickAt(0), tickAt(2.1), tickAt(3.1), tickAt(4.1)],
      "pqqF",
    ],
    ["counts a hole of two minutes", exampleAlert(twoMinutes), 199, [tickAt(0), tickAt(2)], "pF"],
    ["counts a hole of three bars", exampleAlert(twoBars), 199, [barAt(0), barAt(3)], "pF"],
    ["does not count a longer one", exampleAlert(twoBars), 199, [barAt(0), barAt(4), barAt(5), barAt(6)], "pqqF"],
    ["waits where it is so already", exampleAlert(twoMinutes), 201, [201, 201, 201, 199, 201], "...ap"],
    [
      "is pending from the next price where it is so already and may fire",
      exampleAlert(twoMinutes, { alreadyTrue: "fire" }),
      201,
      [201, 201, 201],
      "pqF",
    ],
    [
      "is never pending on its baseline",
      exampleAlert(twoMinutes, { alreadyTrue: "fire" }),
      null,
      [201, 201, 201, 201],
      "tpqF",
    ],
    [
      "counts what was seen since, not before",
      exampleAlert(above(200, MINUTE_MS), every),
      199,
      [201, 201, 199, 201, 201],
      "pFapF",
    ],
  ]);

  it("wakes when the time has come, and where it no longer holds", () => {
    const [, second] = play(exampleAlert(twoMinutes), 199, [201, 202]);
    expect(second?.wakes).to.deep.equal([
      { gauge: "seen", level: (second?.state.sinceSeenMs ?? NaN) + 2 * MINUTE_MS },
      { gauge: "price", side: "down", level: 200 },
    ]);
  });

  it("keeps its state while it goes on", () => {
    const [first, second] = play(exampleAlert(twoMinutes), 199, [201, 202]);
    expect(second?.state).to.equal(first?.state);
  });
});

describe("judgeAlert(), confirmed", () => {
  const thrice = exampleAlert(above(200), { confirm: 3 });
  tell([
    ["fires at the third price in a row", thrice, 199, [201, 200, 201, 201], "pqF."],
    ["begins anew after one that does not hold", thrice, 199, [201, 201, 199, 201, 201, 201], "pqnpqF"],
    ["does not begin by a high", thrice, 199, [[199, 205, 198, 199], 201, 201, 201], ".pqF"],
    ["does not ask how far apart they are", thrice, 199, ticksEvery(SECOND_MS, [201, 201, 201]), "pqF"],
    [
      "counts from the next price where it is so already and may fire",
      { ...thrice, alreadyTrue: "fire" },
      201,
      [201, 201, 201],
      "pqF",
    ],
    ["confirms a band as well", exampleAlert(inside(180, 200), { confirm: 2 }), 201, [200, 199], "pF"],
    [
      "waits for the prices when the time is over first",
      exampleAlert(above(200, MINUTE_MS), { confirm: 4 }),
      199,
      [201, 201, 201, 201],
      "pqqF",
    ],
    [
      "waits for the time when the prices are there first",
      exampleAlert(above(200, 3 * MINUTE_MS), { confirm: 2 }),
      199,
      [201, 201, 201, 201],
      "pqqF",
    ],
    [
      "fires at the very price that completes both",
      exampleAlert(above(200, MINUTE_MS), { confirm: 2 }),
      199,
      [201, 201],
      "pF",
    ],
  ]);

  it("asks for every price while it counts", () => {
    const [first, second] = play(thrice, 199, [201, 201]);
    expect([first?.wakes, second?.wakes]).to.deep.equal([[{ gauge: "every" }], [{ gauge: "every" }]]);
  });
});

describe("judgeAlert(), what a firing by the close tells", () => {
  const told = (alert: Alert, start: number, ...steps: readonly Step[]) => {
    const trigger = play(alert, start, steps).at(-1)?.trigger;
    return [trigger?.level, trigger?.price];
  };

  it("is the close, and the level", () => {
    expect(told(exampleAlert(above(200), { confirm: 2 }), 199, 201, [201, 205, 200, 203])).to.deep.equal([200, 203]);
  });

  it("is of an outside the level that the close is beyond", () => {
    expect(told(exampleAlert(beyond), 190, 170)).to.deep.equal([180, 170]);
    expect(told(exampleAlert(beyond), 190, 210)).to.deep.equal([200, 210]);
  });

  it("is of an inside the nearer level, the lower where both are as near, exactly", () => {
    expect(told(exampleAlert(band), 210, 191)).to.deep.equal([200, 191]);
    expect(told(exampleAlert(band), 210, 190)).to.deep.equal([180, 190]);
    expect(told(exampleAlert(inside(0.1, 0.3)), 0.4, 0.2)).to.deep.equal([0.1, 0.2]);
  });
});
