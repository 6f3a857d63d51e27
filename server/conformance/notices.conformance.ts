import { expect } from "chai";
import { above, crosses } from "../../test/examples.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";
import { toldTriggers } from "../testing/told-triggers.ts";

export function noticesConformance(openStore: OpenStore): void {
  describe("what an owner is told beside what fires", () => {
    const world = eachInItsWorld(openStore);

    it("is that an alert has expired: at the first quote from then on, in the open notification, and in its mail", async () => {
      const user = await world().user();
      await world().fire(user);
      const expireTimeMs = world().eventNowMs + 1_000;
      const { alert } = await world().arm(user, above(110), { expireTimeMs, note: "{symbol} {price} {level}" });
      const { triggers } = await world().tick(102);
      expect(triggers.map(({ userId }) => userId)).to.deep.equal([user]);
      expect(triggers[0]?.trigger).to.deep.include({
        alertId: alert.id,
        kind: "EXPIRED",
        level: 0,
        price: 102,
        note: "AAPL 102.00 no level",
        fireTimeMs: expireTimeMs,
        seq: 3,
      });
      const [state] = (await world().alert(user, alert.id)).states;
      expect([state?.state.name, state?.lastFireTimeMs]).to.deep.equal(["EXPIRED", null]);
      expect((await world().tick(111)).triggerCount).to.equal(0);
      const [notification, ...others] = await world().notifications(user);
      expect(others).to.deep.equal([]);
      expect(notification?.triggers.map(({ kind }) => kind)).to.deep.equal(["FIRED", "EXPIRED"]);
      const { content } = await world().begin();
      expect(toldTriggers(content).map(({ kind }) => kind)).to.deep.equal(["FIRED", "EXPIRED"]);
    });

    it("starts a notification where none is open, which takes the cooldown", async () => {
      const user = await world().user();
      await world().tick(90);
      const { alert } = await world().arm(user, above(100), { expireTimeMs: world().eventNowMs + 1 });
      await world().tick(91);
      const delivery = await world().begin();
      expect(delivery.content).to.have.nested.property("parts[0].triggers[0].alertId", alert.id);
      await world().end(delivery, "taken");
      await world().fire(user);
      expect(await world().tryBegin()).to.equal(null);
    });

    it("is that an alert fired too often and was stopped, beside its last fire", async () => {
      const user = await world().user();
      await world().tick(99);
      const { alert } = await world().arm(user, crosses(100), { repeat: "every", bandPercent: "0" });
      const told: string[] = [];
      for (let at = 0; at < 20; at += 1) {
        // Each price comes twice: the first fires, the second arms again.
        for (const price of at % 2 === 0 ? [101, 101] : [99, 99]) {
          told.push(...(await world().tick(price)).triggers.map(({ trigger }) => trigger.kind));
        }
      }
      expect(told).to.deep.equal([...Array<string>(15).fill("FIRED"), "STOPPED"]);
      const state = await world().state(user, alert.id);
      expect([state.name, state.fireCount, state.recentFiresMs.length]).to.deep.equal(["STOPPED", 15, 15]);
      const [notification] = await world().notifications(user);
      expect(notification?.triggers.map(({ kind }) => kind)).to.deep.equal(told);
    });

    it("fills the placeholders of a note", async () => {
      const user = await world().user();
      await world().fire(user, { note: "{symbol} {price} {level}: {condition}" });
      const [notification] = await world().notifications(user);
      expect(notification?.triggers[0]?.note).to.equal("AAPL 101.00 100.00: AAPL above 100.00");
    });
  });
}
