import { expect } from "chai";
import { changedState, INITIAL_STATE } from "./state-change.ts";

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
  });

  for (const fields of [
    { awaitsBaseline: true },
    { firesIfTrue: true },
    { armedAsOfMs: 1 },
    { edge: "upper" },
  ] as const) {
    it(`sees a change of ${Object.keys(fields).join()}`, () => {
      expect(changedState(INITIAL_STATE, fields).version).to.equal(1);
    });
  }
});
