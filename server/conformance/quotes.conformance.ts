import { expect } from "chai";
import { SESSION_CLASSES } from "../../domain/quote.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { EXAMPLE_START_MS, exampleBar, exampleTick } from "../../test/examples.ts";
import { pick, randomFrom, randomQuotes } from "../../test/random-history.ts";
import { eachInItsWorld, StoreWorld, type OpenStore } from "../testing/store-world.ts";

export function quotesConformance(openStore: OpenStore): void {
  describe("recordQuotes(), what is stored", () => {
    const world = eachInItsWorld(openStore);

    it("stores a new quote and gives it its place in the order of judging", async () => {
      const quote = exampleTick(0, 190);
      expect(await world().record(quote)).to.deep.equal({
        stored: [{ quote, seq: 1 }],
        knownCount: 0,
        triggerCount: 0,
        triggers: [],
      });
      expect(await world().store.quotes.getQuote("AAPL")).to.deep.equal({ quote, seq: 1 });
    });

    it("adds nothing for the same values again, whenever they were fetched", async () => {
      const quote = exampleTick(0, 190);
      await world().record(quote);
      const later = { ...quote, fetchTimeMs: quote.fetchTimeMs + MINUTE_MS };
      expect(await world().record(quote, later)).to.deep.equal({
        stored: [],
        knownCount: 2,
        triggerCount: 0,
        triggers: [],
      });
      expect(await world().store.quotes.getQuote("AAPL")).to.deep.equal({ quote, seq: 1 });
    });

    it("takes a newer version of a bar that is still forming, and judges it", async () => {
      const forming = exampleBar(0, [10, 11, 9, 10], { fetchTimeMs: EXAMPLE_START_MS + 20 * SECOND_MS });
      const complete = exampleBar(0, [10, 12, 9, 11]);
      await world().record(forming);
      const { stored } = await world().record(complete);
      expect(stored).to.deep.equal([{ quote: complete, seq: 2 }]);
      expect(await world().store.quotes.listQuotes()).to.deep.equal([{ quote: complete, seq: 2 }]);
    });

    it("ignores a version that was fetched earlier than the stored one", async () => {
      const complete = exampleBar(0, [10, 12, 9, 11]);
      await world().record(complete);
      const earlier = exampleBar(0, [10, 11, 9, 10], { fetchTimeMs: complete.fetchTimeMs - SECOND_MS });
      expect((await world().record(earlier)).knownCount).to.equal(1);
      expect((await world().store.quotes.getQuote("AAPL"))?.quote).to.deep.equal(complete);
    });

    it("settles two versions that were fetched at once the same way, whichever stands first in the batch", async () => {
      const pair = [exampleBar(0, [10, 12, 9, 11]), exampleBar(0, [10, 12, 9, 10])];
      const forward = await resultOf(openStore, pair);
      expect(await resultOf(openStore, pair.toReversed())).to.deep.equal(forward);
      expect(forward.newest.map(({ quote }) => quote.close)).to.deep.equal([11]);
    });

    it("makes the same of a batch in any order, with every quote twice", async () => {
      const random = randomFrom(11);
      const batch = ["AAPL", "MSFT"].flatMap((symbol) =>
        randomQuotes(random, 30).map((quote) => ({ ...quote, symbol })),
      );
      const sorted = await resultOf(openStore, batch);
      const shuffled = [...batch, ...batch].sort(() => pick(random, [-1, 1]));
      expect(await resultOf(openStore, shuffled)).to.deep.equal(sorted);
    });

    it("stores what is older than the last judged quote without judging it", async () => {
      await world().record(exampleTick(2_000, 190));
      const { stored } = await world().record(exampleTick(1_000, 189));
      expect(stored.map(({ seq }) => seq)).to.deep.equal([null]);
      expect((await world().store.quotes.getQuote("AAPL"))?.quote.close).to.equal(190);
    });

    it("judges one source and period of a symbol, and stores the others", async () => {
      await world().record(exampleTick(0, 190));
      const other = exampleTick(1_000, 191, { source: "other" });
      const { stored } = await world().record(
        other,
        exampleBar(1, [1, 2, 1, 2], { quoteTimeMs: EXAMPLE_START_MS + 1 }),
      );
      expect(stored.map(({ seq }) => seq)).to.deep.equal([null, null]);
      expect((await world().store.quotes.getQuote("AAPL"))?.quote.source).to.equal("example");
    });

    it("goes over to another source when the judged one has said nothing for a quarter of an hour", async () => {
      await world().record(exampleTick(0, 190));
      const seqAfter = async (ms: number) =>
        (await world().record(exampleTick(ms, 191, { source: "other" }))).stored[0]?.seq;
      expect(await seqAfter(15 * MINUTE_MS)).to.equal(null);
      expect(await seqAfter(15 * MINUTE_MS + 1)).to.equal(2);
      expect((await world().store.quotes.getQuote("AAPL"))?.quote.source).to.equal("other");
    });

    it("judges quotes of every part of the day, at night too, in one series", async () => {
      const ofDay = SESSION_CLASSES.map((sessionClass, at) => exampleTick(at * 1_000, 190 + at, { sessionClass }));
      expect((await world().record(...ofDay)).stored.map(({ seq }) => seq)).to.deep.equal([1, 2, 3, 4, 5]);
      expect((await world().store.quotes.getQuote("AAPL"))?.quote).to.deep.equal(ofDay.at(-1));
      const other = exampleTick(60_000, 191, { source: "other" });
      expect((await world().record(other)).stored.map(({ seq }) => seq)).to.deep.equal([null]);
      expect(await world().store.quotes.newestAsOf()).to.equal(EXAMPLE_START_MS + 4_000);
    });

    it("lists the newest quote of each symbol, by symbol", async () => {
      expect(await world().store.quotes.listQuotes()).to.deep.equal([]);
      for (const symbol of ["MSFT", "AAPL", "V"]) await world().tick(190, { symbol });
      await world().tick(191, { symbol: "AAPL" });
      const newest = await world().store.quotes.listQuotes();
      expect(newest.map(({ quote }) => `${quote.symbol} ${quote.close}`)).to.deep.equal([
        "AAPL 191",
        "MSFT 190",
        "V 190",
      ]);
      expect(await world().store.quotes.getQuote("IBM")).to.equal(null);
    });

    it("goes on counting after a restart, and knows what it stored and how far it has judged", async () => {
      expect(await world().store.quotes.newestAsOf()).to.equal(null);
      await world().record(exampleTick(1_000, 190));
      await world().restart();
      expect(await world().store.quotes.newestAsOf()).to.equal(EXAMPLE_START_MS + 1_000);
      const { stored, knownCount } = await world().record(
        exampleTick(1_000, 190),
        exampleTick(500, 1),
        exampleTick(2_000, 191),
      );
      expect(stored.map(({ seq }) => seq)).to.deep.equal([null, 2]);
      expect(knownCount).to.equal(1);
    });
  });
}

/** What a batch makes of an empty store. */
async function resultOf(openStore: OpenStore, batch: Parameters<StoreWorld["record"]>) {
  const world = await new StoreWorld(openStore).open();
  try {
    const { stored } = await world.record(...batch);
    return { stored, newest: await world.store.quotes.listQuotes() };
  } finally {
    await world.close();
  }
}
