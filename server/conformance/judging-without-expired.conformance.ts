// What judging remembers outlives the prices that it was judged on: whether those are removed or not, alerts fire the same, and what is told of
// them stays true.
import { expect } from "chai";
import fc from "fast-check";
import type { Quote } from "../../domain/quote.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { above, below, crosses, EXAMPLE_START_MS, exampleAlert, exampleTick, outside } from "../../test/examples.ts";
import type { KeepTimes } from "../retention-store.ts";
import { expire } from "../testing/expire.ts";
import { eachInItsWorld, StoreWorld, type OpenStore } from "../testing/store-world.ts";

const LONG_AGO_MS = -40 * DAY_MS;
/** So that much expires within a short history. */
const SHORT_KEEP: KeepTimes = { ticksMs: DAY_MS, minutesMs: 3 * DAY_MS };

export function judgingWithoutExpiredConformance(openStore: OpenStore): void {
  describe("judging, when old prices are removed", () => {
    const world = eachInItsWorld(openStore);
    const explain = async (userId: string, id: string, atMs: number | null = null) => {
      const [explained] = await world().store.history.explain({ userId, id, atMs, limit: 10 });
      if (explained === undefined) throw new Error("nothing was explained");
      return explained;
    };

    it("fires the same as with all of them", () =>
      fc.assert(
        fc.asyncProperty(fc.array(step(), { minLength: 5, maxLength: 40 }), async (steps) => {
          const told = await Promise.all([play(openStore, steps, false), play(openStore, steps, true)]);
          expect(told[1]).to.deep.equal(told[0]);
        }),
        { numRuns: 12 },
      ));

    it("has the last judged price, however old, and what came after it while the symbol is on HOLD", async () => {
      await world().record(ago(0, 100), ago(SECOND_MS, 100));
      for (let day = 1; day < 45; day += 1) await world().record(ago(day * DAY_MS, 50, { sessionClass: "regular" }));
      expect(await world().store.holds.listHeld()).to.have.length(1);
      expect(await expire(world().store)).to.deep.equal([]);
      await world().store.holds.release("AAPL", "accept", EXAMPLE_START_MS + 5 * DAY_MS);
      expect((await world().store.quotes.getQuote("AAPL"))?.quote.close).to.equal(50);
      expect((await expire(world().store)).reduce((a, b) => a + b, 0)).to.be.greaterThan(10);
    });

    it("knows the newest price of each series, though another was judged for long since", async () => {
      const last = ago(MINUTE_MS, 100);
      await world().record(ago(0, 100), last);
      for (const day of [1, 35, 39, 40]) await world().record(ago(day * DAY_MS, 101, { source: "other" }));
      expect(await expire(world().store)).to.deep.equal([2]);
      expect((await world().record(last, ago(2 * DAY_MS, 1, { source: "other" }))).knownCount).to.equal(1);
    });

    it("still tells what fired, and refuses to tell how an alert stood when its prices are gone", async () => {
      const userId = await world().user();
      await world().record(ago(0, 90));
      const alert = exampleAlert(above(100), { id: world().newId(), userId });
      await world().store.alerts.insertAlert(alert, ago(SECOND_MS, 1).quoteTimeMs, null);
      await world().record(ago(2 * SECOND_MS, 101), ago(3 * SECOND_MS, 102), exampleTick(MINUTE_MS, 103));
      const before = await explain(userId, alert.id);
      await expire(world().store);
      const after = await explain(userId, alert.id);
      const [fired] = after.judgements;
      expect(fired).to.include({ state: "TRIGGERED", reason: "FIRED", timeMs: ago(2 * SECOND_MS, 1).quoteTimeMs });
      expect(fired?.quote).to.deep.equal(before.judgements[0]?.quote);
      const atMs = ago(DAY_MS, 1).quoteTimeMs;
      expect((await explain(userId, alert.id, EXAMPLE_START_MS + MINUTE_MS)).state).to.equal("TRIGGERED");
      await explain(userId, alert.id, ago(SECOND_MS, 1).quoteTimeMs).then(
        () => expect.fail("it told how the alert stood"),
        (error: unknown) => expect(error).to.have.property("message").that.includes("no longer kept"),
      );
      expect((await explain(userId, alert.id, atMs)).state).to.equal("TRIGGERED");
    });
  });
}

type Step = { readonly hours: number; readonly cents: number };

const step = (): fc.Arbitrary<Step> =>
  fc.record({ hours: fc.integer({ min: 0, max: 30 }), cents: fc.integer({ min: 9_000, max: 11_000 }) });

function ago(afterMs: number, price: number, changes: Partial<Quote> = {}): Quote {
  return exampleTick(LONG_AGO_MS + afterMs, price, changes);
}

/** What fired, and how all alerts stand at the end. */
async function play(openStore: OpenStore, steps: readonly Step[], isExpiring: boolean) {
  const world = await new StoreWorld(openStore).open();
  try {
    const userId = await world.user();
    for (const condition of [above(101), below(98), crosses(100), outside(97, 103)]) {
      await world.arm(userId, condition, { repeat: "every" });
    }
    const told: unknown[] = [];
    let afterMs = 0;
    for (const { hours, cents } of steps) {
      afterMs += hours * 60 * MINUTE_MS + SECOND_MS;
      const { triggers } = await world.record(exampleTick(afterMs, cents / 100));
      told.push(...triggers.map(({ trigger: { sentence, price, fireTimeMs } }) => ({ sentence, price, fireTimeMs })));
      if (isExpiring) await expire(world.store, SHORT_KEEP);
    }
    const alerts = await world.alerts(userId);
    return { told, states: alerts.map(({ states }) => states.map(({ state }) => state)) };
  } finally {
    await world.close();
  }
}
