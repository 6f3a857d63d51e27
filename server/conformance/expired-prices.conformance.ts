// What goes when its time is over, what stays, and that a chart does not show which is which.
import { expect } from "chai";
import fc from "fast-check";
import { IMPORT_SOURCE, type Quote } from "../../domain/quote.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { EXAMPLE_START_MS, exampleBar, exampleTick } from "../../test/examples.ts";
import type { Candle } from "../candle.ts";
import { expire, USUAL_KEEP } from "../testing/expire.ts";
import { eachInItsWorld, StoreWorld, type OpenStore } from "../testing/store-world.ts";

const LONG_AGO_MS = -40 * DAY_MS;

export function expiredPricesConformance(openStore: OpenStore): void {
  describe("prices whose time is over", () => {
    const world = eachInItsWorld(openStore);

    it("leave minutes of ticks, and the same candles", () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.record({ stepMs: fc.integer({ min: 1, max: 90_000 }), cents: cents() }), { minLength: 1 }),
          fc.constantFrom(1, 5, 60, 1_440),
          async (steps, minutes) => {
            const other = await new StoreWorld(openStore).open();
            const { store } = other;
            await other.record(...walk(steps), exampleTick(0, 100));
            const before = await candles(store, minutes * MINUTE_MS);
            expect(sum(await expire(store))).to.equal(steps.length);
            expect((await candles(store, minutes * MINUTE_MS)).map(rounded)).to.deep.equal(before.map(rounded));
            expect(await candles(store, MINUTE_MS)).to.have.length.greaterThan(1);
            await other.close();
          },
        ),
        { numRuns: 12 },
      ));

    it("leave the very same candles of a minute, with fractions of volume", async () => {
      const fractions = [0.1, 0.2, 0.7, 1e-8, 3.3];
      const ticks = fractions.map((volume, at) => tickAgo(at * 7 * SECOND_MS, 100 + at, { volume }));
      await world().record(...ticks, exampleTick(0, 100));
      const before = await candles(world().store, MINUTE_MS);
      await expire(world().store);
      expect(await candles(world().store, MINUTE_MS)).to.deep.equal(before);
    });

    it("leave days of minutes, also of those that ticks were summed up to, but no hours", async () => {
      const yearAgo = -400 * DAY_MS;
      const minutes = [0, 1, 700, 1_500].map((at) => exampleBar(at + yearAgo / MINUTE_MS, [10 + at, 12 + at, 9, 11]));
      await world().record(...minutes, exampleBar(0, [10, 11, 9, 10]));
      const msft = { symbol: "MSFT" };
      await world().record(exampleTick(yearAgo, 5, msft), exampleTick(yearAgo + 1, 7, msft), exampleTick(0, 6, msft));
      const before = await candles(world().store, DAY_MS);
      expect(sum(await expire(world().store)), "four bars, two ticks and their minute").to.equal(7);
      expect(await candles(world().store, DAY_MS)).to.deep.equal(before);
      expect(before).to.have.length(3);
      expect(await candles(world().store, HOUR_MS)).to.have.length(1);
      const [first] = await candles(world().store, DAY_MS, "MSFT");
      expect(first).to.include({ open: 5, high: 7, low: 5, close: 7, volume: 2 });
    });

    it("go when they are older than so long before the newest price, whatever the clock says", async () => {
      await world().record(tickAgo(0, 100), exampleTick(-30 * DAY_MS, 100), exampleTick(0, 100));
      await world().record(tickAgo(0, 100, { symbol: "OLD" }), tickAgo(DAY_MS, 100, { symbol: "OLD" }));
      world().clock.step(366 * DAY_MS);
      expect(await expire(world().store)).to.deep.equal([1]);
      expect(await expire(world().store), "nothing is left to do").to.deep.equal([]);
    });

    it("go by whole minutes", async () => {
      const monthAgo = [10, 40, 60].map((second) => exampleTick(-30 * DAY_MS + second * SECOND_MS, 100));
      await world().record(...monthAgo, exampleTick(30 * SECOND_MS, 100));
      expect(await expire(world().store)).to.deep.equal([]);
      await world().record(exampleTick(MINUTE_MS, 100));
      expect(await expire(world().store)).to.deep.equal([2]);
    });

    it("leave one candle of a minute that has more of them than go at once, and of what comes late", async () => {
      const prices = Array.from({ length: 1_000 }, (_, at) => 100 + ((at * 37) % 101) / 10);
      const ticks = prices.map((price, at) => tickAgo(SECOND_MS + at, price));
      await world().record(...ticks, exampleTick(0, 100));
      const [before] = await candles(world().store, MINUTE_MS);
      await expire(world().store);
      expect((await candles(world().store, MINUTE_MS))[0]).to.deep.equal(before);
      await world().record(
        tickAgo(0, 104),
        tickAgo(500, 90),
        tickAgo(SECOND_MS + 1, 120),
        tickAgo(59 * SECOND_MS, 105),
      );
      await expire(world().store);
      const [after] = await candles(world().store, MINUTE_MS);
      expect(after).to.include({ open: 104, high: 120, low: 90, close: 105 });
    });

    it("stay for ever if that is wanted, and so do daily bars and what was imported", async () => {
      const daily = tickAgo(0, 100, { periodMs: DAY_MS, symbol: "DAILY" });
      const session = tickAgo(0, 100, { periodMs: 3.5 * HOUR_MS, symbol: "HALFDAY" });
      const imported = tickAgo(0, 100, { source: IMPORT_SOURCE, symbol: "IMPORTED" });
      for (const old of [daily, session, imported]) {
        const newer = { ...old, quoteTimeMs: EXAMPLE_START_MS, fetchTimeMs: EXAMPLE_START_MS + DAY_MS };
        await world().record({ ...old, quoteTimeMs: old.quoteTimeMs - 900 * DAY_MS }, newer);
      }
      expect(await expire(world().store)).to.deep.equal([]);
      await world().record(tickAgo(0, 100), exampleTick(0, 100));
      expect(await expire(world().store, { ticksMs: null, minutesMs: null })).to.deep.equal([]);
    });

    it("are not counted twice when they come again", async () => {
      const ticks = [0, 10, 20].map((second) => tickAgo(second * SECOND_MS, 100 + second));
      await world().record(...ticks, exampleTick(0, 100));
      const before = await candles(world().store, MINUTE_MS);
      await expire(world().store);
      await world().record(...ticks);
      expect(await expire(world().store)).to.deep.equal([3]);
      expect(await candles(world().store, MINUTE_MS)).to.deep.equal(before);
    });

    it("go in slices, and the candles are the same after each", async () => {
      const ticks = Array.from({ length: 3_000 }, (_, at) => tickAgo(at * SECOND_MS, 100 + (at % 7)));
      await world().record(...ticks, exampleTick(0, 100));
      const { store } = world();
      const before = await candles(store, HOUR_MS);
      const slices: number[] = [];
      for (let hasMore = true; hasMore;) {
        const slice = await store.retention.removeExpired("AAPL", USUAL_KEEP);
        expect(await candles(store, HOUR_MS)).to.deep.equal(before);
        slices.push(slice.rows);
        hasMore = slice.hasMore;
      }
      expect(slices.length).to.be.greaterThan(1);
      expect(sum(slices)).to.equal(3_000);
    });

    it("have their replaced versions removed, but the last judged one where the newest is not believed", async () => {
      const bar = exampleBar(LONG_AGO_MS / MINUTE_MS, [100, 101, 99, 100]);
      const forming = { ...bar, close: 99.5, fetchTimeMs: bar.quoteTimeMs + SECOND_MS };
      const revised = { ...bar, close: 100.5, fetchTimeMs: EXAMPLE_START_MS };
      await world().record(forming);
      await world().record(bar);
      await world().record(exampleBar(0, [100, 101, 99, 100]));
      await world().record(revised); // stored, and too late to be judged
      expect(await expire(world().store)).to.deep.equal([1]);
      expect(await expire(world().store, { ...USUAL_KEEP, minutesMs: 30 * DAY_MS })).to.deep.equal([2]);
    });
  });
}

const cents = () => fc.integer({ min: 9_500, max: 10_500 });

/** A tick of forty days ago, and a little later. */
function tickAgo(afterMs: number, price: number, changes: Partial<Quote> = {}): Quote {
  return exampleTick(LONG_AGO_MS + afterMs, price, changes);
}

function walk(steps: readonly { stepMs: number; cents: number }[]): Quote[] {
  let afterMs = 0;
  return steps.map(({ stepMs, cents: price }, at) => tickAgo((afterMs += stepMs), price / 100, { volume: at / 10 }));
}

function candles(store: StoreWorld["store"], periodMs: number, symbol = "AAPL"): Promise<readonly Candle[]> {
  const span = { startMs: 0, endMs: EXAMPLE_START_MS + DAY_MS };
  return store.quotes.listCandles({ symbol, periodMs, ...span, limit: 5_000 });
}

/** Volumes of longer spans are added up in another order. */
function rounded({ volume, ...candle }: Candle) {
  return { ...candle, volume: volume.toFixed(6) };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
