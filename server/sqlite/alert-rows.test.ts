import { expect } from "chai";
import type { AlertState } from "../../domain/alert.ts";
import { INITIAL_STATE } from "../../domain/judging/state-change.ts";
import { memoryJson, stateFromChange } from "./alert-rows.ts";

describe("memoryJson()", () => {
  const back = (state: AlertState) =>
    stateFromChange({ state: state.name, version: state.version, after: memoryJson(state) });

  it("says all that a state remembers, so that it can be had back", () => {
    const flags = { awaitsBaseline: true, firesIfTrue: true, edge: "lower" } as const;
    const times = { armedAsOfMs: 4, sinceSeenMs: 0, pausedUntilMs: 6, recentFiresMs: [7, 8] };
    const fire = { owesBack: true, remindSinceSeenMs: 0, reminderCount: 10 };
    const busy: AlertState = {
      name: "PENDING",
      version: 3,
      ...flags,
      ...times,
      ...fire,
      confirmCount: 2,
      fireCount: 9,
    };
    expect(back(busy)).to.deep.equal(busy);
    expect(back({ ...INITIAL_STATE, name: "DELETED", version: 7 })).to.deep.equal({
      ...INITIAL_STATE,
      name: "DELETED",
      version: 7,
    });
  });

  it("takes no room for what is at rest", () => {
    expect(memoryJson(INITIAL_STATE)).to.equal("{}");
  });

  it("knows nothing of changes from before it was written", () => {
    expect(stateFromChange({ state: "ARMED", version: 1, after: "" })).to.equal(null);
  });
});
