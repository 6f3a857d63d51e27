import { expect } from "chai";
import type { Alert } from "../../domain/alert.ts";
import type { Condition } from "../../domain/condition.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import {
  above,
  below,
  crosses,
  EXAMPLE_START_MS,
  exampleAlert,
  exampleBar,
  exampleTick,
  inside,
} from "../../test/examples.ts";
import type { SymbolPreview } from "../history/history.ts";
import { eachInItsWorld, type OpenStore, type StoreWorld } from "../testing/store-world.ts";

const always = { sessionClass: "always" } as const;

export function previewsConformance(openStore: OpenStore): void {
  describe("previewing an alert", () => {
    const world = eachInItsWorld(openStore);

    it("says that there are no prices", async () => {
      expect(await preview(world(), above(100))).to.deep.equal({
        symbol: "AAPL",
        lastQuote: null,
        fireCount: 0,
        reminderCount: 0,
        backCount: 0,
        mailCount: 0,
        fires: [],
        startTimeMs: null,
        endTimeMs: null,
        quoteCount: 0,
        order: "time",
      });
    });

    it("counts the fires that would have been, and the mails that the hour leaves of them", async () => {
      const prices = [95, 101, 95, 102, 95, 103];
      const ticks = prices.map((price, at) => exampleTick(at * 10 * MINUTE_MS, price, always));
      await world().record(...ticks);
      const { fires, ...told } = await preview(world(), above(100), { repeat: "every" });
      expect(told).to.include({ fireCount: 3, mailCount: 2, quoteCount: 6, order: "judged" });
      expect(told).to.include({ startTimeMs: EXAMPLE_START_MS, endTimeMs: EXAMPLE_START_MS + 50 * MINUTE_MS });
      expect(told.lastQuote).to.deep.equal({ quote: ticks.at(-1), seq: 6 });
      expect(fires).to.deep.equal([
        { fireTimeMs: EXAMPLE_START_MS + 10 * MINUTE_MS, price: 101, level: 100, seq: 2, isMailed: true },
        { fireTimeMs: EXAMPLE_START_MS + 30 * MINUTE_MS, price: 102, level: 100, seq: 4, isMailed: false },
        { fireTimeMs: EXAMPLE_START_MS + 50 * MINUTE_MS, price: 103, level: 100, seq: 6, isMailed: false },
      ]);
    });

    it("tells the newest hundred fires and counts them all", async () => {
      const ticks = Array.from({ length: 402 }, (_, at) => exampleTick(at * HOUR_MS, at % 2 === 0 ? 95 : 101, always));
      await world().record(...ticks);
      const { fires, fireCount } = await preview(world(), crosses(100, "up"), { repeat: "every" });
      expect(fireCount).to.equal(201);
      expect(fires).to.have.length(100);
      expect(fires.at(-1)?.seq).to.equal(402);
    });

    it("is armed on the last price before the time that it looks at", async () => {
      await world().record(exampleTick(0, 99), exampleTick(MINUTE_MS, 101), exampleTick(2 * MINUTE_MS, 99));
      const from = (startMs: number) => preview(world(), above(100), {}, { startMs: EXAMPLE_START_MS + startMs });
      expect(await from(MINUTE_MS)).to.include({ fireCount: 1, quoteCount: 2 });
      expect(await from(2 * MINUTE_MS), "true already").to.include({ fireCount: 0, quoteCount: 1 });
      const { quoteCount } = await preview(world(), above(100), {}, { endMs: EXAMPLE_START_MS + MINUTE_MS });
      expect(quoteCount, "before the end").to.equal(1);
    });

    it("knows every version of the bar that came before", async () => {
      const forming = (prices: [number, number, number, number], afterMs: number) =>
        exampleBar(0, prices, { fetchTimeMs: EXAMPLE_START_MS + afterMs });
      await world().record(forming([95, 101, 95, 96], 1_000));
      await world().record(forming([95, 101, 95, 97], 20_000));
      await world().record(forming([95, 101, 95, 98], 40_000));
      const startMs = EXAMPLE_START_MS + 30_000;
      expect(await preview(world(), above(100), {}, { startMs })).to.include({ fireCount: 0, quoteCount: 1 });
    });

    it("hears what its session hears", async () => {
      const post = { sessionClass: "post" } as const;
      await world().record(exampleTick(0, 99), exampleTick(MINUTE_MS, 101, post), exampleTick(2 * MINUTE_MS, 99, post));
      expect(await preview(world(), above(100))).to.include({ fireCount: 0, quoteCount: 1 });
      const extended = await preview(world(), above(100), { session: "extended" });
      expect(extended).to.include({ fireCount: 1, quoteCount: 3 });
      expect((await preview(world(), above(100))).lastQuote?.quote.close).to.equal(99);
      expect(extended.lastQuote?.seq).to.equal(3);
    });

    it("plays each symbol of a rule by itself", async () => {
      await world().record(exampleTick(0, 99), exampleTick(MINUTE_MS, 101));
      await world().record(exampleTick(0, 50, { symbol: "MSFT" }));
      const alert = exampleAlert(above(100), { symbols: ["AAPL", "MSFT"] });
      const span = { startMs: EXAMPLE_START_MS, endMs: Infinity };
      const previews = await world().store.history.preview({ alert, ...span });
      expect(previews.map(({ symbol, fireCount, quoteCount }) => [symbol, fireCount, quoteCount])).to.deep.equal([
        ["AAPL", 1, 2],
        ["MSFT", 0, 1],
      ]);
    });

    it("plays prices by time where they reach further back than judging does", async () => {
      const days = (day: number, price: number) => exampleTick(day * DAY_MS, price, always);
      await world().record(days(10, 99));
      await world().record(days(1, 99), days(2, 101), days(3, 99), days(3, 99));
      await world().record(days(11, 101));
      const played = await preview(world(), above(100), { repeat: "every" });
      expect(played).to.include({ order: "time", quoteCount: 5, fireCount: 2 });
      const judged = await preview(
        world(),
        above(100),
        { repeat: "every" },
        { startMs: EXAMPLE_START_MS + 9 * DAY_MS },
      );
      expect(judged).to.include({ order: "judged", quoteCount: 2, fireCount: 1 });
    });

    it("believes no bad price among those that were never judged", async () => {
      await world().record(exampleTick(20 * DAY_MS, 100, always));
      const prices = [100, 101, 9_900, 101, 150, 101];
      await world().record(...prices.map((price, at) => exampleTick(at * MINUTE_MS, price, always)));
      expect(await preview(world(), above(120))).to.include({ order: "time", fireCount: 0 });
      expect(await preview(world(), inside(100.5, 101.5), { confirm: 3 })).to.include({ fireCount: 1 });
    });

    it("begins anew where an operator took a doubted price for right", async () => {
      await world().record(exampleTick(0, 100, always), exampleTick(MINUTE_MS, 1, always));
      await world().store.holds.release("AAPL", "accept", EXAMPLE_START_MS + MINUTE_MS);
      await world().record(exampleTick(2 * MINUTE_MS, 1.01, always), exampleTick(3 * MINUTE_MS, 1.1, always));
      expect(await preview(world(), below(50))).to.include({ order: "judged", quoteCount: 3, fireCount: 0 });
      expect(await preview(world(), above(1.05))).to.include({ fireCount: 1 });
    });

    it("leaves the alert that it plays, and everything else, as it is", async () => {
      const userId = await world().user();
      await world().record(exampleTick(0, 99));
      const made = await world().arm(userId, above(100));
      await preview(world(), above(100));
      expect(await world().alert(userId, made.alert.id)).to.deep.equal(made);
    });
  });
}

async function preview(
  { store }: StoreWorld,
  condition: Condition,
  changes: Partial<Alert> = {},
  span: { readonly startMs?: number; readonly endMs?: number } = {},
): Promise<SymbolPreview> {
  const alert = exampleAlert(condition, changes);
  const [only] = await store.history.preview({ alert, startMs: EXAMPLE_START_MS, endMs: Infinity, ...span });
  if (only === undefined) throw new Error("there is no preview");
  return only;
}
