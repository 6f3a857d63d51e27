// The engine against the oracle, in short; `make test-long ONLY=oracle` does it at length.
import { expect } from "chai";
import { judgeAlert, type Judgement } from "../domain/judging/judge.ts";
import { CellCounts } from "./oracle/cells.ts";
import { playBoth } from "./oracle/compare.ts";
import { playStore } from "./oracle/play-store.ts";

const HISTORIES = 600;
const IN_A_STORE = 10;
type Judge = typeof judgeAlert;

/** How many of the first histories an engine with this judge agrees on before it differs; null: it never does. */
function firstDifference(judge: Judge): number | null {
  for (let seed = 1; seed <= HISTORIES; seed += 1) if (playBoth(seed, { judge }) !== null) return seed;
  return null;
}

/** A judge that does one thing otherwise. */
const mutated =
  (change: (judged: Judgement, ...args: Parameters<Judge>) => Judgement): Judge =>
  (alert, state, sight) =>
    change(judgeAlert(alert, state, sight), alert, state, sight);

describe("the oracle", () => {
  it(`agrees with the engine on ${HISTORIES} random histories, in nothing that cannot be`, () => {
    const cells = new CellCounts();
    for (let seed = 1; seed <= HISTORIES; seed += 1) {
      const count = (...seen: Parameters<CellCounts["add"]>) => cells.add(...seen);
      expect(playBoth(seed, { count })).to.equal(null);
    }
    expect(cells.impossible()).to.deep.equal([]);
    expect(cells.rarerThan(1).length).to.be.lessThan(cells.size / 3);
  });

  it(`agrees with a real store on ${IN_A_STORE} of them, over restarts and kills`, async () => {
    for (let seed = 1; seed <= IN_A_STORE; seed += 1) expect(await playStore(seed)).to.equal(null);
  });

  const MUTANTS: readonly [string, Judge][] = [
    [
      "tells another price",
      mutated((judged) =>
        judged.trigger ? { ...judged, trigger: { ...judged.trigger, price: judged.trigger.price + 0.01 } } : judged,
      ),
    ],
    [
      "confirms one quote late",
      (alert, state, sight) => judgeAlert(alert.confirm === 2 ? { ...alert, confirm: 3 } : alert, state, sight),
    ],
    ["does not look at the band", (alert, state, sight) => judgeAlert({ ...alert, bandPercent: "0" }, state, sight)],
    [
      "counts time that nobody saw",
      (alert, state, sight) => judgeAlert(alert, state, { ...sight, seenMs: sight.asOfMs }),
    ],
    [
      "expires a moment late",
      (alert, state, sight) =>
        judgeAlert(
          { ...alert, expireTimeMs: alert.expireTimeMs === null ? null : alert.expireTimeMs + 1 },
          state,
          sight,
        ),
    ],
    [
      "forgets the previous price",
      (alert, state, sight) =>
        judgeAlert(alert, state, { ...sight, walk: { ...sight.walk, previous: sight.walk.open } }),
    ],
    [
      "gives another reason",
      mutated((judged) => (judged.reason === "REARMED" ? { ...judged, reason: "WITHIN_BAND" } : judged)),
    ],
    [
      "reminds late",
      (alert, state, sight) => judgeAlert({ ...alert, remindEveryMs: 2 * alert.remindEveryMs }, state, sight),
    ],
    [
      "forgets that the price is back",
      (alert, state, sight) => judgeAlert({ ...alert, tellsWhenBack: false }, state, sight),
    ],
    [
      "tells that what was true already is back",
      (alert, state, sight) =>
        judgeAlert(alert, state.name === "DISARMED" ? { ...state, owesBack: true } : state, sight),
    ],
    ["never stops", (alert, state, sight) => judgeAlert(alert, { ...state, recentFiresMs: [] }, sight)],
  ];
  for (const [what, judge] of MUTANTS) {
    it(`catches an engine that ${what}`, () => {
      expect(firstDifference(judge)).not.to.equal(null);
    });
  }
});
