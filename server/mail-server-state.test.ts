import { expect } from "chai";
import { FakeClock } from "../runtime/clock/fake-clock.ts";
import { MailServerState } from "./mail-server-state.ts";

describe("MailServerState", () => {
  const clock = new FakeClock(1_000);

  it("tells each change once, and keeps the last words until mail is taken again", () => {
    const told: boolean[] = [];
    const state = new MailServerState(clock, (isTaking) => told.push(isTaking));
    state.markTaking();
    expect([state.isTaking, state.detail]).to.deep.equal([true, ""]);
    state.markTrouble("535 no");
    clock.advance(5);
    state.markTrouble("connect ECONNREFUSED");
    expect(state.trouble).to.deep.equal({ sinceMs: 1_000, detail: "connect ECONNREFUSED" });
    expect([state.isTaking, state.detail]).to.deep.equal([false, "connect ECONNREFUSED"]);
    state.markTaking();
    expect([state.isTaking, state.detail]).to.deep.equal([true, ""]);
    expect(state.trouble).to.equal(null);
    expect(told).to.deep.equal([false, true]);
  });

  it("keeps no mail address", () => {
    const state = new MailServerState(clock, () => undefined);
    state.markTrouble("454 <ann@example.com>: relay denied for bell@example.org.");
    expect(state.detail).to.equal("454 <(address)>: relay denied for (address)");
  });
});
