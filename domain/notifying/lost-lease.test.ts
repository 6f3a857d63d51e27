import { expect } from "chai";
import { announceSending } from "./delivery.ts";
import { carryPairOver, expireLease, loseStream } from "./lost-lease.ts";
import type { HeldLease, Pair } from "./pair.ts";
import { HOUR_MS } from "../time.ts";
import {
  at,
  begin,
  end,
  endedOf,
  fired,
  notTaken,
  opensAt,
  secondsOf,
  sendingPair,
  taken,
  unsurePair,
} from "./testing/pairs.ts";

/** What the notifier of sendingPair() has. */
const HELD: HeldLease = { notificationId: "n1", token: 1 };

function announced(): Pair {
  return announceSending(sendingPair("hold"), HELD, at(1)) ?? expect.fail("refused");
}

describe("expireLease()", () => {
  it("leaves a lease alone until it ends", () => {
    const pair = sendingPair();
    expect(expireLease(pair, at(44.999), "resend").pair).to.equal(pair);
  });

  it("`resend`: makes it UNSURE, to be repeated at once, and the cooldown stays", () => {
    const { pair } = expireLease(sendingPair(), at(45), "resend");
    expect(pair.sealed).to.include({ state: "UNSURE", reason: "LEASE_RAN_OUT", wasUnsure: true, lease: null });
    expect(secondsOf(pair.sealed?.nextAttemptMono)).to.equal(45);
    expect(opensAt(pair)).to.equal(45 + 3600);
  });

  it("`hold`, announced: it is UNKNOWN, and the cooldown stays", () => {
    const change = expireLease(announced(), at(45), "hold");
    expect(endedOf(change)).to.include({ state: "UNKNOWN", reason: "HOLDING" });
    expect(opensAt(change.pair)).to.equal(45 + 3600);
  });

  it("`hold`, not announced: nothing was given, so it waits again, takes in what started meanwhile, and the hour is not spent", () => {
    const change = expireLease(fired(sendingPair("hold"), "t2", 1), at(45), "hold");
    expect(change.pair.waiting).to.deep.include({ id: "n1", state: "WAITING", triggerIds: ["t1", "t2"] });
    expect(change.goneId).to.equal("n2");
    expect(change.pair.cooldown).to.equal(null);
    expect(begin(change.pair, 45, "hold").kind).to.equal("seal");
  });

  it("`hold`, not announced, again and again: backs off, so that a mail that kills its notifier does not go round", () => {
    let pair = sendingPair("hold");
    const waits: number[] = [];
    for (let seconds = 45; waits.length < 4;) {
      pair = expireLease(pair, at(seconds), "hold").pair;
      const next = secondsOf(pair.waiting?.nextAttemptMono);
      waits.push(next - seconds);
      pair = begin(pair, next, "hold").pair;
      seconds = next + 45;
    }
    expect(waits).to.deep.equal([0, 60, 300, 900]);
  });

  it("holds what was begun under `resend`, where DATA needs no announcement, for possibly taken", () => {
    expect(endedOf(expireLease(sendingPair("resend"), at(45), "hold")).state).to.equal("UNKNOWN");
  });
});

describe("loseStream()", () => {
  it("ends the lease of that token before its time", () => {
    expect(loseStream(sendingPair(), HELD, at(5), "resend").pair.sealed).to.include({
      state: "UNSURE",
      reason: "STREAM_BROKE",
    });
    expect(loseStream(sendingPair("hold"), HELD, at(5), "hold").pair.waiting?.state).to.equal("WAITING");
    expect(endedOf(loseStream(announced(), HELD, at(5), "hold")).state).to.equal("UNKNOWN");
  });

  it("leaves the lease of another notification alone, though it has the same number", () => {
    const pair = sendingPair();
    expect(loseStream(pair, { notificationId: "n0", token: 1 }, at(5), "resend").pair).to.equal(pair);
  });

  it("leaves the lease of another token alone, and announcing under the lost one is refused", () => {
    const pair = begin(unsurePair(), 20).pair;
    expect(loseStream(pair, HELD, at(21), "resend").pair).to.equal(pair);
    const again = begin(loseStream(sendingPair("hold"), HELD, at(5), "hold").pair, 5, "hold").pair;
    expect(announceSending(again, HELD, at(6))).to.equal(null);
  });
});

describe("carryPairOver()", () => {
  const resend = { bootId: "new", policy: "resend" } as const;
  const rebootAt = (seconds: number, wallStepMs = 0) => ({ wallMs: at(seconds).wallMs + wallStepMs, monoMs: 7_000 });

  it("changes nothing within one boot, not even the lease of a delivery that goes on while the server restarts", () => {
    const pair = sendingPair();
    expect(carryPairOver(pair, "new", at(30), resend).pair).to.equal(pair);
  });

  it("voids a lease of another boot, and carries what remains of the cooldown over by the wall clock", () => {
    const now = rebootAt(20);
    const { pair } = carryPairOver(sendingPair(), "old", now, resend);
    expect(pair.sealed).to.include({ state: "UNSURE", reason: "REBOOTED", nextAttemptMono: 7_000 });
    expect(pair.cooldown?.openMono).to.equal(7_000 + (25 + 3600) * 1000);
    expect(pair.cooldown?.openWall).to.equal(at(45 + 3600).wallMs);
  });

  it("`hold`, not announced: waits again with the cooldown from before, carried over too", () => {
    const first = fired(end(sendingPair("hold"), taken, 0, "hold").pair, "t2", 1);
    const { pair } = carryPairOver(begin(first, 3600, "hold").pair, "old", rebootAt(3610), {
      ...resend,
      policy: "hold",
    });
    expect(pair.waiting?.state).to.equal("WAITING");
    expect(pair.cooldown?.openMono).to.equal(7_000);
  });

  it("ends a back-off, whose clock is gone", () => {
    const { pair } = carryPairOver(end(sendingPair(), notTaken, 10).pair, "old", rebootAt(20), resend);
    expect(pair.waiting?.nextAttemptMono).to.equal(7_000);
  });

  it("takes a lease or a cooldown too far ahead for one from a snapshot, whatever the boot's id says", () => {
    const { pair } = carryPairOver(sendingPair(), "new", rebootAt(20), resend);
    expect(pair.sealed?.reason).to.equal("REBOOTED");
    const sent = end(sendingPair(), taken, 1).pair;
    const now = { wallMs: at(1).wallMs - 25 * HOUR_MS, monoMs: 7_000 };
    expect(carryPairOver(sent, "new", now, resend).pair.cooldown?.openMono).to.equal(7_000 + HOUR_MS);
  });

  it("trusts no monotonic time without a boot's id", () => {
    const { pair } = carryPairOver(sendingPair(), null, at(20), { bootId: null, policy: "resend" });
    expect(pair.sealed?.reason).to.equal("REBOOTED");
  });
});
