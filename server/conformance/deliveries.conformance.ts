import { expect } from "chai";
import { LEASE_MS, MAX_REPEATS } from "../../domain/notifying/delivery-limits.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import type { OutcomeWord } from "../testing/store-world.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";
import { toldTriggers } from "../testing/told-triggers.ts";

export function deliveriesConformance(openStore: OpenStore): void {
  outcomesConformance(openStore);
  doubtConformance(openStore);
  holdConformance(openStore);
}

function outcomesConformance(openStore: OpenStore): void {
  describe("endDelivery(), what is known", () => {
    const world = eachInItsWorld(openStore);
    /** One attempt that ends so: where the notification stands then, and whether another mail may go at once. */
    const attempt = async (word: OutcomeWord) => {
      const user = await world().user();
      await world().fire(user);
      const state = await world().end(await world().begin(), word);
      const { reason, reply, attemptCount } = (await world().notifications(user))[0]!;
      await world().fire(user);
      return { user, state, reason, reply, attemptCount };
    };

    it("is SENT when it was taken, and the next mail waits an hour", async () => {
      const { user, ...ended } = await attempt("taken");
      expect(ended).to.deep.equal({ state: "SENT", reason: "TAKEN", reply: "250 ok", attemptCount: 1 });
      const [held, sent] = await world().notifications(user);
      expect(held?.hold?.untilMs).to.equal(world().clock.now() + HOUR_MS);
      expect(sent?.endTimeMs).to.equal(world().clock.now());
    });

    it("is WAITING again when it was not taken; what fired meanwhile moves into it, and the cooldown is given back", async () => {
      const user = await world().user();
      await world().fire(user);
      const first = await world().begin();
      await world().fire(user);
      expect(await world().end(first, "notTaken")).to.equal("WAITING");
      const [waiting, ...others] = await world().notifications(user);
      expect(others).to.deep.equal([]);
      expect([waiting?.id, waiting?.triggers.length, waiting?.reply]).to.deep.equal([
        first.notificationId,
        2,
        "451 later",
      ]);
      expect(waiting?.hold?.untilMs).to.equal(world().clock.now() + MINUTE_MS); // the back-off alone
      world().clock.advance(MINUTE_MS - 1);
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(1);
      const second = await world().begin();
      expect(second.token).to.equal(2);
      expect([second.messageId, second.boundary]).not.to.include.members([first.messageId]);
      expect(toldTriggers(second.content).length).to.equal(2);
    });

    for (const [word, reason] of [
      ["badAddress", "REFUSED_ADDRESS"],
      ["badContent", "REFUSED_CONTENT"],
    ] as const) {
      it(`is DEAD as ${reason} when it is refused for good, and another mail may go at once`, async () => {
        const ended = await attempt(word);
        expect([ended.state, ended.reason]).to.deep.equal(["DEAD", reason]);
        expect((await world().notifications(ended.user))[0]?.hold).to.equal(null);
        expect((await world().begin()).token).to.equal(1);
      });
    }

    it("is WAITING again at once when the mail server refuses us", async () => {
      const { state, reason } = await attempt("serverTrouble");
      expect([state, reason]).to.deep.equal(["WAITING", "SERVER_TROUBLE"]);
      expect(toldTriggers((await world().begin()).content)).to.have.length(2);
    });

    it("believes a 250 of any token of the same content, however late, and nothing else", async () => {
      const user = await world().user();
      await world().fire(user);
      const first = await world().begin();
      await world().end(first, "unsure");
      const second = await world().begin();
      expect(await world().end(first, "badAddress")).to.equal("SENDING");
      expect(await world().end({ ...second, token: 99 }, "taken")).to.equal("SENDING");
      expect(await world().end(first, "taken")).to.equal("SENT");
      expect(await world().end(second, "notTaken")).to.equal("SENT");
    });

    it("does not believe a 250 for contents that were sealed anew", async () => {
      const user = await world().user();
      await world().fire(user);
      const first = await world().begin();
      await world().end(first, "notTaken");
      world().clock.advance(MINUTE_MS);
      await world().begin();
      expect(await world().end(first, "taken")).to.equal("SENDING");
    });

    it("knows no notification that never was", async () => {
      const end = world().store.notifications.endDelivery("never-was", 1, { kind: "taken", reply: "" }, "resend");
      expect((await refusalOf(end)).reason).to.equal("NOTIFICATION_NOT_FOUND");
    });
  });
}

