import { expect } from "chai";
import type { Quote } from "../../domain/quote.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { EXAMPLE_START_MS, exampleBar, exampleTick } from "../../test/examples.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

/** The midnight in New York before the examples, 04:00 UTC. */
const MIDNIGHT = EXAMPLE_START_MS - (EXAMPLE_START_MS % DAY_MS) + 4 * HOUR_MS;

/** The bar of a whole day, so many days after that of the examples; fetched a week later. */
function day(after: number, prices: readonly [number, number, number, number]): Quote {
  const quoteTimeMs = MIDNIGHT + after * DAY_MS;
  return exampleBar(0, prices, { periodMs: DAY_MS, quoteTimeMs, fetchTimeMs: MIDNIGHT + 9 * DAY_MS, volume: 7 });
}

export function dailyBarsConformance(openStore: OpenStore): void {
  describe("daily bars of the past", () => {
    const world = eachInItsWorld(openStore);
    const candles = async (days: number, startMs = MIDNIGHT - 20 * DAY_MS) => {
      const query = { symbol: "AAPL", periodMs: days * DAY_MS, startMs, endMs: MIDNIGHT + 20 * DAY_MS, limit: 100 };
      return (await world().store.quotes.listCandles(query)).map(
        ({ startTimeMs, open, high, low, close }) =>
          `${Math.floor((startTimeMs - MIDNIGHT) / DAY_MS) + 1}: ${open} ${high} ${low} ${close}`,
      );
    };

    it("are never judged: neither as the first of a symbol, nor after a silence, nor in order", async () => {
      const { stored } = await world().record(day(-3, [10, 12, 9, 11]), day(-2, [10, 12, 9, 11]));
      expect(stored.map(({ seq }) => seq)).to.deep.equal([null, null]);
      expect((await world().store.quotes.getQuote("AAPL"))?.quote).to.deep.equal(day(-2, [10, 12, 9, 11]));
      const judged = await world().record(exampleTick(0, 11), day(0, [10, 12, 9, 11]), day(3, [10, 12, 9, 11]));
      expect(judged.stored.map(({ quote, seq }) => [quote.periodMs, seq !== null])).to.deep.equal([
        [0, true],
        [DAY_MS, false],
        [DAY_MS, false],
      ]);
      expect((await world().store.quotes.getQuote("AAPL"))?.quote.periodMs).to.equal(0);
      const after = await world().record(exampleTick(MINUTE_MS, 12));
      expect(after.stored[0]?.seq).to.not.equal(null);
    });

    it("are candles where no minutes reach, and of the day in which those begin", async () => {
      const minutes = (after: number) =>
        [0, 1].map((minute) => exampleBar(minute + after * 24 * 60, [20, 22, 19, 21 + minute]));
      await world().record(...minutes(0), ...minutes(1), ...minutes(3));
      await world().record(...[-2, -1, 0, 1, 2, 3].map((after) => day(after, [10 + after, 30, 5, 11])));
      expect(await candles(1)).to.deep.equal([
        "-2: 8 30 5 11",
        "-1: 9 30 5 11",
        "0: 10 30 5 11",
        "1: 20 22 19 22",
        "2: 12 30 5 11",
        "3: 20 22 19 22",
      ]);
      const [first, ...others] = (await candles(7)).map((text) => text.replace(/^.*: /, ""));
      expect([first, ...others].join(" ")).to.match(/^8 30 5 /);
      const hours = { symbol: "AAPL", periodMs: HOUR_MS, startMs: 0, endMs: MIDNIGHT + 20 * DAY_MS, limit: 100 };
      expect(await world().store.quotes.listCandles(hours)).to.have.length(3);
    });

    it("stand for ticks, which see little of a day, and for a symbol that was never judged", async () => {
      await world().record(day(-1, [10, 30, 5, 11]), day(0, [11, 30, 5, 11]));
      expect(await candles(1)).to.deep.equal(["-1: 10 30 5 11", "0: 11 30 5 11"]);
      await world().record(exampleTick(0, 11), exampleTick(DAY_MS, 12));
      expect(await candles(1)).to.deep.equal(["-1: 10 30 5 11", "0: 11 30 5 11", "1: 12 12 12 12"]);
      expect(await candles(1, EXAMPLE_START_MS)).to.deep.equal(["0: 11 11 11 11", "1: 12 12 12 12"]);
    });
  });
}
