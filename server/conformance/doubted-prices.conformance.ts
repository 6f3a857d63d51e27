import { expect } from "chai";
import type { Quote } from "../../domain/quote.ts";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../../domain/time.ts";
import { above, below, EXAMPLE_START_MS, exampleBar, exampleTick } from "../../test/examples.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { eachInItsWorld, type OpenStore, type Recorded } from "../testing/store-world.ts";
import { toldTriggers } from "../testing/told-triggers.ts";

/** Each quote's place in the order of judging; null: it was not judged. */
const seqs = ({ stored }: Recorded) => stored.map(({ seq }) => seq);
const kinds = ({ triggers }: Recorded) => triggers.map(({ trigger }) => trigger.kind);

export function doubtedPricesConformance(openStore: OpenStore): void {
  describe("a quarantined price", () => {
    const world = eachInItsWorld(openStore);

    it("is stored and not judged, and the source is to be asked again, once", async () => {
      const user = await world().user();
      await world().tick(100);
      await world().arm(user, below(80));
      const { batches, stored, triggers } = await world().commit([at(70, 2)], [at(100, 2, { symbol: "MSFT" })]);
      expect(stored.map(({ quote, seq }) => [quote.symbol, seq])).to.deep.equal([
        ["AAPL", null],
        ["MSFT", 2],
      ]);
      expect(triggers).to.deep.equal([]);
      expect(batches.map(({ doubted }) => doubted)).to.deep.equal([["AAPL"], []]);
      const [another] = (await world().commit([at(60, 3)])).batches;
      expect(another).to.deep.include({ storedCount: 1, doubted: [] });
      expect((await world().store.quotes.getQuote("AAPL"))?.quote.close).to.equal(100);
    });

    for (const restarts of [false, true]) {
      it(`is confirmed by a quote fetched a second later${restarts ? ", also after a restart" : ""}`, async () => {
        const user = await world().user();
        await world().tick(100);
        await world().arm(user, below(80));
        expect(seqs(await world().record(at(70, 5)))).to.deep.equal([null]);
        if (restarts) await world().restart();
        const confirmed = await world().record(at(71, 6));
        expect(seqs(confirmed)).to.deep.equal([2]);
        expect(confirmed.triggers[0]?.trigger).to.deep.include({ kind: "FIRED", price: 71, seq: 2 });
      });
    }

    it("is not confirmed by its own answer, and is by the same price told again a second later", async () => {
      await world().tick(100);
      const answer = (fetchedS: number) => [1, 2].map((minute) => bar(minute, 70, fetchedS));
      expect(seqs(await world().record(...answer(180)))).to.deep.equal([null, null]);
      expect(seqs(await world().record(...answer(180)))).to.deep.equal([]);
      const early = await world().record(bar(2, 70, 180.999));
      expect([seqs(early), early.knownCount]).to.deep.equal([[], 1]);
      expect(seqs(await world().record(bar(2, 70, 181)))).to.deep.equal([2]);
      expect(seqs(await world().record(bar(2, 70, 190)))).to.deep.equal([]);
      expect((await world().store.quotes.getQuote("AAPL"))?.quote.close).to.equal(70);
    });

    it("is forgotten when the old price comes back", async () => {
      await world().tick(100);
      await world().record(at(70, 5));
      expect(seqs(await world().record(at(101, 6)))).to.deep.equal([2]);
      expect(seqs(await world().record(at(70, 7)))).to.deep.equal([null]);
    });

    it("concerns its own symbol only, and changes with its commit alone", async () => {
      await world().record(at(100, 1), at(100, 1, { symbol: "MSFT" }));
      const recorded = await world().record(at(70, 5), at(70, 5, { symbol: "MSFT" }), at(71, 6));
      expect(seqs(recorded)).to.deep.equal([null, null, 3]);
      expect(seqs(await world().record(at(71, 7, { symbol: "MSFT" })))).to.deep.equal([4]);
    });

    it("leaves no trace of a commit that failed", async () => {
      const user = await world().user();
      await world().tick(100);
      await world().arm(user, below(80));
      await world().record(at(70, 5));
      world().diskFails = true;
      await refusalOf(world().record(at(70, 6)));
      world().diskFails = false;
      expect(kinds(await world().record(at(70, 6)))).to.deep.equal(["FIRED"]);
    });
  });

  describe("a wild extreme", () => {
    const world = eachInItsWorld(openStore);

    for (const alertsPerCommit of [1, 100]) {
      it(`fires nothing, also while its judging is open over a restart (${alertsPerCommit} a commit)`, async () => {
        world().alertsPerCommit = alertsPerCommit;
        await world().restart();
        const user = await world().user();
        await world().record(exampleBar(0, [100, 100, 100, 100]));
        for (const condition of [above(150), below(50), above(100.5), above(100.7)]) await world().arm(user, condition);
        const wild = exampleBar(1, [100, 1_000, 1, 101]);
        const first = await world().commit([wild]);
        await world().restart();
        const rest = await world().record(wild);
        const fired = [...first.triggers, ...rest.triggers].map(({ trigger }) => [trigger.level, trigger.price]);
        expect(fired).to.have.deep.members([
          [100.5, 101],
          [100.7, 101],
        ]);
        expect((await world().store.quotes.getQuote("AAPL"))?.quote.high).to.equal(1_000);
      });
    }
  });

  describe("a symbol on HOLD", () => {
    const world = eachInItsWorld(openStore);
    /** 100, and half of it on the next day, with an alert at 60. */
    const split = async (...users: string[]) => {
      await world().tick(100);
      for (const user of users) await world().arm(user, below(60));
      return world().record(at(50, DAY_S));
    };

    it("is stored and not judged; each owner gets one notice, in the open notification", async () => {
      const [one, other] = [await world().user(), await world().user()];
      const [paused, expired] = [await world().user(), await world().user()];
      await world().tick(100);
      const { alert } = await world().arm(paused, below(60));
      await world().store.alerts.pauseAlert(paused, alert.id, null);
      await world().arm(expired, below(60), { expireTimeMs: EXAMPLE_START_MS + HOUR_MS });
      const held = await split(one, one, other);
      expect(seqs(held)).to.deep.equal([null]);
      expect(
        held.triggers.map(({ userId, trigger }) => [userId, trigger.kind, trigger.price, trigger.seq]),
      ).to.deep.equal([one, other].sort().map((user) => [user, "HELD", 50, null]));
      const later = await world().record(at(49, DAY_S + 60), at(50.5, DAY_S + 120));
      expect([seqs(later), kinds(later)]).to.deep.equal([[null, null], []]);
      const { content } = await world().begin();
      expect(toldTriggers(content).map(({ kind }) => kind)).to.deep.equal(["HELD"]);
      expect(await world().notifications(one)).to.have.length(1);
    });

    it("tells many owners in slices, going on after a restart", async () => {
      world().alertsPerCommit = 2;
      await world().restart();
      const users: string[] = [];
      for (let count = 0; count < 5; count += 1) users.push(await world().user());
      await world().tick(100);
      for (const user of users) await world().arm(user, below(60));
      const told: string[] = [];
      for (let isTelling = true, quotes = [at(50, DAY_S)]; isTelling; quotes = []) {
        const result = await world().commit(quotes);
        expect(result.triggers.length).to.be.at.most(2);
        told.push(...result.triggers.map(({ userId }) => userId));
        ({ isTelling } = result);
        await world().restart();
      }
      expect(told).to.deep.equal(users.sort());
    });

    it("stays so over a restart, and says what it is", async () => {
      await split();
      await world().restart();
      await world().record(at(49, DAY_S + 60));
      const [held, ...others] = await world().store.holds.listHeld();
      expect(others).to.deep.equal([]);
      expect(held).to.deep.include({ symbol: "AAPL", ratio: "2 for 1", acceptedClose: 100 });
      expect(held?.sinceAsOfMs).to.equal(EXAMPLE_START_MS + DAY_MS);
      expect(held?.newest).to.deep.equal(at(49, DAY_S + 60));
    });

    it("goes on by itself when the old price is back, as if nothing had been", async () => {
      const user = await world().user();
      await split(user);
      const back = await world().record(at(99, DAY_S + 60));
      expect([seqs(back), kinds(back)]).to.deep.equal([[2], ["HOLD_ENDED"]]);
      expect(await world().store.holds.listHeld()).to.deep.equal([]);
    });

    it("goes on from the new price when an operator accepts it: nothing fires for the change", async () => {
      const user = await world().user();
      await world().tick(100);
      const { alert: under } = await world().arm(user, below(60));
      const { alert: over } = await world().arm(user, above(120));
      await world().record(at(50, DAY_S));
      await world().store.holds.release("AAPL", "accept", EXAMPLE_START_MS + DAY_MS + HOUR_MS);
      await world().restart();
      expect((await world().store.quotes.getQuote("AAPL"))?.quote.close).to.equal(50);
      const next = await world().record(at(50.4, DAY_S + 7_200));
      expect([seqs(next), kinds(next)]).to.deep.equal([[3], ["HOLD_ENDED"]]);
      expect((await world().state(user, under.id)).name).to.equal("DISARMED");
      expect((await world().state(user, over.id)).name).to.equal("ARMED");
      const back = await world().record(at(60.3, DAY_S + 7_260), at(59.9, DAY_S + 7_320));
      expect(back.triggers.map(({ trigger }) => trigger.alertId)).to.deep.equal([under.id]);
    });

    it("is armed anew on the new price also where the alert was made during the HOLD", async () => {
      const user = await world().user();
      await split();
      const eventNowMs = EXAMPLE_START_MS + DAY_MS + HOUR_MS;
      const alert = { ...(await world().arm(user, below(60))).alert, id: world().newId() };
      await world().store.alerts.insertAlert(alert, eventNowMs, null);
      await world().store.holds.release("AAPL", "accept", eventNowMs);
      expect(kinds(await world().record(at(51, DAY_S + 7_200)))).to.deep.equal([]);
      expect((await world().state(user, alert.id)).name).to.equal("DISARMED");
    });

    it("goes on from the old price when an operator rejects the new one", async () => {
      const user = await world().user();
      await split(user);
      await world().store.holds.release("AAPL", "reject", EXAMPLE_START_MS + DAY_MS);
      expect(await world().store.holds.listHeld()).to.deep.equal([]);
      expect(seqs(await world().record(at(98, DAY_S + 60)))).to.deep.equal([2]);
      expect(kinds(await world().record(at(49, 2 * DAY_S)))).to.deep.equal(["HELD"]);
    });

    it("does not end by another source's price while its own goes on speaking, and does after its silence", async () => {
      await world().tick(100);
      await world().record(at(10_000, 60), at(10_100, 20 * MINUTE_S));
      expect(seqs(await world().record(at(119, 35 * MINUTE_S, OTHER)))).to.deep.equal([null]);
      expect(await world().store.holds.listHeld()).to.have.length(1);
      await world().restart();
      expect(seqs(await world().record(at(119, 35 * MINUTE_S + 1, OTHER)))).to.deep.equal([2]);
      expect(await world().store.holds.listHeld()).to.deep.equal([]);
    });

    it("goes on from the newest price when an operator accepts it, of the source that has taken over", async () => {
      await world().tick(100);
      await world().record(at(10_000, 60), at(10_100, 17 * MINUTE_S, OTHER), at(10_200, 18 * MINUTE_S, OTHER));
      const [held] = await world().store.holds.listHeld();
      expect(held?.newest).to.include({ source: "other", close: 10_200 });
      await world().store.holds.release("AAPL", "accept", EXAMPLE_START_MS + HOUR_MS);
      expect((await world().store.quotes.getQuote("AAPL"))?.quote.close).to.equal(10_200);
      const next = await world().record(at(10_000, 19 * MINUTE_S), at(10_100, 20 * MINUTE_S, OTHER));
      expect(next.stored.map(({ quote, seq }) => [quote.source, seq])).to.deep.equal([
        ["example", null],
        ["other", 3],
      ]);
    });

    it("ends with the first price of another world, simulated where it was real", async () => {
      await world().tick(100);
      await world().record(at(10_000, 60));
      const simulated = { source: "simulator", sessionClass: "always" } as const;
      expect(seqs(await world().record(at(500, 17 * MINUTE_S, simulated)))).to.deep.equal([2]);
      expect(await world().store.holds.listHeld()).to.deep.equal([]);
    });

    it("refuses a word on a symbol that is on none, a quarantined one too", async () => {
      await world().tick(100);
      await world().record(at(70, 5));
      for (const symbol of ["AAPL", "MSFT"]) {
        const refused = await refusalOf(world().store.holds.release(symbol, "accept", EXAMPLE_START_MS));
        expect([refused.code, refused.reason]).to.deep.equal(["FAILED_PRECONDITION", "STATE_CONFLICT"]);
      }
    });

    it("is released only as it was seen: a price that would not be believed after that one is another", async () => {
      await world().record(at(1_400, 0), at(200, DAY_S));
      const release = (seen: number) => world().store.holds.release("AAPL", "accept", EXAMPLE_START_MS + DAY_MS, seen);
      for (const seen of [1_400, 166, 251]) {
        expect(await refusalOf(release(seen))).to.include({ code: "FAILED_PRECONDITION", reason: "STATE_CONFLICT" });
      }
      expect(await world().store.holds.listHeld()).to.have.length(1);
      await release(240);
      expect(await world().store.holds.listHeld()).to.deep.equal([]);
    });
  });
}

const DAY_S = DAY_MS / SECOND_MS;
const MINUTE_S = 60;
const OTHER = { source: "other" } as const;

/** A tick so many seconds after the start, fetched at once. */
function at(price: number, afterS: number, changes: Partial<Quote> = {}): Quote {
  return exampleTick(afterS * SECOND_MS, price, changes);
}

/** A bar of the judged series, fetched so many seconds after the start. */
function bar(minute: number, price: number, fetchedS: number): Quote {
  const fetchTimeMs = EXAMPLE_START_MS + fetchedS * SECOND_MS;
  return at(price, minute * 60, { fetchTimeMs });
}