function doubtConformance(openStore: OpenStore): void {
  describe("an attempt of which nobody knows (resend)", () => {
    const world = eachInItsWorld(openStore);

    it("is repeated at once, then after 1 and 5 minutes, the same in every part, and then UNKNOWN", async () => {
      const user = await world().user();
      await world().fire(user, { note: "now" });
      const { token: _first, ...content } = await world().begin();
      await world().end({ ...content, token: _first }, "unsure");
      for (const [index, minutes] of [0, 1, 5].entries()) {
        if (minutes > 0) {
          world().clock.advance(minutes * MINUTE_MS - 1);
          expect(await world().tryBegin()).to.equal(null);
          world().clock.advance(1);
        }
        const { token, ...repeated } = await world().begin();
        expect(token).to.equal(index + 2);
        expect(repeated).to.deep.equal(content);
        const state = await world().end({ ...repeated, token }, "unsure");
        expect(state).to.equal(index + 1 === MAX_REPEATS ? "UNKNOWN" : "UNSURE");
      }
      const [ended] = await world().notifications(user);
      expect(ended).to.include({ reason: "REPEATS_USED_UP", attemptCount: 4, messageId: content.messageId });
    });

    it("keeps its content over a restart, a change of the alert and a deletion", async () => {
      const user = await world().user();
      const id = await world().fire(user);
      const { token, ...content } = await world().begin();
      await world().end({ ...content, token }, "unsure");
      await world().store.alerts.updateAlert(user, id, 0, (alert) => ({
        alert: { ...alert, note: "other" },
        rearm: false,
      }));
      await world().store.alerts.deleteAlerts(user, [id], () => undefined);
      await world().restart();
      world().clock.advance(1_000);
      const { token: next, ...repeated } = await world().begin();
      expect([token, next]).to.deep.equal([1, 2]);
      expect(repeated).to.deep.equal(content);
    });

    it("stays UNSURE when a repeat was certainly not taken, and keeps the cooldown", async () => {
      const user = await world().user();
      await world().fire(user);
      await world().end(await world().begin(), "unsure");
      expect(await world().end(await world().begin(), "notTaken")).to.equal("UNSURE");
      await world().fire(user);
      world().clock.advance(MINUTE_MS * 5);
      const repeat = await world().begin();
      expect(repeat.token).to.equal(3);
      expect(await world().end(repeat, "badContent")).to.equal("DEAD");
      expect(await world().tryBegin()).to.equal(null); // the hour that the first attempt may have begun
    });

    it("is UNKNOWN a day after it was due", async () => {
      const user = await world().user();
      await world().fire(user);
      await world().end(await world().begin(), "unsure");
      world().clock.advance(DAY_MS);
      await world().sweep();
      const [ended] = await world().notifications(user);
      expect([ended?.state, ended?.reason]).to.deep.equal(["UNKNOWN", "TOO_LATE"]);
    });

    it("makes way a day later, in the same hand-out, for what waited behind it, with that one's own content", async () => {
      const user = await world().user();
      await world().fire(user, { note: "first" });
      await world().end(await world().begin(), "unsure");
      await world().fire(user, { note: "second" });
      world().clock.advance(DAY_MS);
      const delivery = await world().begin();
      const notes = toldTriggers(delivery.content).map(({ note }) => note);
      expect(notes).to.deep.equal(["second"]);
      await world().end(delivery, "unsure");
      const repeated = await world().begin();
      expect({ ...repeated, token: 0 }).to.deep.equal({ ...delivery, token: 0 });
    });
  });
}

function holdConformance(openStore: OpenStore): void {
  describe("an attempt of which nobody knows (hold)", () => {
    const world = eachInItsWorld(openStore);
    const sealed = async () => {
      world().policy = "hold";
      const user = await world().user();
      await world().fire(user);
      return { user, delivery: await world().begin() };
    };
    const announce = ({ notificationId, token }: { notificationId: string; token: number }) =>
      world().store.notifications.announceSending(notificationId, token);

    it("is UNKNOWN at once when sending had been announced, and never repeated", async () => {
      const { user, delivery } = await sealed();
      expect(await announce(delivery)).to.equal(true);
      await world().lose(delivery);
      expect((await world().notifications(user)).map(({ state, reason }) => [state, reason])).to.deep.equal([
        ["UNKNOWN", "HOLDING"],
      ]);
      world().clock.advance(HOUR_MS);
      expect(await world().tryBegin()).to.equal(null);
    });

    it("has a lease of its own, whatever its number: the one of a notification before it says nothing about it", async () => {
      const { user, delivery } = await sealed();
      await world().lose(delivery);
      const again = await world().begin();
      await world().fire(user);
      expect(await world().end(again, "badContent")).to.equal("DEAD");
      const next = await world().begin();
      expect([next.token, next.notificationId === delivery.notificationId]).to.deep.equal([delivery.token, false]);
      expect(await announce(delivery)).to.equal(false);
      await world().lose(delivery);
      expect(await announce(next)).to.equal(true);
    });

    it("is WAITING again when it had not been announced, and can then no longer be", async () => {
      const { user, delivery } = await sealed();
      await world().lose(delivery);
      expect((await world().notifications(user))[0]?.state).to.equal("WAITING");
      expect(await announce(delivery)).to.equal(false);
      const again = await world().begin();
      expect(again.messageId).not.to.equal(delivery.messageId);
      expect(await announce(delivery)).to.equal(false);
      expect(await announce(again)).to.equal(true);
    });

    it("remembers the announcement over a restart, and refuses one after the lease", async () => {
      const { user, delivery } = await sealed();
      world().clock.advance(LEASE_MS - 1);
      expect(await announce(delivery)).to.equal(true);
      await world().restart();
      world().clock.advance(1);
      expect(await announce(delivery)).to.equal(false);
      await world().sweep();
      expect((await world().notifications(user))[0]?.state).to.equal("UNKNOWN");
    });

    it("ends what is left UNSURE from before the policy was changed", async () => {
      const user = await world().user();
      await world().fire(user);
      await world().end(await world().begin(), "unsure");
      world().policy = "hold";
      expect(await world().tryBegin()).to.equal(null);
      expect((await world().notifications(user))[0]?.state).to.equal("UNKNOWN");
    });

    it("knows no notification that never was", async () => {
      expect(await announce({ notificationId: "never-was", token: 1 })).to.equal(false);
    });
  });
}
