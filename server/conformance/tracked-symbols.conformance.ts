import { expect } from "chai";
import { AppError } from "../../domain/error.ts";
import { DAY_MS, HOUR_MS } from "../../domain/time.ts";
import { above, EXAMPLE_START_MS } from "../../test/examples.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { SYMBOLS_MAX } from "../symbol-store.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function trackedSymbolsConformance(openStore: OpenStore): void {
  describe("the list of symbols", () => {
    const world = eachInItsWorld(openStore);
    const store = () => world().store.symbols;
    const listed = async () => (await store().list()).map(({ symbol }) => symbol);
    const many = (count: number) => Array.from({ length: count }, (_none, at) => `S${at}`);

    it("has a first list, made once in its life, and may be empty afterwards", async () => {
      expect(await listed()).to.deep.equal([]);
      expect(await store().seed(["MSFT", "AAPL"])).to.equal(true);
      expect(await listed()).to.deep.equal(["AAPL", "MSFT"]);
      expect(await store().seed(["IBM"])).to.equal(false);
      await store().remove(["AAPL", "MSFT"], false);
      await world().restart();
      expect(await store().seed(["IBM"])).to.equal(false);
      expect(await listed()).to.deep.equal([]);
    });

    it("begins with no more symbols than it may have", async () => {
      await store().seed(many(SYMBOLS_MAX + 5));
      expect(await listed()).to.deep.equal(many(SYMBOLS_MAX).toSorted());
    });

    it("takes symbols in, by symbol, each with its time; what is there stays as it was", async () => {
      await store().seed(["MSFT"]);
      world().clock.advance(HOUR_MS);
      expect(await store().add(["IBM", "MSFT", "AAPL", "IBM"])).to.deep.equal(["IBM", "AAPL"]);
      await world().restart();
      const later = EXAMPLE_START_MS + HOUR_MS;
      expect(await store().list()).to.deep.equal([
        { symbol: "AAPL", addTimeMs: later, hasAlerts: false },
        { symbol: "IBM", addTimeMs: later, hasAlerts: false },
        { symbol: "MSFT", addTimeMs: EXAMPLE_START_MS, hasAlerts: false },
      ]);
      expect(await store().add(["IBM"])).to.deep.equal([]);
    });

    it("takes in all or none of what would be too many, saying how many there are", async () => {
      await store().seed(many(SYMBOLS_MAX - 1));
      const refused = await refusalOf(store().add(["AAPL", "IBM"]));
      expect([refused.code, refused.reason]).to.deep.equal(["RESOURCE_EXHAUSTED", "SYMBOL_LIMIT"]);
      expect(refused.message).to.include(`${SYMBOLS_MAX - 1} of at most ${SYMBOLS_MAX}`);
      expect(await listed()).to.have.length(SYMBOLS_MAX - 1);
      await store().add(["AAPL", "S1"]);
      expect((await refusalOf(store().add(["IBM"]))).reason).to.equal("SYMBOL_LIMIT");
      expect(await store().add(["AAPL"]), "what is there already is not too much").to.deep.equal([]);
    });

    it("gives up symbols, all or none", async () => {
      await store().seed(["AAPL", "IBM", "MSFT"]);
      const refused = await refusalOf(store().remove(["AAPL", "NOPE"], true));
      expect([refused.code, refused.reason]).to.deep.equal(["NOT_FOUND", "SYMBOL_NOT_TRACKED"]);
      expect(refused.message).to.include("NOPE");
      expect(await listed()).to.deep.equal(["AAPL", "IBM", "MSFT"]);
      expect(await store().remove(["IBM", "AAPL", "IBM"], false)).to.equal(0);
      expect(await listed()).to.deep.equal(["MSFT"]);
    });

    it("knows which have alerts that wait for a price: armed, disarmed or paused for a time, and no others", async () => {
      await store().seed(["AAPL", "IBM", "MSFT", "NVDA"]);
      const user = await world().user();
      const withAlerts = async () =>
        (await store().list()).filter(({ hasAlerts }) => hasAlerts).map(({ symbol }) => symbol);
      await world().arm(user, above(200), { symbol: "MSFT", symbols: ["MSFT"] });
      const paused = await world().arm(user, above(200), { symbol: "IBM", symbols: ["IBM"] });
      const deleted = await world().arm(user, above(200), { symbol: "NVDA", symbols: ["NVDA"] });
      expect(await withAlerts()).to.deep.equal(["IBM", "MSFT", "NVDA"]);
      await world().store.alerts.deleteAlerts(user, [deleted.alert.id], () => undefined);
      await world().store.alerts.pauseAlert(user, paused.alert.id, null);
      expect(await withAlerts()).to.deep.equal(["MSFT"]);
      await world().store.alerts.pauseAlert(user, paused.alert.id, EXAMPLE_START_MS + DAY_MS);
      expect(await withAlerts()).to.deep.equal(["IBM", "MSFT"]);
    });

    it("gives up a symbol with alerts only when forced, and says how many there are; the alerts stay", async () => {
      await store().seed(["AAPL", "IBM", "MSFT"]);
      const [ann, bob] = [await world().user(), await world().user()];
      const { alert } = await world().arm(ann, above(200), { symbols: ["AAPL", "IBM"] });
      const paused = await world().arm(bob, above(300));
      await world().store.alerts.pauseAlert(bob, paused.alert.id, null);
      const gone = await world().arm(bob, above(400));
      await world().store.alerts.deleteAlerts(bob, [gone.alert.id], () => undefined);
      const refused = await refusalOf(store().remove(["MSFT", "IBM", "AAPL"], false));
      expect([refused.code, refused.reason]).to.deep.equal(["FAILED_PRECONDITION", "STATE_CONFLICT"]);
      expect(refused).to.be.instanceOf(AppError);
      expect(refused.message).to.match(/^2 alerts watch AAPL, 1 alert watches IBM: they would wait/);
      expect(refused.hint).to.include("--force");
      expect(await listed()).to.deep.equal(["AAPL", "IBM", "MSFT"]);
      expect(await store().remove(["IBM", "AAPL"], true)).to.equal(3);
      expect(await listed()).to.deep.equal(["MSFT"]);
      expect((await world().alert(ann, alert.id)).states.map(({ state }) => state.name)).to.deep.equal([
        "ARMED",
        "ARMED",
      ]);
    });
  });
}
