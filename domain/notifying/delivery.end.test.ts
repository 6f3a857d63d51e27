import { expect } from "chai";
import { endDelivery } from "./delivery.ts";
import { EMPTY_PAIR } from "./pair.ts";
import {
  addressRefused,
  at,
  begin,
  contentRefused,
  end,
  endedOf,
  fired,
  notTaken,
  opensAt,
  repeatingPair,
  sealedOf,
  secondsOf,
  sendingPair,
  serverTrouble,
  taken,
  unsure,
  unsurePair,
} from "./testing/pairs.ts";

const RESEND = { policy: "resend", random: 0.5 } as const;

describe("endDelivery(): taken", () => {
  it("is SENT, and the cooldown is an hour from now", () => {
    const result = end(sendingPair(), taken, 5);
    expect(result.accepted).to.equal(true);
    expect(endedOf(result)).to.include({ state: "SENT", reason: "TAKEN" });
    expect(opensAt(result.pair)).to.equal(5 + 3600);
  });

  it("is believed after the lease has run out, and after it became UNSURE", () => {
    expect(endedOf(end(sendingPair(), taken, 600)).state).to.equal("SENT");
    expect(endedOf(end(unsurePair(), taken, 600)).state).to.equal("SENT");
  });

  it("is believed from an old token while a repeat is under way, and does not shorten the cooldown that covers the repeat", () => {
    const pair = repeatingPair();
    const result = endDelivery(pair, sealedOf(pair), { token: 1, outcome: taken }, at(21), RESEND);
    expect(endedOf(result).state).to.equal("SENT");
    expect(opensAt(result.pair)).to.equal(20 + 45 + 3600);
  });

  it("is believed of a notification that has ended as UNKNOWN or DEAD, and the hour counts from now", () => {
    for (const ended of [
      endedOf(end(sendingPair("hold"), unsure, 10, "hold")),
      endedOf(end(sendingPair(), addressRefused, 10)),
    ]) {
      const result = endDelivery(EMPTY_PAIR, ended, { token: 1, outcome: taken }, at(900), RESEND);
      expect(endedOf(result).state).to.equal("SENT");
      expect(opensAt(result.pair)).to.equal(900 + 3600);
    }
  });

  it("late, is no cooldown that a delivery in progress could give back", () => {
    const unknown = endedOf(end(sendingPair("hold"), unsure, 10, "hold"));
    const next = begin(fired(EMPTY_PAIR, "t2", 4000), 4000).pair;
    const late = endDelivery(next, unknown, { token: 1, outcome: taken }, at(4001), RESEND).pair;
    expect(opensAt(late)).to.equal(4000 + 45 + 3600);
    expect(opensAt(end(late, notTaken, 4002).pair)).to.equal(4001 + 3600);
  });

  it("said twice, changes nothing the second time", () => {
    const { pair, notification } = end(sendingPair(), taken, 5);
    const again = endDelivery(pair, notification, { token: 1, outcome: taken }, at(50), RESEND);
    expect(again).to.include({ accepted: false, why: "ALREADY_ENDED", pair });
  });

  it("is not believed of contents that were certainly not taken, nor of tokens that were never given", () => {
    const { pair, notification } = end(sendingPair(), notTaken, 5);
    const contrary = endDelivery(pair, notification, { token: 1, outcome: taken }, at(6), RESEND);
    expect(contrary).to.include({ accepted: false, why: "TOKEN_UNKNOWN" });
    const resealed = begin(pair, 70).pair;
    const stale = endDelivery(resealed, sealedOf(resealed), { token: 1, outcome: taken }, at(71), RESEND);
    expect(stale).to.include({ accepted: false, why: "TOKEN_UNKNOWN", pair: resealed });
    const sending = sendingPair();
    const invented = endDelivery(sending, sealedOf(sending), { token: 2, outcome: taken }, at(6), RESEND);
    expect(invented).to.include({ accepted: false, why: "TOKEN_UNKNOWN" });
  });
});

describe("endDelivery(): certainly not taken, never UNSURE", () => {
  it("waits again, open, and the cooldown has its old value back", () => {
    const { pair } = end(sendingPair(), notTaken, 10);
    expect(pair.sealed).to.equal(null);
    expect(pair.waiting).to.include({ id: "n1", state: "WAITING", reason: "NOT_TAKEN", seal: null, attempts: 1 });
    expect(pair.cooldown).to.equal(null);
  });

  it("backs off 1, 5, 15, 30 and 60 minutes, and 60 from then on", () => {
    let pair = sendingPair();
    const waits: number[] = [];
    for (let seconds = 10; waits.length < 6;) {
      pair = end(pair, notTaken, seconds).pair;
      const nextSeconds = secondsOf(pair.waiting?.nextAttemptMono);
      waits.push((nextSeconds - seconds) / 60);
      pair = begin(pair, nextSeconds).pair;
      seconds = nextSeconds;
    }
    expect(waits).to.deep.equal([1, 5, 15, 30, 60, 60]);
  });

  it("takes in the triggers of the one that started meanwhile, which goes", () => {
    const result = end(fired(sendingPair(), "t2", 1), notTaken, 10);
    expect(result.goneId).to.equal("n2");
    expect(result.pair.waiting).to.deep.include({ id: "n1", triggerIds: ["t1", "t2"] });
  });

  it("seals anew under a new Message-ID, for the content may have grown", () => {
    const waiting = end(fired(sendingPair(), "t2", 1), notTaken, 10).pair;
    const { seal } = sealedOf(begin(waiting, 70).pair);
    expect(seal).to.deep.include({ messageId: "m70", lineIds: ["t1", "t2"], firstToken: 2 });
  });
});

