import { expect } from "chai";
import { judgeAlert } from "../../domain/judging/judge.ts";
import { DAY_MS, HOUR_MS } from "../../domain/time.ts";
import { above, below, crosses, EXAMPLE_START_MS, exampleTick } from "../../test/examples.ts";
import type { AlertSymbolState } from "../store.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";
import { withoutLevel } from "../testing/without-level.ts";

export function triggersConformance(openStore: OpenStore): void {
  describe("recordQuotes(), what fires", () => {
    const world = eachInItsWorld(openStore);

    it("writes a trigger with everything its mail will say", async () => {
      const user = await world().user();
      const id = await world().fire(user, { note: "sell half" });
      const [notification, ...others] = await world().notifications(user);
      expect(others).to.deep.equal([]);
      expect(notification).to.include({
        state: "WAITING",
        reason: "TRIGGERED",
        symbol: "AAPL",
        attemptCount: 0,
        messageId: null,
      });
      const { id: triggerId, ...trigger } = notification!.triggers[0]!;
      expect(triggerId).to.match(/^id-/);
      expect(trigger).to.deep.equal({
        alertId: id,
        kind: "FIRED",
        sentence: "AAPL at or above 100.00 USD, once",
        note: "sell half",
        level: 100,
        price: 101,
        quote: exampleTick(2_000, 101),
        seq: 2,
        fireTimeMs: EXAMPLE_START_MS + 2_000,
        judgeTimeMs: world().clock.now(),
        hold: null,
      });
      const [{ state, lastFireTimeMs }] = (await world().alert(user, id)).states as [AlertSymbolState];
      expect([state.name, lastFireTimeMs]).to.deep.equal(["TRIGGERED", EXAMPLE_START_MS + 2_000]);
    });

    it("fires once, however often the quote comes and the server restarts", async () => {
      const user = await world().user();
      await world().fire(user, { repeat: "every" });
      const quote = exampleTick(2_000, 101);
      expect((await world().record(quote, quote)).triggerCount).to.equal(0);
      await world().restart();
      expect((await world().record(quote, exampleTick(3_000, 102))).triggerCount).to.equal(0);
      expect((await world().notifications(user))[0]?.triggers).to.have.length(1);
    });

    it("re-arms an alert that repeats, and fires it again", async () => {
      const user = await world().user();
      await world().fire(user, { repeat: "every" });
      await world().tick(99);
      expect((await world().tick(100)).triggerCount).to.equal(1);
      const [notification] = await world().notifications(user);
      expect(notification?.triggers.map(({ price }) => price)).to.deep.equal([101, 100]);
    });

    it("puts all alerts of a user that fire on one quote into one notification, and other users' into theirs", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      await world().tick(100);
      for (const level of [110, 105, 107]) await world().arm(ann, above(level));
      await world().arm(bob, crosses(106));
      await world().arm(bob, below(50));
      expect((await world().tick(120)).triggerCount).to.equal(4);
      const levels = async (user: string) =>
        (await world().notifications(user)).map(({ triggers }) => triggers.map(({ level }) => level));
      expect(await levels(ann)).to.deep.equal([[105, 107, 110]]);
      expect(await levels(bob)).to.deep.equal([[106]]);
    });

    it("starts a notification for each symbol", async () => {
      const user = await world().user();
      for (const symbol of ["AAPL", "MSFT"]) await world().fire(user, { symbol });
      expect((await world().notifications(user)).map(({ symbol }) => symbol)).to.deep.equal(["MSFT", "AAPL"]);
    });

    it("joins the open notification, and never a sealed one", async () => {
      const user = await world().user();
      await world().fire(user);
      await world().fire(user);
      await world().begin();
      await world().fire(user);
      await world().fire(user);
      const all = await world().notifications(user);
      expect(all.map(({ state, triggers }) => [state, triggers.length])).to.deep.equal([
        ["WAITING", 2],
        ["SENDING", 2],
      ]);
    });

    it("starts a new notification when the open one is too late to be sent", async () => {
      const user = await world().user();
      await world().fire(user);
      world().clock.advance(DAY_MS);
      await world().fire(user);
      const all = await world().notifications(user);
      expect(all.map(({ state, reason }) => [state, reason])).to.deep.equal([
        ["WAITING", "TRIGGERED"],
        ["EXPIRED", "TOO_LATE"],
      ]);
      expect((await world().begin()).notificationId).to.equal(all[0]?.id);
    });

    it("sets an alert aside whose judging throws, and goes on with the others", async () => {
      const user = await world().user();
      await world().tick(90);
      const broken = await world().arm(user, above(100));
      const sound = await world().arm(user, above(100));
      const judge: typeof judgeAlert = (alert, state, sight) => {
        if (alert.id === broken.alert.id) throw new Error("broken on purpose");
        return judgeAlert(alert, state, sight);
      };
      const result = await world().store.quotes.recordQuotes([[exampleTick(5_000, 101)]], judge);
      expect([result.stored.length, result.triggers.length]).to.deep.equal([1, 1]);
      expect((await world().state(user, broken.alert.id)).name).to.equal("ERROR");
      expect((await world().state(user, sound.alert.id)).name).to.equal("TRIGGERED");
      expect(world().log.join()).to.include("broken on purpose").and.to.include(broken.alert.id);
    });

    it("sets an alert aside whose trigger cannot be written, keeps nothing of it, and goes on with the others", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      await world().tick(90);
      const broken = await world().arm(ann, above(100));
      const sound = await world().arm(bob, above(100));
      const result = await world().store.quotes.recordQuotes(
        [[exampleTick(5_000, 101)]],
        withoutLevel(broken.alert.id),
      );
      expect([result.stored.length, result.triggers.length]).to.deep.equal([1, 1]);
      const [{ state, lastFireTimeMs }] = (await world().alert(ann, broken.alert.id)).states as [AlertSymbolState];
      expect([state.name, lastFireTimeMs]).to.deep.equal(["ERROR", null]);
      expect((await world().state(bob, sound.alert.id)).name).to.equal("TRIGGERED");
      expect(
        [await world().notifications(ann), await world().notifications(bob)].map(({ length }) => length),
      ).to.deep.equal([0, 1]);
      expect(world().log.join()).to.include(broken.alert.id);
      expect((await world().tick(102)).triggerCount).to.equal(0);
    });

    it("leaves nothing behind of a batch that fails in the middle, neither in memory nor on disk", async () => {
      const user = await world().user();
      await world().tick(90);
      const { alert } = await world().arm(user, above(100));
      const batch = [
        exampleTick(HOUR_MS, 95),
        exampleTick(2 * HOUR_MS, 101),
        exampleTick(0, 1, { symbol: "MSFT" }),
      ] as const;
      world().diskFails = true;
      const failure = await world()
        .record(...batch)
        .catch((error: unknown) => String(error));
      expect(failure).to.include("failed on purpose");
      world().diskFails = false;
      expect((await world().store.quotes.listQuotes()).map(({ quote }) => quote.close)).to.deep.equal([90]);
      expect((await world().state(user, alert.id)).name).to.equal("ARMED");
      expect(await world().notifications(user)).to.deep.equal([]);
      const { stored, triggerCount } = await world().record(...batch);
      expect(stored.map(({ seq }) => seq)).to.deep.equal([2, 3, 4]);
      expect(triggerCount).to.equal(1);
    });

    it("lets simulated prices and real ones never meet in one walk", async () => {
      const user = await world().user();
      await world().record(exampleTick(0, 90, { source: "simulator" }));
      await world().arm(user, crosses(100));
      const { stored, triggerCount } = await world().record(exampleTick(HOUR_MS, 110));
      expect([stored[0]?.seq, triggerCount]).to.deep.equal([2, 0]);
      expect((await world().record(exampleTick(HOUR_MS + 1, 99))).triggerCount).to.equal(1);
    });
  });
}
