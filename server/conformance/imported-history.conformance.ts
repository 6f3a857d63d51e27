import { expect } from "chai";
import { IMPORT_SOURCE, type Quote } from "../../domain/quote.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeMs } from "../../domain/time.ts";
import { above, EXAMPLE_START_MS, exampleAlert, exampleBar, exampleTick } from "../../test/examples.ts";
import { eachInItsWorld, type OpenStore, type StoreWorld } from "../testing/store-world.ts";

/** An imported bar; its prices are flat but for the high. */
function imported(startMs: TimeMs, close: number, changes: Partial<Quote> = {}): Quote {
  const bar = exampleBar(0, [close, close + 1, close, close], { source: IMPORT_SOURCE, sessionClass: "always" });
  return { ...bar, quoteTimeMs: EXAMPLE_START_MS + startMs, ...changes };
}

async function importAll({ store, clock }: StoreWorld, ...quotes: Quote[]): Promise<void> {
  clock.advance(DAY_MS); // all of it is over
  await store.imports.stage(quotes.map((quote, row) => ({ row, quote })));
  await store.imports.seal();
  while ((await store.imports.moveSealed(1_000)) !== null);
}

export function importedHistoryConformance(openStore: OpenStore): void {
  describe("imported prices", () => {
    const world = eachInItsWorld(openStore);
    const candles = async (periodMs: number) => {
      const query = { symbol: "AAPL", periodMs, startMs: EXAMPLE_START_MS - 900 * DAY_MS, endMs: Infinity, limit: 100 };
      const found = await world().store.quotes.listCandles(query);
      return found.map(({ startTimeMs, close }) => [(startTimeMs - EXAMPLE_START_MS) / MINUTE_MS, close]);
    };

    it("are candles before all that was judged, and not after", async () => {
      await world().record(exampleBar(0, [10, 10, 10, 10]), exampleBar(3, [11, 11, 11, 11]));
      await importAll(world(), ...[-2, -1, 0, 1].map((minute) => imported(minute * MINUTE_MS, 20)));
      expect(await candles(MINUTE_MS)).to.deep.equal([
        [-2, 20],
        [-1, 20],
        [0, 10],
        [3, 11],
      ]);
    });

    it("are candles of a symbol that was never judged, before 1970 too", async () => {
      const startMs = -EXAMPLE_START_MS - 300 * DAY_MS;
      await importAll(world(), imported(startMs + 90_000, 20), imported(startMs + 100_000, 21));
      const query = { symbol: "AAPL", periodMs: HOUR_MS, startMs: -1_000 * DAY_MS, endMs: 0, limit: 10 };
      const [one, ...others] = await world().store.quotes.listCandles(query);
      expect(one).to.include({ open: 20, close: 21 });
      expect(one?.startTimeMs).to.equal(Math.floor((EXAMPLE_START_MS + startMs) / HOUR_MS) * HOUR_MS);
      expect(others).to.deep.equal([]);
    });

    it("are candles by the longest bars that are no longer than the candle", async () => {
      const dayMs = -(EXAMPLE_START_MS % DAY_MS) - 5 * DAY_MS;
      const day = imported(dayMs, 30, { periodMs: DAY_MS });
      await importAll(world(), day, imported(dayMs, 20), imported(dayMs + 90 * MINUTE_MS, 21));
      expect((await candles(DAY_MS)).map(([, close]) => close)).to.deep.equal([30]);
      expect((await candles(HOUR_MS)).map(([, close]) => close)).to.deep.equal([20, 21]);
    });

    it("are played for a preview before all that was judged, and not after", async () => {
      await importAll(
        world(),
        imported(-20 * DAY_MS, 95),
        imported(-19 * DAY_MS, 101),
        imported(-18 * DAY_MS, 95),
        imported(2 * HOUR_MS, 105),
      );
      await world().record(exampleTick(HOUR_MS, 95), exampleTick(3 * HOUR_MS, 96));
      const alert = exampleAlert(above(100), { repeat: "every", session: "any" });
      const span = { startMs: EXAMPLE_START_MS - 30 * DAY_MS, endMs: EXAMPLE_START_MS + DAY_MS };
      const [preview] = await world().store.history.preview({ alert, ...span });
      expect(preview).to.include({ order: "time", fireCount: 1, quoteCount: 5 });
      expect(preview?.fires[0]).to.include({ price: 101, seq: null });
      expect(preview?.lastQuote?.quote.close).to.equal(96);
    });

    it("are played for a preview of a symbol that was never judged", async () => {
      await importAll(world(), imported(-2 * DAY_MS, 95), imported(-DAY_MS, 101));
      const alert = exampleAlert(above(100), { session: "regular" });
      const span = { startMs: EXAMPLE_START_MS - 30 * DAY_MS, endMs: EXAMPLE_START_MS };
      const [preview] = await world().store.history.preview({ alert, ...span });
      expect(preview).to.include({ order: "time", fireCount: 1, quoteCount: 2 });
    });
  });
}
