import { expect } from "chai";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../../domain/time.ts";
import { above, EXAMPLE_START_MS, exampleAlert, exampleTick } from "../../test/examples.ts";
import type { ExplainQuery, SymbolExplanation } from "../history/history.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function explainedDoubtsConformance(openStore: OpenStore): void {
  describe("explaining an alert whose symbol's price is doubted", () => {
    const world = eachInItsWorld(openStore);
    let user: string;
    let id: string;
    beforeEach(async () => {
      user = await world().user();
      await world().tick(98);
      ({ id } = (await world().arm(user, above(120))).alert);
    });
    const explain = async (query: Partial<ExplainQuery> = {}): Promise<SymbolExplanation> => {
      const [only] = await world().store.history.explain({ userId: user, id, atMs: null, limit: 10, ...query });
      return only ?? expect.fail("there is no explanation");
    };
    const rows = ({ judgements }: SymbolExplanation) =>
      judgements.map(({ reason, detail, quote }) => [reason, quote?.quote.close ?? null, detail]);
    const release = (verdict: "accept" | "reject") =>
      world().store.holds.release("AAPL", verdict, NEXT_DAY_MS + HOUR_MS);

    it("says that nothing is judged while it is on HOLD, what ends it, and how, and nothing of levels", async () => {
      expect(await explain()).to.deep.include({ doubt: null });
      await world().record(at(49, 0), at(50, 60));
      const told = await explain();
      expect(told.doubt).to.include({
        kind: "HELD",
        ratio: "2 for 1",
        close: 49,
        acceptedClose: 98,
        sinceAsOfMs: NEXT_DAY_MS,
      });
      const effects = told.nextChanges.map(({ effect, level, timeMs, detail }) => [effect, level, timeMs, detail]);
      expect(effects).to.deep.equal([
        ["hold", null, null, "nothing of AAPL is judged until its HOLD ends"],
        [
          "hold",
          null,
          null,
          "it ends when a price within 20 % of 98.00 comes, or when who runs the server decides: " +
            "./bell symbols release AAPL --accept, or --reject",
        ],
      ]);
      expect(rows(told)).to.deep.equal([
        ["PRICE_HELD", 49, "49.00 after 98.00, like a 2:1 split: nothing is judged"],
        ["ARMED", null, "armed on the last price"],
      ]);
    });

    it("tells a HOLD that is over, and the operator's word that ended it", async () => {
      await world().record(at(49, 0), at(48.5, 60));
      await release("accept");
      await world().record(at(50, 2 * HOUR_S));
      const told = await explain();
      expect(told.doubt).to.equal(null);
      expect(rows(told).slice(1)).to.deep.equal([
        ["HOLD_ACCEPTED", 48.5, "an operator took 48.50 for right: alerts that wait are armed anew on it"],
        ["PRICE_HELD", 49, `49.00 after 98.00, like a 2:1 split: nothing is judged until ${WORD}`],
        ["ARMED", null, "armed on the last price"],
      ]);
      expect(told.judgements.every(({ state }) => state === "ARMED")).to.equal(true);
    });

    it("tells a HOLD of which all that came is the price that was accepted", async () => {
      await world().record(at(49, 0));
      await release("accept");
      expect(rows(await explain()).map(([reason]) => reason)).to.deep.equal(["HOLD_ACCEPTED", "PRICE_HELD", "ARMED"]);
    });

    it("tells a word against the price, and that the next such price was held again", async () => {
      await world().record(at(49, 0));
      await release("reject");
      expect((await explain()).nextChanges.map(({ effect }) => effect)).to.deep.equal(["fire"]);
      await world().record(at(49.2, 2 * HOUR_S));
      expect(rows(await explain())).to.deep.equal([
        ["PRICE_HELD", 49.2, "49.20 after 98.00, like a 2:1 split: nothing is judged"],
        ["HOLD_REJECTED", null, "an operator took 49.00 for wrong: judging goes on from 98.00"],
        ["PRICE_HELD", 49, `49.00 after 98.00, like a 2:1 split: nothing is judged until ${WORD}`],
        ["ARMED", null, "armed on the last price"],
      ]);
    });

    it("tells odd prices, those too that a later answer confirmed", async () => {
      await world().record(at(70, 0));
      expect((await explain()).nextChanges.map(({ effect }) => effect)).to.deep.equal(["hold", "fire"]);
      await world().record(at(97, 1), at(65, 60), at(66, 120), at(64, 121));
      const told = await explain();
      expect(told.doubt).to.equal(null);
      expect(rows(told).map(([reason, close]) => [reason, close])).to.deep.equal([
        ["NOT_MET", 64],
        ["NOT_MET", 66],
        ["PRICE_QUARANTINED", 65],
        ["NOT_MET", 97],
        ["PRICE_QUARANTINED", 70],
        ["ARMED", null],
      ]);
      expect(rows(told)[4]?.[2]).to.equal("70.00 is far from 98.00: not judged, and asked for again");
    });

    it("tells an odd price that the same answer confirmed when it was told again", async () => {
      await world().record(at(70, 60));
      const fetchTimeMs = NEXT_DAY_MS + 62 * SECOND_MS;
      await world().record(exampleTick(DAY_MS + 60 * SECOND_MS, 70, { fetchTimeMs }));
      expect(rows(await explain()).map(([reason]) => reason)).to.deep.equal(["NOT_MET", "PRICE_QUARANTINED", "ARMED"]);
    });

    it("tells nothing of doubts from before it was made, or after it was over", async () => {
      await world().record(at(49, 0), at(98, 60));
      world().clock.advance(DAY_MS + HOUR_MS);
      const times = { createTimeMs: world().clock.now(), updateTimeMs: world().clock.now() };
      const later = { ...exampleAlert(above(99)), id: "later", userId: user, ...times };
      await world().store.alerts.insertAlert(later, NEXT_DAY_MS + HOUR_MS, null);
      await world().record(at(100, 2 * HOUR_S), at(70, 3 * HOUR_S));
      const told = await explain({ id: "later" });
      expect(rows(told).map(([reason]) => reason)).to.deep.equal(["FIRED", "ARMED"]);
      expect([told.doubt?.kind, told.nextChanges]).to.deep.equal(["QUARANTINED", []]);
    });

    it("tells how it stood at an earlier moment: on HOLD then, though not now, and no more than is asked for", async () => {
      await world().record(at(49, 0));
      await world().record(at(98, 60));
      expect((await explain({ atMs: NEXT_DAY_MS + 59 * SECOND_MS })).doubt).to.include({ kind: "HELD", close: 49 });
      expect((await explain({ atMs: NEXT_DAY_MS - 1 })).doubt).to.equal(null);
      expect(rows(await explain({ limit: 2 })).map(([reason]) => reason)).to.deep.equal(["NOT_MET", "PRICE_HELD"]);
      expect((await explain()).doubt).to.equal(null);
    });

    it("leaves out what came late, and an odd price that the alert's session would not have heard", async () => {
      await world().record(at(99, 60), at(97, 120));
      const fetchTimeMs = NEXT_DAY_MS + 180 * SECOND_MS;
      await world().record(exampleTick(DAY_MS + 90 * SECOND_MS, 70, { fetchTimeMs }));
      await world().record(exampleTick(DAY_MS + 200 * SECOND_MS, 70, { sessionClass: "post" }));
      expect(rows(await explain()).map(([reason]) => reason)).to.deep.equal(["NOT_MET", "NOT_MET", "ARMED"]);
    });
  });
}

const HOUR_S = HOUR_MS / SECOND_MS;
const NEXT_DAY_MS = EXAMPLE_START_MS + DAY_MS;
/** An hour later: when operators speak. */
const WORD = "2026-01-06 15:30 UTC";

/** A tick of the next day, so many seconds after the start of the examples. */
function at(price: number, afterS: number) {
  return exampleTick(DAY_MS + afterS * SECOND_MS, price);
}