describe("endDelivery(): certainly not taken, UNSURE before", () => {
  it("is UNSURE again after a back-off, no repeat is used up, and seal and cooldown stay", () => {
    const before = repeatingPair();
    const { pair } = end(fired(before, "t2", 21), notTaken, 30);
    expect(pair.sealed).to.include({ state: "UNSURE", repeats: 0, attempts: 2, seal: sealedOf(before).seal });
    expect(secondsOf(pair.sealed?.nextAttemptMono)).to.equal(30 + 5 * 60);
    expect(pair.waiting?.id).to.equal("n2");
    expect(opensAt(pair)).to.equal(20 + 45 + 3600);
  });
});

describe("endDelivery(): the connection broke after DATA", () => {
  it("`resend`: repeats at once, then after 1 and 5 minutes, then it is UNKNOWN; the cooldown stays", () => {
    let pair = sendingPair();
    let seconds = 10;
    const waits: number[] = [];
    let result = end(pair, unsure, seconds);
    while (result.pair.sealed !== null) {
      const next = secondsOf(result.pair.sealed.nextAttemptMono);
      waits.push(next - seconds);
      pair = begin(result.pair, next).pair;
      seconds = next;
      result = end(pair, unsure, seconds);
    }
    expect(waits).to.deep.equal([0, 60, 300]);
    expect(endedOf(result)).to.include({ state: "UNKNOWN", reason: "REPEATS_USED_UP", attempts: 4 });
    expect(opensAt(result.pair)).to.equal(seconds + 45 + 3600);
  });

  it("`hold`: is UNKNOWN at once, and the cooldown stays at the lease's end plus an hour", () => {
    const result = end(sendingPair("hold"), unsure, 10, "hold");
    expect(endedOf(result)).to.include({ state: "UNKNOWN", reason: "HOLDING" });
    expect(opensAt(result.pair)).to.equal(45 + 3600);
  });
});

describe("endDelivery(): refused for good", () => {
  it("is DEAD with the reason, and the cooldown has its old value back", () => {
    const result = end(sendingPair(), addressRefused, 10);
    expect(endedOf(result)).to.include({ state: "DEAD", reason: "REFUSED_ADDRESS" });
    expect(endedOf(end(sendingPair(), contentRefused, 10)).reason).to.equal("REFUSED_CONTENT");
    expect(result.pair.cooldown).to.equal(null);
  });

  it("is DEAD with the cooldown kept, if a copy may have been taken before", () => {
    const result = end(repeatingPair(), addressRefused, 30);
    expect(endedOf(result).state).to.equal("DEAD");
    expect(opensAt(result.pair)).to.equal(20 + 45 + 3600);
  });

  it("leaves what started meanwhile to go on its own", () => {
    expect(end(fired(sendingPair(), "t2", 1), addressRefused, 10).pair.waiting?.id).to.equal("n2");
  });
});

describe("endDelivery(): the mail server refuses us", () => {
  it("charges nothing: it waits again at once, with the cooldown's old value", () => {
    const { pair } = end(sendingPair(), serverTrouble, 10);
    expect(pair.waiting).to.include({ state: "WAITING", reason: "SERVER_TROUBLE", attempts: 0 });
    expect(secondsOf(pair.waiting?.nextAttemptMono)).to.equal(10);
    expect(pair.cooldown).to.equal(null);
  });

  it("leaves an UNSURE one UNSURE, with its repeats, and the cooldown kept", () => {
    const { pair } = end(repeatingPair(), serverTrouble, 30);
    expect(pair.sealed).to.include({ state: "UNSURE", attempts: 1, repeats: 0 });
    expect(opensAt(pair)).to.equal(20 + 45 + 3600);
  });
});

describe("endDelivery(): fencing", () => {
  it("ignores everything but a 250 from an old token, and from a lease that is over", () => {
    for (const outcome of [notTaken, unsure, addressRefused, serverTrouble]) {
      const repeating = repeatingPair();
      const old = endDelivery(repeating, sealedOf(repeating), { token: 1, outcome }, at(21), RESEND);
      expect(old, outcome.kind).to.include({ accepted: false, why: "FENCED", pair: repeating });
      const over = unsurePair();
      expect(end(over, outcome, 21), outcome.kind).to.include({ accepted: false, why: "FENCED", pair: over });
    }
  });

  it("believes a notifier whose lease has run out, as long as nobody has ended it", () => {
    expect(end(sendingPair(), notTaken, 50).pair.waiting?.state).to.equal("WAITING");
  });
});
