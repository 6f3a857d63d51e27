import { expect } from "chai";
import fc from "fast-check";
import { COOLDOWN_MS, LEASE_MS } from "./delivery-limits.ts";
import { beginDelivery, endDelivery, type Sealing } from "./delivery.ts";
import { beginMail } from "./joint-mail.ts";
import { EMPTY_PAIR, joinTrigger, type Pair } from "./pair.ts";
import { resend } from "./resend.ts";

const NOW = { wallMs: 10_000_000, monoMs: 5_000_000 };
const SEALING: Sealing = { messageId: "<1@x>", boundary: "b", isLive: () => true };

/** A pair in which something waits, after so many attempts and leases. */
function waiting(name: string, changes: { token?: number; attempts?: number } = {}): Pair {
  const { pair } = joinTrigger(EMPTY_PAIR, `${name}-trigger`, NOW, () => name);
  return pair.waiting === null ? pair : { ...pair, waiting: { ...pair.waiting, ...changes } };
}

describe("beginMail()", () => {
  it("makes of one pair what beginDelivery() makes of it", () => {
    const pair = waiting("a", { token: 4, attempts: 2 });
    expect(beginMail([pair], NOW, "resend", SEALING)).to.deep.equal([beginDelivery(pair, NOW, "resend", SEALING)]);
  });

  it("gives several pairs one token and one Message-ID, whatever was before, and each its own cooldown", () => {
    const tokens = fc.array(fc.record({ token: fc.nat(9), attempts: fc.nat(9) }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(tokens, (before) => {
        const results = beginMail(
          before.map((changes, at) => waiting(`n${at}`, changes)),
          NOW,
          "resend",
          SEALING,
        );
        const most = Math.max(...before.map(({ token }) => token));
        for (const result of results) {
          if (result.kind !== "seal") expect.fail("each is sealed");
          expect([result.lease.token, result.seal.firstToken, result.seal.messageId]).to.deep.equal([
            most + 1,
            most + 1,
            "<1@x>",
          ]);
          expect(result.pair.cooldown?.openMono).to.equal(NOW.monoMs + LEASE_MS + COOLDOWN_MS);
        }
        const delays = results.map(({ pair }) => {
          if (pair.sealed === null) return expect.fail("each is sealed");
          const report = { token: most + 1, outcome: { kind: "notTaken", reply: "" } } as const;
          const end = endDelivery(pair, pair.sealed, report, NOW, { policy: "resend", random: 0.5 });
          return end.pair.waiting?.nextAttemptMono;
        });
        expect(new Set(delays).size, "they are tried again together").to.equal(1);
      }),
    );
  });

  it("leaves out a pair whose every line is gone", () => {
    const sealing = { ...SEALING, isLive: (id: string) => id !== "gone-trigger" };
    const [first, second] = beginMail([waiting("gone"), waiting("kept")], NOW, "resend", sealing);
    expect([first?.kind, first?.ended[0]?.state, second?.kind]).to.deep.equal(["none", "CANCELLED", "seal"]);
  });
});

describe("resend()", () => {
  it("keeps every trigger in one notification, and begins anew", () => {
    const [begun] = beginMail([waiting("a")], NOW, "resend", SEALING);
    if (begun?.kind !== "seal") return expect.fail("it is sealed");
    const report = { token: 1, outcome: { kind: "refused", reply: "", addressFault: false } } as const;
    const settings = { policy: "resend", random: 0 } as const;
    const dead = endDelivery(begun.pair, begun.notification, report, NOW, settings);
    const { pair: later } = joinTrigger(dead.pair, "second", NOW, () => "b");
    const { pair, goneId } = resend(later, dead.notification, NOW);
    expect(goneId).to.equal("b");
    expect(pair.waiting).to.deep.include({
      id: "a",
      state: "WAITING",
      triggerIds: ["a-trigger", "second"],
      seal: null,
      token: 1,
    });
    const again = beginDelivery(pair, NOW, "resend", { ...SEALING, messageId: "<2@x>" });
    expect(again).to.deep.include({ kind: "seal" });
    if (again.kind !== "seal") return expect.fail("it is sealed");
    const late = { token: 1, outcome: { kind: "taken", reply: "" } } as const;
    expect(endDelivery(again.pair, again.notification, late, NOW, settings)).to.include({
      accepted: false,
      why: "TOKEN_UNKNOWN",
    });
  });
});
