import { expect } from "chai";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../../domain/time.ts";
import { above, below, EXAMPLE_START_MS, exampleBar, exampleTick } from "../../test/examples.ts";
import { eachInItsWorld, type OpenStore, type StoreWorld } from "../testing/store-world.ts";
import { toldTriggers } from "../testing/told-triggers.ts";

export function endedHoldsConformance(openStore: OpenStore): void {
  describe("the end of a HOLD", () => {
    const world = eachInItsWorld(openStore);
    /** The owners have an alert each at 100; then comes half of that, on the next day. */
    const hold = async (...users: string[]) => {
      await world().tick(100);
      for (const user of users) await world().arm(user, below(60));
      return world().record(at(50, 0));
    };
    const release = (verdict: "accept" | "reject") => world().store.holds.release("AAPL", verdict, WORD_MS);
    const notice = { ratio: "2 for 1", acceptedPrice: 100, heldPrice: 50 };

    for (const [verdict, end, price] of [
      ["accept", "ACCEPTED", 50],
      ["reject", "REJECTED", 100],
    ] as const) {
      it(`is told to who was told of it, in the open notification: an operator's ${verdict}`, async () => {
        const user = await world().user();
        const { triggers } = await hold(user);
        expect(triggers.map(({ trigger }) => trigger.hold)).to.deep.equal([{ ...notice, end: null }]);
        await release(verdict);
        const [told, ...others] = (await world().record()).triggers;
        expect([told?.userId, others]).to.deep.equal([user, []]);
        const times = { fireTimeMs: WORD_MS, judgeTimeMs: world().clock.now() };
        const expected = { kind: "HOLD_ENDED", hold: { ...notice, end }, price, level: 0, seq: null, ...times };
        expect(told?.trigger).to.deep.include(expected);
        const [notification, ...more] = await world().notifications(user);
        expect([notification?.triggers.map(({ kind }) => kind), more]).to.deep.equal([["HELD", "HOLD_ENDED"], []]);
        expect(notification?.triggers[1]).to.deep.include(expected);
        expect((await world().record(at(price, 2 * HOUR_S))).triggerCount).to.equal(0);
      });
    }

    it("is told when a price comes that is believed, and waits for the cooldown after the mail of its beginning", async () => {
      const user = await world().user();
      await hold(user);
      const first = await world().begin();
      await world().end(first, "taken");
      const { triggers } = await world().record(at(99, 60));
      const hold99 = { ...notice, end: "PRICE_BACK" };
      const told = triggers.map(({ trigger: { kind, price, fireTimeMs, ...trigger } }) => [
        kind,
        price,
        fireTimeMs,
        trigger.hold,
      ]);
      expect(told).to.deep.equal([["HOLD_ENDED", 99, NEXT_DAY_MS + 60 * SECOND_MS, hold99]]);
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(HOUR_MS);
      const { content } = await world().begin();
      expect(toldTriggers(content).map(({ kind }) => kind)).to.deep.equal(["HOLD_ENDED"]);
    });

    it("is told to nobody who was not told of its beginning", async () => {
      const [told, late] = [await world().user(), await world().user()];
      await hold(told);
      await world().arm(late, below(60));
      await release("reject");
      expect((await world().record()).triggers.map(({ userId }) => userId)).to.deep.equal([told]);
      await world().record(at(98, 3 * HOUR_S));
      await world().record(at(49, DAY_S));
      await release("reject");
      const again = (await world().record()).triggers.map(({ userId, trigger }) => [userId, trigger.kind]);
      expect(again).to.deep.equal([told, late].sort().map((user) => [user, "HOLD_ENDED"]));
    });

    it("is told once, however often the rejected price puts the symbol on HOLD again", async () => {
      const user = await world().user();
      const bar = (minute: number, price: number, fetchedS: number) =>
        exampleBar(minute, [price, price, price, price], { fetchTimeMs: EXAMPLE_START_MS + fetchedS * SECOND_MS });
      await world().record(bar(0, 300, 60));
      await world().arm(user, above(400));
      const kinds = async (act: ReturnType<StoreWorld["record"]>) =>
        (await act).triggers.map(({ trigger }) => trigger.kind);
      expect(await kinds(world().record(bar(1, 3, 120)))).to.deep.equal(["HELD"]);
      await release("reject");
      expect(await kinds(world().record())).to.deep.equal(["HOLD_ENDED"]);
      expect(await kinds(world().record(bar(1, 3.01, 130)))).to.deep.equal([]);
      expect(await kinds(world().record(bar(2, 300, 180)))).to.deep.equal([]);
    });

    it("is told by an alert that still watches, and to nobody who has none any more", async () => {
      const [one, other] = [await world().user(), await world().user()];
      await world().tick(100);
      const alertsOf = [one, one, other].map((user) => world().arm(user, above(200)));
      const [first, second, theirs] = (await Promise.all(alertsOf)).map(({ alert }) => alert);
      await world().record(at(50, 0));
      const { store } = world();
      await store.alerts.deleteAlerts(one, [first!.id], () => undefined);
      await store.alerts.deleteAlerts(other, [theirs!.id], () => undefined);
      await release("accept");
      const told = (await world().record()).triggers.map(({ userId, trigger }) => [userId, trigger.alertId]);
      expect(told).to.deep.equal([[one, second!.id]]);
    });

    it("is told to many owners in slices, going on after a restart", async () => {
      world().alertsPerCommit = 2;
      await world().restart();
      const users: string[] = [];
      for (let count = 0; count < 5; count += 1) users.push(await world().user());
      await hold(...users);
      await release("reject");
      const told: string[] = [];
      for (let isTelling = true; isTelling;) {
        await world().restart();
        const result = await world().commit();
        expect(result.triggers.length).to.be.at.most(2);
        told.push(...result.triggers.map(({ userId }) => userId));
        ({ isTelling } = result);
      }
      expect(told.sort()).to.deep.equal(users.sort());
      expect((await world().commit()).triggers).to.deep.equal([]);
    });

    it("leaves the last price that was believed to be seen meanwhile, also of a bar of which a later version is doubted", async () => {
      const forming = (fetchedS: number, price: number) =>
        exampleBar(0, [price, price, price, price], { fetchTimeMs: EXAMPLE_START_MS + fetchedS * SECOND_MS });
      await world().record(forming(10, 100));
      await world().record(forming(20, 10_000));
      const { quotes } = world().store;
      expect(await quotes.getQuote("AAPL")).to.deep.equal({ quote: forming(10, 100), seq: 1 });
      expect((await quotes.listQuotes()).map(({ quote }) => quote.close)).to.deep.equal([100]);
      await world().store.holds.release("AAPL", "accept", WORD_MS);
      expect(await quotes.getQuote("AAPL")).to.deep.equal({ quote: forming(20, 10_000), seq: 2 });
    });

    it("shows in the doubts as they stand, where odd prices do too", async () => {
      const standing = async () =>
        [...(await world().store.holds.listDoubts())].map(([symbol, { kind }]) => [symbol, kind]);
      await hold();
      await world().record(at(100, 0, "MSFT"));
      await world().record(at(70, 1, "MSFT"));
      expect(await standing()).to.have.deep.members([
        ["AAPL", "HELD"],
        ["MSFT", "QUARANTINED"],
      ]);
      await release("accept");
      await world().restart();
      expect(await standing()).to.deep.equal([["MSFT", "QUARANTINED"]]);
    });
  });
}

const HOUR_S = HOUR_MS / SECOND_MS;
const DAY_S = DAY_MS / SECOND_MS;
const NEXT_DAY_MS = EXAMPLE_START_MS + DAY_MS;
/** An operator speaks an hour after the HOLD began. */
const WORD_MS = NEXT_DAY_MS + HOUR_MS;

/** A tick of the next day, so many seconds after the start of the examples. */
function at(price: number, afterS: number, symbol = "AAPL") {
  return exampleTick(DAY_MS + afterS * SECOND_MS, price, { symbol });
}
