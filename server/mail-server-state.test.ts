import { expect } from "chai";
import { MailServerState } from "./mail-server-state.ts";

describe("MailServerState", () => {
  it("tells each change once, and keeps the last words until mail is taken again", () => {
    const told: boolean[] = [];
    const state = new MailServerState((isTaking) => told.push(isTaking));
    state.markTaking();
    expect([state.isTaking, state.detail]).to.deep.equal([true, ""]);
    state.markTrouble("535 no");
    state.markTrouble("connect ECONNREFUSED");
    expect([state.isTaking, state.detail]).to.deep.equal([false, "connect ECONNREFUSED"]);
    state.markTaking();
    expect([state.isTaking, state.detail]).to.deep.equal([true, ""]);
    expect(told).to.deep.equal([false, true]);
  });

  it("keeps no mail address", () => {
    const state = new MailServerState(() => undefined);
    state.markTrouble("454 <ann@example.com>: relay denied for bell@example.org.");
    expect(state.detail).to.equal("454 <(address)>: relay denied for (address)");
  });
});
