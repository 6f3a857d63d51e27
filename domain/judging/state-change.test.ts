import { expect } from "chai";
import type { AlertStateName } from "../alert.ts";
import { changedState, INITIAL_STATE, isOver } from "./state-change.ts";

describe("changedState()", () => {
  it("counts a change", () => {
    expect(changedState(INITIAL_STATE, { name: "ARMED" })).to.deep.equal({
      ...INITIAL_STATE,
      name: "ARMED",
      version: 1,
    });
  });

  it("returns the same object when nothing is new", () => {
    expect(changedState(INITIAL_STATE, { name: "PAUSED", edge: null })).to.equal(INITIAL_STATE);
    expect(changedState(INITIAL_STATE, { recentFiresMs: [] })).to.equal(INITIAL_STATE);
  });

  for (const fields of [
    { awaitsBaseline: true },
    { firesIfTrue: true },
    { armedAsOfMs: 1 },
    { edge: "upper" },
    { sinceSeenMs: 0 },
    { confirmCount: 1 },
    { fireCount: 1 },
    { recentFiresMs: [1] },
    { pausedUntilMs: 0 },
  ] as const) {
    it(`sees a change of ${Object.keys(fields).join()}`, () => {
      expect(changedState(INITIAL_STATE, fields).version).to.equal(1);
    });
  }
});

describe("isOver()", () => {
  it("is so for what will not watch again by itself", () => {
    const live: readonly AlertStateName[] = ["ARMED", "PENDING", "DISARMED", "PAUSED"];
    const over: readonly AlertStateName[] = ["TRIGGERED", "EXPIRED", "STOPPED", "ERROR", "DELETED"];
    const named = (name: AlertStateName) => isOver({ ...INITIAL_STATE, name });
    expect([live.map(named), over.map(named)]).to.deep.equal([live.map(() => false), over.map(() => true)]);
  });
});
