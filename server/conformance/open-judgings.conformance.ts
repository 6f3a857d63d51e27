// Quotes that touch more alerts than one commit judges.
import { expect } from "chai";
import type { Alert } from "../../domain/alert.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { above, crosses, exampleBar, exampleTick } from "../../test/examples.ts";
import { eachInItsWorld, levelOf, stateOf, type OpenStore, type StoreWorld } from "../testing/store-world.ts";
import { withoutLevel } from "../testing/without-level.ts";

const PER_COMMIT = 5;
const LATER_MS = 60 * SECOND_MS;

export function openJudgingsConformance(openStore: OpenStore): void {
  describe("recordQuotes(), when a quote touches more alerts than a commit judges", () => {
    const world = eachInItsWorld(openStore);

    /** So many alerts of one user at or above 1001, 1002, …; the last price is 1000. */
    const armMany = async (count: number, changes: Partial<Alert> = {}): Promise<string> => {
      world().alertsPerCommit = PER_COMMIT;
      await world().restart();
      const user = await world().user();
      const { symbol = "AAPL" } = changes;
      await world().tick(1000, { symbol });
      for (let at = 1; at <= count; at += 1) await world().arm(user, above(1000 + at), changes);
      return user;
    };

    it("judges so many in each commit, stores the quote in the first, and fires every alert once", async () => {
      const user = await armMany(12);
      const first = await world().commit([exampleTick(LATER_MS, 1100)]);
      expect(first.stored.map(({ seq }) => seq)).to.deep.equal([2]);
      expect(first.batches).to.deep.equal([{ storedCount: 1, knownCount: 0, deferred: [], opened: [2], doubted: [] }]);
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
        Array.from({ length: 12 }, (_none, at) => [1001 + at, 2]),
      );
    });

    it("defers the symbol's next quotes, known ones too, and takes them in order after the commit in which it is through", async () => {
      await armMany(7);
      const quotes = [exampleTick(LATER_MS, 1100), exampleTick(LATER_MS + 2, 1050), exampleTick(LATER_MS + 1, 990)];
      const { batches } = await world().commit(quotes);
      expect(batches[0]?.deferred.map(({ close }) => close)).to.deep.equal([990, 1050]);
      // Another batch's earlier quote may have been left out of the commit that ends it.
      const ending = await world().commit(quotes);
      expect([ending.open, ending.stored]).to.deep.equal([[], []]);
      const again = await world().commit(quotes);
      expect(again.batches[0]).to.include({ storedCount: 2, knownCount: 1 });
      expect(again.stored.map(({ quote, seq }) => [quote.close, seq])).to.deep.equal([
        [990, 3],
        [1050, 4],
      ]);
    });

    it("leaves open judgings alone in a commit with other symbols' quotes, and gives them two thirds of the next", async () => {
      const user = await armMany(20);
      for (const level of [1001, 1002]) await world().arm(user, above(level), { symbol: "MSFT" });
      await world().tick(1000, { symbol: "MSFT" });
      await world().commit([exampleTick(LATER_MS, 1100)]);
      const fired: number[][] = [];
      for (let at = 0; at < 4; at += 1) {
        const { stored, triggers, open } = await world().commit([exampleTick(LATER_MS + at, 1050, { symbol: "MSFT" })]);
        expect(stored.map(({ quote }) => quote.symbol)).to.deep.equal(["MSFT"]);
        expect(open.map(({ symbol }) => symbol)).to.deep.equal(["AAPL"]);
        const of = (symbol: string) => triggers.filter(({ trigger }) => trigger.quote.symbol === symbol).length;
        fired.push([of("AAPL"), of("MSFT")]);
      }
      const [without, withThem] = [0, 4];
      expect(fired).to.deep.equal([
        [without, 2],
        [withThem, 0],
        [without, 0],
        [withThem, 0],
      ]);
      const rest = [await world().commit(), await world().commit()];
      expect(rest.map(({ triggers }) => triggers.length)).to.deep.equal([4, 3]);
    });

    it("gets through with an open judging however many other quotes come with every commit", async () => {
      const user = await armMany(12);
      for (const symbol of ["MSFT", "IBM", "V"]) {
        await world().tick(1000, { symbol });
        for (let at = 1; at <= 6; at += 1) await world().arm(user, above(1000 + at), { symbol });
      }
      let { open } = await world().commit([exampleTick(LATER_MS, 1100)]);
      const opening = ["MSFT", "IBM", "V"].map((symbol) => exampleTick(LATER_MS, 1100, { symbol }));
      for (let at = 1; open.length > 0; at += 1) {
        const next = opening.pop() ?? exampleTick(LATER_MS + at, 1, { symbol: "TSLA" });
        ({ open } = await world().commit([next]));
        expect(at).to.be.at.most(25); // 7 and three times 1 are left, 4 in every second commit
      }
      expect(new Set((await world().alerts(user)).map((record) => stateOf(record).name))).to.deep.equal(
        new Set(["TRIGGERED"]),
      );
    });

    it("gives each open judging a part of every commit", async () => {
      const user = await armMany(30);
      await world().tick(1000, { symbol: "MSFT" });
      for (let at = 1; at <= 9; at += 1) await world().arm(user, above(1000 + at), { symbol: "MSFT" });
      await world().commit([exampleTick(LATER_MS, 1100)]);
      const { open } = await world().commit([exampleTick(LATER_MS, 1100, { symbol: "MSFT" })]);
      expect(open.map(({ symbol }) => symbol)).to.deep.equal(["AAPL", "MSFT"]);
      const { triggers } = await world().commit();
      const symbols = triggers.map(({ trigger }) => trigger.quote.symbol);
      expect(symbols).to.deep.equal(["AAPL", "AAPL", "AAPL", "MSFT", "MSFT"]);
    });

    it("leaves a quote that fits in a commit for the next one, when the rest of this one is too small", async () => {
      const user = await armMany(3);
      for (let at = 1; at <= 4; at += 1) await world().arm(user, above(1050 + at));
      const quotes = [exampleTick(LATER_MS, 1020), exampleTick(LATER_MS + 1, 1100)];
      const first = await world().commit(quotes);
      expect(first.batches).to.deep.equal([
        { storedCount: 1, knownCount: 0, deferred: [quotes[1]], opened: [], doubted: [] },
      ]);
      expect([first.triggers.length, first.open]).to.deep.equal([3, []]);
      const second = await world().commit(quotes);
      expect([second.triggers.length, second.open]).to.deep.equal([4, []]);
    });

    it("goes on after a restart, whatever comes first", async () => {
      await armMany(12);
      const quote = exampleTick(LATER_MS, 1100);
      await world().commit([quote]);
      await world().restart();
      expect(await world().store.quotes.newestAsOf()).to.equal(quote.quoteTimeMs);
      const second = await world().commit(
        [quote, exampleTick(LATER_MS + 1, 1150)],
        [exampleTick(0, 1, { symbol: "V" })],
      );
      expect(second.stored.map(({ quote: { symbol }, seq }) => [symbol, seq])).to.deep.equal([["V", 3]]);
      expect([second.batches[0]?.deferred.length, second.triggers.length]).to.deep.equal([2, 4]);
      await world().restart();
      expect((await world().commit()).triggers).to.have.length(3);
      expect((await world().record(quote)).knownCount).to.equal(1);
    });

    it("keeps nothing of a commit that fails in the middle, and does it again", async () => {
      await armMany(12);
      await world().commit([exampleTick(LATER_MS, 1100)]);
      world().diskFails = true;
      const failure = await world()
        .commit()
        .catch((error: unknown) => String(error));
      expect(failure).to.include("failed on purpose");
      world().diskFails = false;
      expect((await world().commit()).triggers).to.have.length(5);
      expect((await world().commit()).triggers).to.have.length(2);
    });

    it("goes on past an alert whose trigger cannot be written, however often it is tried", async () => {
      const user = await armMany(12);
      const all = await world().alerts(user);
      const broken = all.find((record) => levelOf(record) === 1007)?.alert.id ?? "";
      const judge = withoutLevel(broken);
      const first = await world().commit([exampleTick(LATER_MS, 1100)]);
      const rest = [
        await world().store.quotes.recordQuotes([], judge),
        await world().store.quotes.recordQuotes([], judge),
      ];
      expect([first, ...rest].map(({ triggers }) => triggers.length)).to.deep.equal([5, 4, 2]);
      expect(rest[1]?.open).to.deep.equal([]);
      expect((await world().state(user, broken)).name).to.equal("ERROR");
    });

    it("never judges an alert twice on one quote, wherever its new wakes lie", async () => {
      const user = await armMany(0);
      for (let at = 0; at < 8; at += 1) await world().arm(user, crosses(1100), { repeat: "every" });
      await world().record(exampleTick(2 * SECOND_MS, 1120)); // all fired: they arm again at 1094.5 or 1105.5
      world().alertsPerCommit = 1;
      await world().restart();
      const bar = exampleBar(20, [1120, 1120, 1080, 1090]); // arms them again by its close, and passes 1100 on its way
      expect((await world().record(bar)).triggerCount).to.equal(0);
      const states = (await world().alerts(user)).map(stateOf);
      expect(states.map(({ name, version }) => [name, version])).to.deep.equal(Array(8).fill(["ARMED", 3]));
    });
  });

  describe("what an owner does while a judging of the symbol is open", () => {
    const world = eachInItsWorld(openStore);

    /** Ten alerts, of which the quote at 1100 has fired five; the ids of a fired one and of one that waits. */
    const open = async () => {
      world().alertsPerCommit = PER_COMMIT;
      await world().restart();
      const user = await world().user();
      await world().tick(1000);
      const ids: string[] = [];
      for (let at = 1; at <= 10; at += 1) ids.push((await world().arm(user, above(1000 + at))).alert.id);
      await world().commit([exampleTick(LATER_MS, 1100)]);
      return { user, fired: ids[0] ?? "", waiting: ids[9] ?? "" };
    };
    const rearm = (alert: Alert) => ({ alert: { ...alert, condition: above(1050) }, rearm: true });

    const arming: [string, (world: StoreWorld, ids: Awaited<ReturnType<typeof open>>) => Promise<unknown>][] = [
      ["makes an alert", (at, { user }) => at.arm(user, above(1050))],
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
        expect(await done).to.have.nested.property("states[0].state.name", "DISARMED"); // true already: the price is 1100
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
        const before = await world().alerts(ids.user);
        expect((await world().commit()).open).to.deep.equal([]);
        await world().sweep();
        const after = await world().alerts(ids.user);
        expect(after.map(({ alert }) => alert)).to.deep.equal(before.map(({ alert }) => alert));
        expect(after.map((record) => stateOf(record).name)).to.deep.equal(Array(10).fill("TRIGGERED"));
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
      expect(stateOf(renamed).name).to.equal("ARMED");
      expect(stateOf(await world().arm(user, above(1050), { symbol: "MSFT" })).name).to.equal("ARMED");
      await alerts.deleteAlerts(user, [fired], () => undefined);
      const { triggers } = await world().commit();
      expect(triggers.map(({ trigger }) => trigger.note)).to.deep.equal(["", "", "", "", "new"]);
    });

    it("keeps an alert that is paused or deleted by then from being judged", async () => {
      const { user, waiting } = await open();
      const { alerts } = world().store;
      expect(stateOf(await alerts.pauseAlert(user, waiting, null)).name).to.equal("PAUSED");
      const [newest] = await world().alerts(user, { state: "ARMED" });
      await alerts.deleteAlerts(user, [newest?.alert.id ?? ""], () => undefined);
      expect((await world().commit()).triggers).to.have.length(3);
      expect((await world().state(user, waiting)).name).to.equal("PAUSED");
    });
  });
}
