import { expect } from "chai";
import { MINUTE_MS } from "../../domain/time.ts";
import { above, EXAMPLE_START_MS } from "../../test/examples.ts";
import type { AlertQuery } from "../store.ts";
import { ALL_ALERTS, eachInItsWorld, levelOf, type OpenStore } from "../testing/store-world.ts";

export function listingAlertsConformance(openStore: OpenStore): void {
  describe("listAlerts()", () => {
    const world = eachInItsWorld(openStore);
    const levels = async (userId: string, changes: Partial<AlertQuery> = {}) => {
      return (await world().alerts(userId, changes)).map(levelOf);
    };

    it("shows a user's own, newest first", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      for (const level of [1, 2, 3]) await world().arm(ann, above(level));
      await world().arm(bob, above(4));
      expect(await levels(ann)).to.deep.equal([3, 2, 1]);
      expect(await levels(bob)).to.deep.equal([4]);
      expect(await levels("nobody")).to.deep.equal([]);
    });

    it("filters by symbol, repeat and state", async () => {
      const user = await world().user();
      await world().arm(user, above(1), { symbol: "MSFT" });
      await world().arm(user, above(2), { repeat: "every" });
      const { alert } = await world().arm(user, above(3));
      await world().store.alerts.pauseAlert(user, alert.id, null);
      expect(await levels(user, { symbol: "MSFT" })).to.deep.equal([1]);
      expect(await levels(user, { repeat: "every" })).to.deep.equal([2]);
      expect(await levels(user, { state: "PAUSED" })).to.deep.equal([3]);
      expect(await levels(user, { state: "ARMED", repeat: "once" })).to.deep.equal([1]);
      expect(await levels(user, { symbol: "IBM" })).to.deep.equal([]);
    });

    it("takes as expired what is over at the moment, whether or not a price has come since", async () => {
      const user = await world().user();
      const expireTimeMs = EXAMPLE_START_MS + MINUTE_MS;
      await world().arm(user, above(1), { expireTimeMs });
      await world().arm(user, above(2));
      const { alert } = await world().arm(user, above(3), { expireTimeMs });
      await world().store.alerts.pauseAlert(user, alert.id, null);
      const at = (eventNowMs: number, state: AlertQuery["state"]) => levels(user, { eventNowMs, state });
      expect(await at(expireTimeMs - 1, "ARMED")).to.deep.equal([2, 1]);
      expect(await at(expireTimeMs - 1, "EXPIRED")).to.deep.equal([]);
      expect(await at(expireTimeMs, "ARMED")).to.deep.equal([2]);
      expect(await at(expireTimeMs, "EXPIRED")).to.deep.equal([3, 1]);
      expect(await at(expireTimeMs, "PAUSED")).to.deep.equal([]);
      expect(await at(expireTimeMs, null)).to.deep.equal([3, 2, 1]);
    });

    it("filters by tag, which is a whole word", async () => {
      const user = await world().user();
      await world().arm(user, above(1), { tags: ["tech", "long"] });
      await world().arm(user, above(2), { tags: ["tech-2"] });
      await world().arm(user, above(3));
      expect(await levels(user, { tag: "tech" })).to.deep.equal([1]);
      expect(await levels(user, { tag: "long", symbol: "AAPL" })).to.deep.equal([1]);
      expect(await levels(user, { tag: "te" })).to.deep.equal([]);
    });

    it("leaves deleted ones out unless they are asked for", async () => {
      const user = await world().user();
      const { alert } = await world().arm(user, above(1));
      await world().arm(user, above(2));
      await world().store.alerts.deleteAlerts(user, [alert.id], () => undefined);
      expect(await levels(user)).to.deep.equal([2]);
      expect(await levels(user, { state: "DELETED" })).to.deep.equal([1]);
    });

    it("comes in pages that neither repeat nor leave out an alert, while new ones come", async () => {
      const user = await world().user();
      for (const level of [1, 2, 3, 4, 5]) await world().arm(user, above(level));
      const seen: number[] = [];
      let before: number | null = null;
      do {
        const page = await world().store.alerts.listAlerts({ userId: user, ...ALL_ALERTS, before, limit: 2 });
        seen.push(...page.rows.map(levelOf));
        before = page.next;
        await world().arm(user, above(9));
      } while (before !== null);
      expect(seen).to.deep.equal([5, 4, 3, 2, 1]);
    });

    it("has no next page when the last one is full", async () => {
      const user = await world().user();
      for (const level of [1, 2]) await world().arm(user, above(level));
      expect((await world().store.alerts.listAlerts({ userId: user, ...ALL_ALERTS, limit: 2 })).next).to.equal(null);
    });
  });
}
