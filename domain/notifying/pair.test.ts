import { expect } from "chai";
import { EMPTY_PAIR, expireNotification, heldUntil, joinTrigger } from "./pair.ts";
import { at, begin, end, endedOf, fired, notTaken, sendingPair, taken, unsurePair } from "./testing/pairs.ts";

const DAY_S = 86_400;

describe("joinTrigger()", () => {
  it("starts a notification, due at once, and the next trigger joins it", () => {
    const first = joinTrigger(EMPTY_PAIR, "t1", at(0), () => "n1");
    expect(first.started).to.equal(true);
    expect(first.notification).to.include({ id: "n1", state: "WAITING", dueMs: at(0).wallMs });
    const second = joinTrigger(first.pair, "t2", at(1), () => expect.fail("no id is needed"));
    expect(second.started).to.equal(false);
    expect(second.notification.triggerIds).to.deep.equal(["t1", "t2"]);
    expect(second.notification.dueMs).to.equal(at(0).wallMs);
  });

  it("never joins one that is SENDING or UNSURE", () => {
    for (const pair of [sendingPair(), unsurePair()]) {
      const after = joinTrigger(pair, "t2", at(12), () => "n2").pair;
      expect(after.sealed).to.equal(pair.sealed);
      expect(after.waiting?.triggerIds).to.deep.equal(["t2"]);
    }
  });

  it("is due when the cooldown that holds it opens", () => {
    const pair = fired(end(sendingPair(), taken, 10).pair, "t2", 600);
    expect(pair.waiting?.dueMs).to.equal(at(3610).wallMs);
  });

  it("leaves the pair that it was given as it was", () => {
    const pair = fired(EMPTY_PAIR, "t1");
    joinTrigger(pair, "t2", at(1), () => "n2");
    expect(pair.waiting?.triggerIds).to.deep.equal(["t1"]);
  });
});

describe("heldUntil()", () => {
  it("says when the cooldown opens, by the wall clock", () => {
    const pair = fired(end(sendingPair(), taken, 10).pair, "t2", 600);
    expect(heldUntil(pair, at(700))).to.equal(at(3610).wallMs);
  });

  it("says when a back-off is over", () => {
    expect(heldUntil(end(sendingPair(), notTaken, 10).pair, at(20))).to.equal(at(70).wallMs);
  });

  it("says nothing of what is not held, and of what is not waiting", () => {
    expect(heldUntil(fired(EMPTY_PAIR, "t1"), at(1))).to.equal(null);
    expect(heldUntil(sendingPair(), at(1))).to.equal(null);
  });
});

describe("expireNotification()", () => {
  it("ends a waiting one as EXPIRED a day after it was due, not after it was started", () => {
    const pair = fired(end(sendingPair(), taken, 0).pair, "t2", 0);
    expect(expireNotification(pair, at(3600 + DAY_S - 1)).pair).to.equal(pair);
    expect(endedOf(expireNotification(pair, at(3600 + DAY_S)))).to.include({ state: "EXPIRED", reason: "TOO_LATE" });
  });

  it("ends an UNSURE one as UNKNOWN, for it may have been taken", () => {
    const change = expireNotification(unsurePair(), at(DAY_S));
    expect(endedOf(change)).to.include({ state: "UNKNOWN", reason: "TOO_LATE" });
    expect(change.pair.sealed).to.equal(null);
  });

  it("leaves one that is SENDING to its lease", () => {
    const pair = begin(fired(EMPTY_PAIR, "t1"), DAY_S - 1).pair;
    expect(expireNotification(pair, at(DAY_S + 1)).pair).to.equal(pair);
  });
});
