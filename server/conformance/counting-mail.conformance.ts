import { expect } from "chai";
import { HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function countingMailConformance(openStore: OpenStore): void {
  describe("countMail()", () => {
    const world = eachInItsWorld(openStore);
    const counts = async () => {
      const { dueCount, heldCount, sealedCount } = await world().store.notifications.countMail();
      return { dueCount, heldCount, sealedCount };
    };
    const lastSent = async () => (await world().store.notifications.countMail()).lastSentTimeMs;

    it("tells what is due, what is sealed and what the cooldown holds, of all users together", async () => {
      expect(await lastSent()).to.equal(null);
      const [ann, bob] = [await world().user(), await world().user()];
      expect(await counts()).to.deep.equal({ dueCount: 0, heldCount: 0, sealedCount: 0 });
      for (const symbol of ["AAPL", "MSFT"]) await world().fire(ann, { symbol });
      await world().fire(bob, { symbol: "V" });
      expect(await counts()).to.deep.equal({ dueCount: 3, heldCount: 0, sealedCount: 0 });
      const delivery = await world().begin();
      expect(await counts()).to.deep.equal({ dueCount: 2, heldCount: 0, sealedCount: 1 });
      world().clock.advance(MINUTE_MS / 2);
      await world().end(delivery, "taken");
      expect(await lastSent()).to.equal(world().clock.now());
      await world().fire(ann, { symbol: "AAPL" });
      expect(await counts()).to.deep.equal({ dueCount: 2, heldCount: 1, sealedCount: 0 });
      world().clock.advance(HOUR_MS);
      expect(await counts()).to.deep.equal({ dueCount: 3, heldCount: 0, sealedCount: 0 });
    });

    it("counts as sealed what may have been taken, and as held what waits for a back-off or a suspended address", async () => {
      const user = await world().user();
      await world().fire(user);
      await world().end(await world().begin(), "unsure");
      expect(await counts()).to.deep.equal({ dueCount: 0, heldCount: 0, sealedCount: 1 });
      await world().end(await world().begin(), "taken");
      await world().fire(user, { symbol: "MSFT" });
      await world().end(await world().begin(), "notTaken");
      expect(await counts()).to.deep.equal({ dueCount: 0, heldCount: 1, sealedCount: 0 });
      world().clock.advance(HOUR_MS);
      for (const symbol of ["A", "B", "C"]) {
        await world().fire(user, { symbol });
        await world().end(await world().begin(), "badAddress");
      }
      await world().fire(user, { symbol: "D" });
      expect((await counts()).dueCount).to.equal(0);
      expect((await counts()).heldCount).to.be.greaterThan(0);
    });
  });
}
