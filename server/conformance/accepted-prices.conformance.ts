// When an operator has accepted a new price after HOLD, every alert is armed anew on it: that takes asking all of them, once, however late
// the prices are that come then.
import { expect } from "chai";
import { judgeAlert } from "../../domain/judging/judge.ts";
import type { Quote } from "../../domain/quote.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { above, crosses, EXAMPLE_START_MS, exampleTick } from "../../test/examples.ts";
import type { Judge } from "../store.ts";
import { eachInItsWorld, type OpenStore, type StoreWorld } from "../testing/store-world.ts";

export function acceptedPricesConformance(openStore: OpenStore): void {
  describe("the prices after an operator's word", () => {
    const world = eachInItsWorld(openStore);

    for (const alertsPerCommit of [2, 100]) {
      it(`ask every alert once, though they are all late (${alertsPerCommit} a commit)`, async () => {
        world().alertsPerCommit = alertsPerCommit;
        await world().restart();
        await acceptLate(world(), async (owner) => {
          for (const level of [110, 120, 130, 140]) await world().arm(owner, above(level));
          await world().arm(owner, crosses(55));
        });
        expect(await askedBy(world(), at(50.1, 1))).to.deep.equal({ asked: 5, fired: 0 });
        expect(await askedBy(world(), at(50.2, 2))).to.deep.equal({ asked: 0, fired: 0 });
        await world().restart();
        expect(await askedBy(world(), at(50.3, 3))).to.deep.equal({ asked: 0, fired: 0 });
        expect(await askedBy(world(), at(55, 4))).to.deep.equal({ asked: 1, fired: 1 });
      });
    }

    it("ask those of each session when it hears the first of them", async () => {
      await acceptLate(world(), async (owner) => {
        for (const session of ["regular", "regular", "extended", "any"] as const) {
          await world().arm(owner, above(110), { session });
        }
      });
      expect((await askedBy(world(), at(50.1, 1, "closed"))).asked).to.equal(1);
      await world().restart();
      expect((await askedBy(world(), at(50.2, 2, "post"))).asked).to.equal(1);
      await world().restart();
      expect((await askedBy(world(), at(50.3, 3))).asked).to.equal(2);
      expect((await askedBy(world(), at(50.4, 4))).asked).to.equal(0);
    });
  });
}

/** An alert's owner has them at 100; half of that is accepted, by the operator's clock a day later than the prices that come then. */
async function acceptLate(world: StoreWorld, arm: (owner: string) => Promise<void>): Promise<void> {
  const owner = await world.user();
  await world.tick(100);
  await arm(owner);
  await world.record(at(50, 0));
  await world.store.holds.release("AAPL", "accept", EXAMPLE_START_MS + 2 * DAY_MS + HOUR_MS);
  await world.restart();
}

/** Brings a quote until it is judged: how many alerts were judged on it, and how many fired. */
async function askedBy({ store }: StoreWorld, quote: Quote): Promise<{ asked: number; fired: number }> {
  const told = { asked: 0, fired: 0 };
  const judge: Judge = (...on) => {
    told.asked += 1;
    return judgeAlert(...on);
  };
  for (let waiting: readonly Quote[] = [quote], isOpen = true; isOpen;) {
    const { batches, triggers, open } = await store.quotes.recordQuotes([waiting], judge);
    told.fired += triggers.filter(({ trigger }) => trigger.kind === "FIRED").length;
    waiting = batches[0]?.deferred ?? [];
    isOpen = waiting.length > 0 || open.length > 0;
  }
  return told;
}

/** A tick so many minutes after the one of the next day that was like a split's. */
function at(price: number, minute: number, sessionClass: Quote["sessionClass"] = "regular"): Quote {
  return exampleTick(DAY_MS + minute * MINUTE_MS, price, { sessionClass });
}
