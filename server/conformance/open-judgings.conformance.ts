// Quotes that touch more alerts than one commit judges.
import { expect } from "chai";
import type { Alert } from "../../domain/alert.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { above, crosses, exampleBar, exampleTick } from "../../test/examples.ts";
import { eachInItsWorld, type OpenStore, type StoreWorld } from "../testing/store-world.ts";

const PER_COMMIT = 5;
const LATER_MS = 60 * SECOND_MS;

export function openJudgingsConformance(openStore: OpenStore): void {
  describe("recordQuotes(), when a quote touches more alerts than a commit judges", () => {
    const world = eachInItsWorld(openStore);

    /** So many alerts of one user at or above 101, 102, …; the last price is 100. */
    const armMany = async (count: number, changes: Partial<Alert> = {}): Promise<string> => {
      world().alertsPerCommit = PER_COMMIT;
      await world().restart();
      const user = await world().user();
      const { symbol = "AAPL" } = changes;
      await world().tick(100, { symbol });
      for (let at = 1; at <= count; at += 1) await world().arm(user, above(100 + at), changes);
      return user;
    };

    it("judges so many in each commit, stores the quote in the first, and fires every alert once", async () => {
      const user = await armMany(12);
      const first = await world().commit([exampleTick(LATER_MS, 200)]);
      expect(first.stored.map(({ seq }) => seq)).to.deep.equal([2]);
      expect(first.batches).to.deep.equal([{ storedCount: 1, knownCount: 0, deferred: [], opened: [2] }]);
      expect(first.open).to.deep.equal([{ symbol: "AAPL", seq: 2 }]);
      const rest = [await world().commit(), await world().commit()];
      expect([first, ...rest].map(({ triggers }) => triggers.length)).to.deep.equal([5, 5, 2]);
      expect(rest.map(({ open, stored }) => [open.length, stored.length])).to.deep.equal([
        [1, 0],
        [0, 0],
      ]);
      const [notification, ...others] = await world().notifications(user);
      expect(others).to.deep.equal([]);
      expect(notification?.triggers.map(({ level, seq }) => [level, seq])).to.deep.equal(
        Array.from({ length: 12 }, (_none, at) => [101 + at, 2]),
      );
    });

    it("defers the symbol's next quotes, known ones too, and takes them in order after the commit in which it is through", async () => {
      await armMany(7);
      const quotes = [exampleTick(LATER_MS, 200), exampleTick(LATER_MS + 2, 150), exampleTick(LATER_MS + 1, 90)];
      const { batches } = await world().commit(quotes);
      expect(batches[0]?.deferred.map(({ close }) => close)).to.deep.equal([90, 150]);
      // Another batch's earlier quote may have been left out of the commit that ends it.
      const ending = await world().commit(quotes);
      expect([ending.open, ending.stored]).to.deep.equal([[], []]);
      const again = await world().commit(quotes);
      expect(again.batches[0]).to.include({ storedCount: 2, knownCount: 1 });
      expect(again.stored.map(({ quote, seq }) => [quote.close, seq])).to.deep.equal([
        [90, 3],
        [150, 4],
      ]);
    });

    it("goes on with the other symbols meanwhile, whose quotes have half of the commit", async () => {
      const user = await armMany(20);
      for (const level of [101, 102]) await world().arm(user, above(level), { symbol: "MSFT" });
      await world().tick(100, { symbol: "MSFT" });
      await world().commit([exampleTick(LATER_MS, 200)]);
      const { stored, triggers, open } = await world().commit([exampleTick(LATER_MS, 150, { symbol: "MSFT" })]);
      expect(stored.map(({ quote }) => quote.symbol)).to.deep.equal(["MSFT"]);
      expect(open.map(({ symbol }) => symbol)).to.deep.equal(["AAPL"]);
      const fired = (symbol: string) => triggers.filter(({ trigger }) => trigger.quote.symbol === symbol).length;
      expect([fired("AAPL"), fired("MSFT")]).to.deep.equal([3, 2]);
    });

    it("gives each open judging a part of every commit", async () => {
      const user = await armMany(30);
      await world().tick(100, { symbol: "MSFT" });
      for (let at = 1; at <= 9; at += 1) await world().arm(user, above(100 + at), { symbol: "MSFT" });
      await world().commit([exampleTick(LATER_MS, 200)]);
      const { open } = await world().commit([exampleTick(LATER_MS, 200, { symbol: "MSFT" })]);
      expect(open.map(({ symbol }) => symbol)).to.deep.equal(["AAPL", "MSFT"]);
      const { triggers } = await world().commit();
      const symbols = triggers.map(({ trigger }) => trigger.quote.symbol);
      expect(symbols).to.deep.equal(["AAPL", "AAPL", "AAPL", "MSFT", "MSFT"]);
    });

    it("leaves a quote that fits in a commit for the next one, when the rest of this one is too small", async () => {
      const user = await armMany(3);
      for (let at = 1; at <= 4; at += 1) await world().arm(user, above(150 + at));
      const quotes = [exampleTick(LATER_MS, 120), exampleTick(LATER_MS + 1, 200)];
      const first = await world().commit(quotes);
      expect(first.batches).to.deep.equal([{ storedCount: 1, knownCount: 0, deferred: [quotes[1]], opened: [] }]);
      expect([first.triggers.length, first.open]).to.deep.equal([3, []]);
      const second = await world().commit(quotes);
      expect([second.triggers.length, second.open]).to.deep.equal([4, []]);
    });

    it("goes on after a restart, whatever comes first", async () => {
      await armMany(12);
      const quote = exampleTick(LATER_MS, 200);
      await world().commit([quote]);
      await world().restart();
      expect(await world().store.quotes.newestAsOf()).to.equal(quote.quoteTimeMs);
      const second = await world().commit(
        [quote, exampleTick(LATER_MS + 1, 300)],
        [exampleTick(0, 1, { symbol: "V" })],
      );
      expect(second.stored.map(({ quote: { symbol }, seq }) => [symbol, seq])).to.deep.equal([["V", 3]]);
      expect(second.batches[0]?.deferred).to.have.length(2);
      await world().restart();
      expect((await world().commit()).triggers).to.have.length(4);
      expect((await world().record(quote)).knownCount).to.equal(1);
    });

    it("keeps nothing of a commit that fails in the middle, and does it again", async () => {
      await armMany(12);
      await world().commit([exampleTick(LATER_MS, 200)]);
      world().idsFail = true;
      const failure = await world()
        .commit()
        .catch((error: unknown) => String(error));
      expect(failure).to.include("no id to be had");
      world().idsFail = false;
      expect((await world().commit()).triggers).to.have.length(5);
      expect((await world().commit()).triggers).to.have.length(2);
    });

    it("never judges an alert twice on one quote, wherever its new wakes lie", async () => {
      const user = await armMany(0);
      for (let at = 0; at < 8; at += 1) await world().arm(user, crosses(110), { repeat: "every" });
      await world().record(exampleTick(2 * SECOND_MS, 112)); // all fired: they arm again at 109.45 or 110.55
      world().alertsPerCommit = 1;
      await world().restart();
      const bar = exampleBar(20, [112, 112, 108, 109]); // arms them again by its close, and passes 110 on its way
      expect((await world().record(bar)).triggerCount).to.equal(0);
      const query = { userId: user, symbol: null, state: null, repeat: null, before: null, limit: 10 };
      const { rows } = await world().store.alerts.listAlerts(query);
      expect(rows.map(({ state }) => [state.name, state.version])).to.deep.equal(Array(8).fill(["ARMED", 3]));
    });
  });

  describe("what an owner does while a judging of the symbol is open", () => {
    const world = eachInItsWorld(openStore);

    /** Ten alerts, of which the quote at 200 has fired five; the ids of a fired one and of one that waits. */
    const open = async () => {
      world().alertsPerCommit = PER_COMMIT;
      await world().restart();
      const user = await world().user();
      await world().tick(100);
      const ids: string[] = [];
      for (let at = 1; at <= 10; at += 1) ids.push((await world().arm(user, above(100 + at))).alert.id);
      await world().commit([exampleTick(LATER_MS, 200)]);
      return { user, fired: ids[0] ?? "", waiting: ids[9] ?? "" };
    };
    const listed = async (userId: string) => {
      const query = { userId, symbol: null, state: null, repeat: null, before: null, limit: 20 };
      return (await world().store.alerts.listAlerts(query)).rows;
    };
    const rearm = (alert: Alert) => ({ alert: { ...alert, condition: above(150) }, rearm: true });

    const arming: [string, (world: StoreWorld, ids: Awaited<ReturnType<typeof open>>) => Promise<unknown>][] = [
      ["makes an alert", (at, { user }) => at.arm(user, above(150))],
      ["resumes one", (at, { user, fired }) => at.store.alerts.resumeAlert(user, fired, at.eventNowMs)],
      ["changes what one watches for", (at, { user, waiting }) => at.store.alerts.updateAlert(user, waiting, 0, rearm)],
    ];
    for (const [act, doIt] of arming) {
      it(`waits when it ${act}, and is armed on that quote`, async () => {
        const ids = await open();
        let isDone = false;
        const done = doIt(world(), ids).then((record) => {
          isDone = true;
          return record;
        });
        await world().sweep();
        expect(isDone).to.equal(false);
        await world().commit();
        expect(await done).to.have.nested.property("state.name", "DISARMED"); // true already: the price is 200
      });
    }

    for (const [act, doIt] of arming) {
      it(`does not wait for ever when it ${act}, and nothing is done after the refusal`, async () => {
        const ids = await open();
        const refused = doIt(world(), ids).catch((error: unknown) => error);
        await world().sweep();
        world().clock.advance(9 * SECOND_MS);
        const error = await refused;
        expect(error).to.include({ code: "UNAVAILABLE", reason: "STORE_UNAVAILABLE" });
        expect(error).to.have.property("retryAfterMs").that.is.above(0);
        const before = await listed(ids.user);
        expect((await world().commit()).open).to.deep.equal([]);
        await world().sweep();
        const after = await listed(ids.user);
        expect(after.map(({ alert }) => alert)).to.deep.equal(before.map(({ alert }) => alert));
        expect(after.map(({ state }) => state.name)).to.deep.equal(Array(10).fill("TRIGGERED"));
        expect(world().clock.sleeping).to.equal(0);
      });
    }

    it("does not wait when it arms nothing, or something else", async () => {
      const { user, fired, waiting } = await open();
      const { alerts } = world().store;
      const renamed = await alerts.updateAlert(user, waiting, 0, (alert) => ({
        alert: { ...alert, note: "new" },
        rearm: false,
      }));
      expect(renamed.state.name).to.equal("ARMED");
      expect((await world().arm(user, above(150), { symbol: "MSFT" })).state.name).to.equal("ARMED");
      await alerts.deleteAlerts(user, [fired], () => undefined);
      const { triggers } = await world().commit();
      expect(triggers.map(({ trigger }) => trigger.note)).to.deep.equal(["", "", "", "", "new"]);
    });

    it("keeps an alert that is paused or deleted by then from being judged", async () => {
      const { user, waiting } = await open();
      const { alerts } = world().store;
      expect((await alerts.pauseAlert(user, waiting)).state.name).to.equal("PAUSED");
      const { rows } = await alerts.listAlerts({
        userId: user,
        symbol: null,
        state: "ARMED",
        repeat: null,
        before: null,
        limit: 9,
      });
      await alerts.deleteAlerts(user, [rows[0]?.alert.id ?? ""], () => undefined);
      expect((await world().commit()).triggers).to.have.length(3);
      expect((await world().alert(user, waiting)).state.name).to.equal("PAUSED");
    });
  });
}
