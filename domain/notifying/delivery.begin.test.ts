import { expect } from "chai";
import { announceSending, beginDelivery } from "./delivery.ts";
import { EMPTY_ACCOUNT_PAIR, EMPTY_PAIR } from "./pair.ts";
import {
  addressRefused,
  at,
  begin,
  end,
  endedOf,
  fired,
  notTaken,
  opensAt,
  sealedOf,
  sealingWithout,
  secondsOf,
  sendingPair,
  taken,
  unsurePair,
} from "./testing/pairs.ts";

/** A lease of n1. */
const held = (token: number) => ({ notificationId: "n1", token });

describe("beginDelivery()", () => {
  it("seals a waiting notification: its lines, date, boundary and Message-ID are fixed", () => {
    const pair = fired(fired(EMPTY_PAIR, "t1"), "t2", 1);
    const result = beginDelivery(pair, at(2), "resend", sealingWithout());
    expect(result.kind).to.equal("seal");
    const { state, seal, lease } = sealedOf(result.pair);
    expect(state).to.equal("SENDING");
    expect(seal).to.deep.equal({
      messageId: "m1",
      boundary: "b1",
      dateMs: at(2).wallMs,
      lineIds: ["t1", "t2"],
      firstToken: 1,
    });
    expect(lease?.token).to.equal(1);
    expect(secondsOf(lease?.endsAt)).to.equal(2 + 45);
    expect(result.pair.waiting).to.equal(null);
  });

  it("takes the cooldown until the lease's end plus an hour, and remembers the old one", () => {
    const again = begin(fired(end(sendingPair(), taken, 1).pair, "t2", 2), 3601).pair;
    expect(opensAt(again)).to.equal(3601 + 45 + 3600);
    expect(secondsOf(sealedOf(again).cooldownBefore?.openMono)).to.equal(3601);
  });

  it("holds a second mail back until the cooldown opens, to the millisecond", () => {
    const held = fired(end(sendingPair(), taken, 1).pair, "t2", 2);
    expect(begin(held, 3600.999).kind).to.equal("none");
    expect(begin(held, 3601).kind).to.equal("seal");
  });

  it("keeps to one sealed notification: what waits stays while another is SENDING or UNSURE", () => {
    expect(begin(fired(sendingPair(), "t2", 1), 7200).kind).to.equal("none");
    const result = begin(fired(unsurePair(), "t2", 11), 7200);
    expect(result.kind === "repeat" && result.notification.id).to.equal("n1");
  });

  it("repeats an UNSURE one byte for byte, whatever the cooldown says, and takes it anew", () => {
    const before = unsurePair();
    const result = begin(before, 20);
    expect(result.kind).to.equal("repeat");
    expect(sealedOf(result.pair).seal).to.deep.equal(sealedOf(before).seal);
    expect(sealedOf(result.pair).token).to.equal(2);
    expect(opensAt(result.pair)).to.equal(20 + 45 + 3600);
  });

  it("waits for a back-off", () => {
    const { pair } = end(sendingPair(), notTaken, 10);
    expect(begin(pair, 69).kind).to.equal("none");
    expect(begin(pair, 70).kind).to.equal("seal");
  });

  it("leaves out the lines of deleted alerts, and keeps their triggers", () => {
    const pair = fired(fired(EMPTY_PAIR, "t1"), "t2");
    const { sealed } = beginDelivery(pair, at(1), "resend", sealingWithout("t1")).pair;
    expect(sealed?.seal?.lineIds).to.deep.equal(["t2"]);
    expect(sealed?.triggerIds).to.deep.equal(["t1", "t2"]);
  });

  it("cancels a notification without lines, and leaves the cooldown alone", () => {
    const result = beginDelivery(fired(EMPTY_PAIR, "t1"), at(1), "resend", sealingWithout("t1"));
    expect(result.kind).to.equal("none");
    expect(endedOf(result)).to.include({ state: "CANCELLED", reason: "NO_LINES_LEFT", endedMs: at(1).wallMs });
    expect(result.pair).to.deep.equal(EMPTY_PAIR);
  });

  it("expires instead of sending what was due a day ago", () => {
    const result = begin(fired(EMPTY_PAIR, "t1"), 86_400);
    expect(result.kind).to.equal("none");
    expect(endedOf(result).state).to.equal("EXPIRED");
  });

  it("never sends an UNSURE one again after the policy became `hold`", () => {
    const result = begin(unsurePair(), 20, "hold");
    expect(result.kind).to.equal("none");
    expect(endedOf(result)).to.include({ state: "UNKNOWN", reason: "HOLDING" });
    expect(opensAt(result.pair)).to.equal(45 + 3600);
  });

  it("gives an account mail a lease but no cooldown", () => {
    const first = begin(fired(EMPTY_ACCOUNT_PAIR, "t1"), 0);
    expect(first.kind).to.equal("seal");
    expect(first.pair.cooldown).to.equal(null);
    expect(end(first.pair, taken, 1).pair.cooldown).to.equal(null);
  });
});

describe("announceSending()", () => {
  it("is granted while the lease stands", () => {
    const pair = announceSending(sendingPair("hold"), held(1), at(44));
    expect(pair?.sealed?.lease?.announced).to.equal(true);
  });

  it("is refused from the lease's end on, and under an old token", () => {
    expect(announceSending(sendingPair("hold"), held(1), at(45))).to.equal(null);
    expect(announceSending(sendingPair("hold"), held(0), at(1))).to.equal(null);
    expect(announceSending(EMPTY_PAIR, held(1), at(1))).to.equal(null);
  });

  it("is refused for a notification that has ended, though the one after it has a lease of the same number", () => {
    const dead = end(sendingPair("hold"), addressRefused, 1, "hold").pair;
    const next = begin(fired(dead, "t2", 2), 2, "hold").pair;
    expect(sealedOf(next)).to.deep.include({ id: "n2", token: 1 });
    expect(announceSending(next, held(1), at(3))).to.equal(null);
  });
});
