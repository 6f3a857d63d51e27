import { expect } from "chai";
import { ALERTS_PER_USER } from "../alert-limit.ts";
import { above, below, exampleAlert } from "../../test/examples.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { ALL_ALERTS, eachInItsWorld, levelOf, type OpenStore } from "../testing/store-world.ts";

const SYMBOLS = ["MSFT", "AAPL", "V"];

export function severalSymbolsConformance(openStore: OpenStore): void {
  describe("a rule for several symbols", () => {
    const world = eachInItsWorld(openStore);

    /** A user with a rule for the three, each armed on a price of 90. */
    const armed = async (condition = above(100)) => {
      const user = await world().user();
      for (const symbol of SYMBOLS) await world().tick(90, { symbol });
      const { alert } = await world().arm(user, condition, { symbol: "MSFT", symbols: SYMBOLS });
      return { user, id: alert.id };
    };
    const names = async (user: string, id: string) =>
      (await world().alert(user, id)).states.map(({ symbol, state }) => `${symbol} ${state.name}`);

    it("comes back as it was written, and stands somewhere for each", async () => {
      const { user, id } = await armed();
      const { alert, states } = await world().alert(user, id);
      expect(alert).to.deep.include({ id, symbol: "MSFT", symbols: SYMBOLS, condition: above(100) });
      expect(states.map(({ symbol, state }) => [symbol, state.name])).to.deep.equal(
        SYMBOLS.map((one) => [one, "ARMED"]),
      );
    });

    it("is judged for each by itself: own state, own fires, own mail", async () => {
      const { user, id } = await armed();
      const { triggers } = await world().tick(101, { symbol: "AAPL" });
      expect(triggers.map(({ trigger }) => [trigger.alertId, trigger.quote.symbol])).to.deep.equal([[id, "AAPL"]]);
      expect(await names(user, id)).to.deep.equal(["MSFT ARMED", "AAPL TRIGGERED", "V ARMED"]);
      await world().tick(100, { symbol: "V" });
      expect((await world().notifications(user)).map(({ symbol }) => symbol)).to.deep.equal(["V", "AAPL"]);
      const fires = (await world().alert(user, id)).states.map(({ lastFireTimeMs }) => lastFireTimeMs !== null);
      expect(fires).to.deep.equal([false, true, true]);
    });

    it("is refused for all when one is true already", async () => {
      const user = await world().user();
      await world().tick(90, { symbol: "MSFT" });
      await world().tick(101, { symbol: "V" });
      const wish = { symbol: "MSFT", symbols: SYMBOLS, alreadyTrue: "reject" } as const;
      expect((await refusalOf(world().arm(user, above(100), wish))).message).to.include("V is 101");
      expect(await world().alerts(user)).to.deep.equal([]);
    });

    it("is changed for all, and armed anew for all", async () => {
      const { user, id } = await armed();
      await world().tick(101, { symbol: "AAPL" });
      const { alert } = await world().store.alerts.updateAlert(user, id, world().eventNowMs, (stored) => {
        expect(stored.symbol).to.equal("MSFT");
        return { alert: { ...stored, condition: below(95), note: "n" }, rearm: true };
      });
      expect(alert).to.deep.include({ condition: below(95), note: "n", revision: 2, symbols: SYMBOLS });
      expect(await names(user, id)).to.deep.equal(["MSFT DISARMED", "AAPL ARMED", "V DISARMED"]);
      expect((await world().tick(94, { symbol: "AAPL" })).triggers[0]?.trigger.note).to.equal("n");
    });

    it("is paused and resumed where it watches; what has fired stays as it is, and is armed when nothing is paused", async () => {
      const { user, id } = await armed();
      await world().tick(101, { symbol: "AAPL" });
      await world().store.alerts.pauseAlert(user, id, null);
      expect(await names(user, id)).to.deep.equal(["MSFT PAUSED", "AAPL TRIGGERED", "V PAUSED"]);
      await world().store.alerts.resumeAlert(user, id, world().eventNowMs);
      expect(await names(user, id)).to.deep.equal(["MSFT ARMED", "AAPL TRIGGERED", "V ARMED"]);
      await world().store.alerts.resumeAlert(user, id, world().eventNowMs);
      expect(await names(user, id)).to.deep.equal(["MSFT ARMED", "AAPL DISARMED", "V ARMED"]);
      const again = await refusalOf(world().store.alerts.resumeAlert(user, id, world().eventNowMs));
      expect(again.reason).to.equal("STATE_CONFLICT");
    });

    it("is deleted for all, with what fired and was not mailed", async () => {
      const { user, id } = await armed();
      await world().tick(101, { symbol: "AAPL" });
      await world().store.alerts.deleteAlerts(user, [id], () => undefined);
      expect((await refusalOf(world().alert(user, id))).reason).to.equal("ALERT_NOT_FOUND");
      expect((await world().tick(101, { symbol: "V" })).triggerCount).to.equal(0);
      expect(await world().tryBegin()).to.equal(null);
    });

    it("is one alert in a list, found by each of its symbols and states", async () => {
      const { user, id } = await armed();
      await world().arm(user, above(200));
      await world().tick(101, { symbol: "AAPL" });
      const found = async (query: Parameters<ReturnType<typeof world>["alerts"]>[1]) =>
        (await world().alerts(user, query)).map(levelOf);
      expect(await found({})).to.deep.equal([200, 100]);
      expect(await found({ symbol: "V" })).to.deep.equal([100]);
      expect(await found({ state: "TRIGGERED" })).to.deep.equal([100]);
      const page = { userId: user, ...ALL_ALERTS, limit: 1 };
      const first = await world().store.alerts.listAlerts({ ...page, before: null });
      const second = await world().store.alerts.listAlerts({ ...page, before: first.next });
      expect([first, second].map(({ rows }) => rows.map(levelOf))).to.deep.equal([[200], [100]]);
      expect(second.next).to.equal(null);
      expect(second.rows[0]).to.deep.equal(await world().alert(user, id));
    });

    it("is one request, whose repetition answers with all of it", async () => {
      const user = await world().user();
      const insert = (id: string) => {
        const alert = exampleAlert(above(100), { id, userId: user, symbol: "MSFT", symbols: SYMBOLS });
        const request = { id: "r", hash: "a" };
        return world().store.alerts.insertAlert({ ...alert, createTimeMs: world().clock.now() }, 0, request);
      };
      const first = await insert("first");
      expect(first.states).to.have.length(3);
      expect(await insert("second")).to.deep.equal(first);
      expect(await world().store.alerts.countAlerts(user)).to.equal(3);
    });
  });

  describe("how many alerts a user has", () => {
    const world = eachInItsWorld(openStore);
    const many = (count: number) => Array.from({ length: count }, (_none, at) => `S${at}`);

    it("counts each symbol, and not what is deleted", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      const { alert } = await world().arm(ann, above(1), { symbol: "S0", symbols: many(50) });
      await world().arm(ann, above(1));
      await world().arm(bob, above(1));
      expect(await world().store.alerts.countAlerts(ann)).to.equal(51);
      await world().store.alerts.deleteAlerts(ann, [alert.id], () => undefined);
      expect(await world().store.alerts.countAlerts(ann)).to.equal(1);
    });

    it("has a limit, up to which all are made, and over which nothing is", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      const rule = { symbol: "S0", symbols: many(50) };
      for (let at = 0; at < ALERTS_PER_USER / 50 - 1; at += 1) await world().arm(ann, above(1), rule);
      await world().arm(ann, above(1), { symbol: "S0", symbols: many(49) });
      const refused = await refusalOf(world().arm(ann, above(1), { symbol: "S0", symbols: ["S0", "S1"] }));
      expect([refused.code, refused.reason]).to.deep.equal(["RESOURCE_EXHAUSTED", "ALERT_LIMIT"]);
      expect(refused.message).to.include(`${ALERTS_PER_USER - 1} of at most ${ALERTS_PER_USER}`);
      await world().arm(ann, above(1));
      expect((await refusalOf(world().arm(ann, above(1)))).reason).to.equal("ALERT_LIMIT");
      expect(await world().store.alerts.countAlerts(ann)).to.equal(ALERTS_PER_USER);
      await world().arm(bob, above(1));
    });

    it("has the limit that an operator has set for the user", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      await world().store.admin.setAlertLimit(ann, 2);
      await world().arm(ann, above(1));
      const rule = { symbol: "S0", symbols: ["S0", "S1"] };
      expect((await refusalOf(world().arm(ann, above(1), rule))).message).to.include("1 of at most 2");
      await world().arm(ann, above(1));
      expect((await refusalOf(world().arm(ann, above(1)))).reason).to.equal("ALERT_LIMIT");
      await world().arm(bob, above(1), rule);
      await world().store.admin.setAlertLimit(ann, null);
      await world().arm(ann, above(1));
    });
  });
}
