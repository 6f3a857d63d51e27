import { expect } from "chai";
import type { Alert, AlertSession } from "../../domain/alert.ts";
import { ALERT_SESSIONS } from "../../domain/judging/hears-session.ts";
import { SESSION_CLASSES } from "../../domain/quote.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";
import { above, crosses, exampleAlert, exampleTick, inside } from "../../test/examples.ts";
import { eachInItsWorld, stateOf, type OpenStore } from "../testing/store-world.ts";

export function heardSessionsConformance(openStore: OpenStore): void {
  describe("the sessions that alerts hear", () => {
    const world = eachInItsWorld(openStore);
    const armEach = async (condition: Alert["condition"], changes: Partial<Alert> = {}) => {
      const user = await world().user();
      const ids = new Map<string, AlertSession>();
      for (const session of ALERT_SESSIONS) {
        ids.set((await world().arm(user, condition, { session, ...changes })).alert.id, session);
      }
      return { user, ids };
    };

    it("decide who is asked about a quote", async () => {
      for (const sessionClass of SESSION_CLASSES) {
        const symbol = sessionClass.toUpperCase();
        await world().tick(99, { symbol, sessionClass: "always" });
        const { ids } = await armEach(above(100), { symbol });
        const { triggers } = await world().tick(101, { symbol, sessionClass });
        const heard = { pre: 2, post: 2, regular: 3, always: 3, closed: 1 }[sessionClass];
        const fired = triggers.map(({ trigger }) => ids.get(trigger.alertId));
        expect(fired, sessionClass).to.deep.equal(ALERT_SESSIONS.slice(-heard));
        await world().begin(); // out of the way of the next user's account mail
      }
    });

    it("have a previous price each, which quotes of other parts of the day do not move, across a restart", async () => {
      await world().tick(99);
      const { ids } = await armEach(crosses(100, "up"));
      await world().tick(98, { sessionClass: "closed" });
      await world().tick(99, { sessionClass: "closed" });
      await world().restart();
      // For `regular` and `extended` the price comes from 99 by a step; for `any` it has been here before.
      const above100 = await world().tick(101, { sessionClass: "closed" });
      expect(above100.triggers.map(({ trigger }) => ids.get(trigger.alertId))).to.deep.equal(["any"]);
      const extended = await world().tick(101, { sessionClass: "post" });
      expect(extended.triggers.map(({ trigger }) => ids.get(trigger.alertId))).to.deep.equal(["extended"]);
      const regular = await world().tick(102);
      expect(regular.triggers.map(({ trigger }) => ids.get(trigger.alertId))).to.deep.equal(["regular"]);
    });

    it("decide on which price an alert is armed", async () => {
      await world().tick(99);
      await world().tick(101, { sessionClass: "post" });
      const user = await world().user();
      const names = await Promise.all(
        ALERT_SESSIONS.map(async (session) => stateOf(await world().arm(user, above(100), { session })).name),
      );
      expect(names).to.deep.equal(["ARMED", "DISARMED", "DISARMED"]);
    });

    it("know after a restart whether their last price is always on, which grows stale in a day", async () => {
      await world().tick(99);
      await world().tick(99, { symbol: "BTC", sessionClass: "always" });
      await world().restart();
      const userId = await world().user();
      const awaits = async (symbol: string) => {
        const alert = exampleAlert(above(100), { id: world().newId(), userId, symbol });
        const aDayLater = world().eventNowMs + DAY_MS + MINUTE_MS;
        return stateOf(await world().store.alerts.insertAlert(alert, aDayLater, null)).awaitsBaseline;
      };
      expect([await awaits("AAPL"), await awaits("BTC")]).to.deep.equal([false, true]);
    });

    it("count the time seen each for itself, across a restart", async () => {
      const user = await world().user();
      const at = (minute: number, price: number, sessionClass: "regular" | "post") =>
        world().record(exampleTick(minute * MINUTE_MS, price, { sessionClass }));
      await at(0, 95, "regular");
      const arm = (session: AlertSession) => world().arm(user, inside(99, 101, 4 * MINUTE_MS), { session });
      const ids = [(await arm("regular")).alert.id, (await arm("extended")).alert.id];
      const states = async () => (await Promise.all(ids.map((id) => world().state(user, id)))).map(({ name }) => name);
      await at(1, 100, "regular");
      await at(2, 100, "regular");
      await at(3, 100, "post");
      await world().restart();
      await at(4, 100, "post");
      expect(await states()).to.deep.equal(["PENDING", "PENDING"]);
      await at(5, 100, "post");
      expect(await states()).to.deep.equal(["PENDING", "TRIGGERED"]);
    });
  });
}
