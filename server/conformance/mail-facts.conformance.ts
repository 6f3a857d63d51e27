import { expect } from "chai";
import { above } from "../../test/examples.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import type { SymbolPart } from "../mail-content.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

/** Monday, 16:00 in New York, when these worlds' Monday closes. */
const CLOSE_MS = Date.UTC(2026, 0, 5, 21);

export function mailFactsConformance(openStore: OpenStore): void {
  describe("what a mail tells of its symbol", () => {
    const world = eachInItsWorld(openStore);
    const tick = (timeMs: number, close: number, changes: object = {}) => ({
      symbol: "AAPL",
      source: "test",
      periodMs: 0,
      quoteTimeMs: timeMs,
      ...{ open: close, high: close, low: close, close, volume: 0 },
      sessionClass: "regular" as const,
      fetchTimeMs: timeMs,
      ...changes,
    });
    const part = async (): Promise<SymbolPart> => {
      const { content } = await world().begin();
      const [first] = content.kind === "triggers" ? content.parts : [];
      return first ?? expect.fail("it is a mail of triggers");
    };
    const armed = async () => {
      const user = await world().user();
      await world().arm(user, above(100));
      return user;
    };

    it("is the newest price and those before it, oldest first", async () => {
      await armed();
      await world().record(...[98, 99, 101, 102].map((close, n) => tick(CLOSE_MS - HOUR_MS + n * MINUTE_MS, close)));
      const { latestQuote, points, previousClose } = await part();
      expect([latestQuote?.close, previousClose]).to.deep.equal([102, null]);
      expect(points.map(({ price }) => price)).to.deep.equal([98, 99, 101, 102]);
    });

    it("is at most 120 prices, the highest and the lowest among them", async () => {
      await armed();
      const closes = Array.from({ length: 900 }, (_, n) => 90 + (n % 7));
      closes[333] = 99.5;
      closes[444] = 80;
      const quotes = [...closes, 101].map((close, n) => tick(CLOSE_MS - 2 * HOUR_MS + n * 1_000, close));
      for (let at = 0; at < quotes.length; at += 300) await world().record(...quotes.slice(at, at + 300));
      const { points } = await part();
      const prices = points.map(({ price }) => price);
      expect(prices).to.have.length.within(100, 120);
      expect([Math.max(...prices), Math.min(...prices)]).to.deep.equal([101, 80]);
      expect(points.map(({ timeMs }) => timeMs)).to.deep.equal(points.map(({ timeMs }) => timeMs).toSorted());
    });

    it("is the close of the session before, by the series or else by the day's bar", async () => {
      await armed();
      await world().record(tick(CLOSE_MS - MINUTE_MS, 97), tick(CLOSE_MS + HOUR_MS, 96, { sessionClass: "post" }));
      await world().record(tick(CLOSE_MS + DAY_MS - HOUR_MS, 101));
      expect((await part()).previousClose).to.equal(97);
    });

    it("is no close that is only a price of the middle of that day", async () => {
      await armed();
      await world().record(tick(CLOSE_MS - 3 * HOUR_MS, 97));
      await world().record(tick(CLOSE_MS + DAY_MS - HOUR_MS, 101));
      expect((await part()).previousClose).to.equal(null);
    });

    it("is the day's bar where the series has no close", async () => {
      await armed();
      const day = { periodMs: DAY_MS, quoteTimeMs: CLOSE_MS - 16 * HOUR_MS, fetchTimeMs: CLOSE_MS + DAY_MS };
      await world().record(tick(CLOSE_MS, 95, day), tick(CLOSE_MS - 3 * HOUR_MS, 97));
      await world().record(tick(CLOSE_MS + DAY_MS - HOUR_MS, 101));
      expect((await part()).previousClose).to.equal(95);
    });

    it("says which alert's condition does not hold any more", async () => {
      const user = await armed();
      await world().arm(user, above(90));
      await world().record(tick(CLOSE_MS - HOUR_MS, 85), tick(CLOSE_MS - HOUR_MS + 1_000, 101));
      await world().record(tick(CLOSE_MS - HOUR_MS + 2_000, 95));
      const { triggers } = await part();
      expect(triggers.map(({ level, hasReverted }) => [level, hasReverted]).toSorted()).to.deep.equal([
        [100, true],
        [90, false],
      ]);
    });
  });
}
