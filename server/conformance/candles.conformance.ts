import { expect } from "chai";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { EXAMPLE_START_MS, exampleBar, exampleTick } from "../../test/examples.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function candlesConformance(openStore: OpenStore): void {
  describe("listCandles()", () => {
    const world = eachInItsWorld(openStore);
    const asked = {
      symbol: "AAPL",
      periodMs: MINUTE_MS,
      startMs: EXAMPLE_START_MS,
      endMs: EXAMPLE_START_MS + HOUR_MS,
      limit: 100,
    };
    const starts = (rows: readonly { startTimeMs: number }[]) =>
      rows.map(({ startTimeMs }) => (startTimeMs - EXAMPLE_START_MS) / MINUTE_MS);

    it("sums up the judged series over spans that count from the epoch", async () => {
      await world().record(
        exampleBar(0, [10, 15, 9, 11], { volume: 5 }),
        exampleBar(1, [11, 12, 8, 9], { volume: 2.5 }),
        exampleBar(5, [9, 20, 9, 20], { volume: 1 }),
      );
      expect(await world().store.quotes.listCandles({ ...asked, periodMs: 5 * MINUTE_MS })).to.deep.equal([
        { startTimeMs: EXAMPLE_START_MS, open: 10, high: 15, low: 8, close: 9, volume: 7.5 },
        { startTimeMs: EXAMPLE_START_MS + 5 * MINUTE_MS, open: 9, high: 20, low: 9, close: 20, volume: 1 },
      ]);
      const day = await world().store.quotes.listCandles({ ...asked, periodMs: 7 * DAY_MS });
      expect(day.map(({ startTimeMs }) => startTimeMs % (7 * DAY_MS))).to.deep.equal([0]);
    });

    it("leaves out other sources, what lies outside, and what is more than the limit", async () => {
      await world().record(...[0, 1, 2, 3].map((minute) => exampleBar(minute, [10, 11, 9, 10])));
      await world().record(exampleTick(MINUTE_MS, 1, { source: "other" }), exampleTick(0, 1, { symbol: "MSFT" }));
      const list = async (changes: Partial<typeof asked>) =>
        starts(await world().store.quotes.listCandles({ ...asked, ...changes }));
      expect(await list({})).to.deep.equal([0, 1, 2, 3]);
      expect(
        await list({ startMs: EXAMPLE_START_MS + MINUTE_MS, endMs: EXAMPLE_START_MS + 3 * MINUTE_MS }),
      ).to.deep.equal([1, 2]);
      expect(await list({ limit: 3 })).to.deep.equal([0, 1, 2]);
      expect(await list({ symbol: "IBM" })).to.deep.equal([]);
    });

    it("shows the newest version of a bar once", async () => {
      await world().record(exampleBar(0, [10, 11, 9, 10], { fetchTimeMs: EXAMPLE_START_MS + 1 }));
      await world().record(exampleBar(0, [10, 13, 9, 12]));
      const candles = await world().store.quotes.listCandles(asked);
      expect(candles.map(({ high, close, volume }) => [high, close, volume])).to.deep.equal([[13, 12, 1]]);
    });
  });
}
