import { expect } from "chai";
import type { Alert } from "../../domain/alert.ts";
import { SECOND_MS } from "../../domain/time.ts";
import { above, EXAMPLE_START_MS, exampleAlert } from "../../test/examples.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

/** Sooner than a client may ask for: these worlds tick by the second. */
const REMINDING: Partial<Alert> = { remindEveryMs: 2 * SECOND_MS };
const BACK: Partial<Alert> = { tellsWhenBack: true };

export function afterFireConformance(openStore: OpenStore): void {
  describe("what an owner is told after a fire", () => {
    const world = eachInItsWorld(openStore);
    const kindsAt = async (...prices: number[]): Promise<string[]> => {
      const told: string[] = [];
      for (const price of prices) {
        const { triggers } = await world().tick(price);
        told.push(triggers.map(({ trigger }) => trigger.kind).join(" "));
      }
      return told;
    };
    const change = (userId: string, id: string, changes: Partial<Alert>) =>
      world().store.alerts.updateAlert(userId, id, world().eventNowMs, (alert) => ({
        alert: { ...alert, ...changes },
        rearm: false,
      }));
    const explain = async (userId: string, id: string, limit = 100) => {
      const [told] = await world().store.history.explain({ userId, id, atMs: null, limit });
      return told ?? expect.fail("nothing was explained");
    };

    it("is that it still holds, over restarts, in the open notification, and the state stays TRIGGERED", async () => {
      const user = await world().user();
      const id = await world().fire(user, { ...REMINDING, note: "{symbol} {price} {level}" });
      expect(await kindsAt(102)).to.deep.equal([""]);
      await world().restart();
      const { triggers } = await world().tick(103);
      const told = { kind: "STILL_TRUE", level: 0, price: 103, seq: 4, hold: null, note: "AAPL 103.00 no level" };
      expect(triggers.map(({ userId, trigger }) => ({ userId, trigger }))).to.have.length(1);
      expect(triggers[0]?.trigger).to.deep.include({ ...told, alertId: id });
      expect(await kindsAt(103, 103)).to.deep.equal(["", "STILL_TRUE"]);
      expect(await world().state(user, id)).to.include({ name: "TRIGGERED", fireCount: 1, reminderCount: 2 });
      const [notification, ...others] = await world().notifications(user);
      expect(others).to.deep.equal([]);
      expect(notification?.triggers.map(({ kind }) => kind)).to.deep.equal(["FIRED", "STILL_TRUE", "STILL_TRUE"]);
    });

    it("is no more when it was false at a close, or when its owner deletes it", async () => {
      const user = await world().user();
      await world().fire(user, REMINDING);
      const deleted = (await world().arm(user, above(100), { ...REMINDING, alreadyTrue: "fire" })).alert.id;
      expect(await kindsAt(101, 99.9)).to.deep.equal(["FIRED", ""]);
      expect(await kindsAt(101, 101, 101)).to.deep.equal(["", "", ""]);
      await world().store.alerts.resumeAlert(user, deleted, world().eventNowMs);
      expect(await kindsAt(101, 101, 101)).to.deep.equal(["FIRED", "", "STILL_TRUE"]);
      await world().store.alerts.deleteAlerts(user, [deleted], () => undefined);
      expect(await kindsAt(101, 101, 101)).to.deep.equal(["", "", ""]);
    });

    it("is once that the price is back by the band, whether it arms again or not", async () => {
      const user = await world().user();
      const once = await world().fire(user, BACK);
      const again = (await world().arm(user, above(100), { ...BACK, repeat: "every", alreadyTrue: "fire" })).alert.id;
      expect(await kindsAt(101, 99.6, 99.5, 99.4)).to.deep.equal(["FIRED", "", "BACK_TO_NORMAL BACK_TO_NORMAL", ""]);
      expect((await world().state(user, once)).name).to.equal("TRIGGERED");
      expect((await world().state(user, again)).name).to.equal("ARMED");
    });

    it("may be wished for after the fire, and given up, without touching the state", async () => {
      const user = await world().user();
      const id = await world().fire(user);
      const state = await world().state(user, id);
      expect(await kindsAt(101, 101)).to.deep.equal(["", ""]);
      const wished = await change(user, id, { ...REMINDING, ...BACK });
      expect([wished.alert.revision, wished.states[0]?.state]).to.deep.equal([2, state]);
      expect(await kindsAt(101)).to.deep.equal(["STILL_TRUE"]);
      await change(user, id, { remindEveryMs: 0 });
      expect(await kindsAt(101, 101, 101)).to.deep.equal(["", "", ""]);
      await change(user, id, { tellsWhenBack: false });
      expect(await kindsAt(99)).to.deep.equal([""]);
      await change(user, id, { tellsWhenBack: true });
      expect(await kindsAt(99, 99)).to.deep.equal(["BACK_TO_NORMAL", ""]);
    });

    it("makes its symbol one that is watched, as long as there is something to tell", async () => {
      const user = await world().user();
      await world().store.symbols.seed(["AAPL"]);
      const isWatched = async () => (await world().store.symbols.list())[0]?.hasAlerts;
      await world().fire(user, BACK);
      expect(await isWatched()).to.equal(true);
      expect((await refusalOf(world().store.symbols.remove(["AAPL"], false))).message).to.include("AAPL");
      await world().tick(99);
      expect(await isWatched()).to.equal(false);
      expect(await world().store.symbols.remove(["AAPL"], false)).to.equal(0);
    });

    it("waits while the symbol is on HOLD, of which its owner hears", async () => {
      const user = await world().user();
      await world().fire(user, { ...REMINDING, ...BACK });
      expect(await kindsAt(1.01, 1.01, 1.01)).to.deep.equal(["HELD", "", ""]);
      expect(await kindsAt(101)).to.deep.equal(["STILL_TRUE HOLD_ENDED"]);
      expect(await kindsAt(99)).to.deep.equal(["BACK_TO_NORMAL"]);
    });

    it("is explained, with what comes next", async () => {
      const user = await world().user();
      const id = await world().fire(user, { ...REMINDING, ...BACK });
      await kindsAt(101, 102, 102);
      const { judgements, nextChanges } = await explain(user, id);
      expect(judgements.slice(0, 3).map(({ state, reason, detail }) => [state, reason, detail])).to.deep.equal([
        ["TRIGGERED", "WITHIN_BAND", "close 102.00 is above 100.00; it is told when it is at or below 99.50"],
        ["TRIGGERED", "REMINDED", "close 102.00 is above 100.00 after 2s more: reminder 1"],
        ["TRIGGERED", "WITHIN_BAND", "close 101.00 is above 100.00; it is told when it is at or below 99.50"],
      ]);
      expect(nextChanges.map(({ effect, detail }) => [effect, detail])).to.deep.equal([
        ["tell", "tells that it is back at a close at or below 99.50"],
        ["remind", "reminds after 1s more of market time, if it stays so"],
        ["reset", "no more reminders beyond 100.00"],
      ]);
      expect((await explain(user, id, 1)).nextChanges, "however little is told of the past").to.deep.equal(nextChanges);
      await kindsAt(99.9, 99);
      const after = await explain(user, id);
      expect(after.judgements.slice(0, 2).map(({ reason, detail }) => [reason, detail])).to.deep.equal([
        ["TOLD_BACK", "close 99.00 is back, at or below 99.50: told"],
        ["NO_LONGER_TRUE", "close 99.90 is below 100.00: no longer what it waits for, and no reminder comes"],
      ]);
      expect(after.nextChanges).to.deep.equal([]);
    });

    it("is counted in a preview, and as mails", async () => {
      for (const price of [99, 101, 101, 101, 99, 98]) await world().tick(price);
      const alert = exampleAlert(above(100), { ...REMINDING, ...BACK, repeat: "every" });
      const query = { alert, startMs: EXAMPLE_START_MS, endMs: Infinity };
      const [preview] = await world().store.history.preview(query);
      expect(preview).to.include({ fireCount: 1, reminderCount: 1, backCount: 1, mailCount: 2 });
    });
  });
}
