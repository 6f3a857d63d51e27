import { expect } from "chai";
import type { Alert } from "../../domain/alert.ts";
import { AppError } from "../../domain/error.ts";
import { above, below, crosses } from "../../test/examples.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { eachInItsWorld, levelOf, stateOf, type OpenStore } from "../testing/store-world.ts";
import { toldTriggers } from "../testing/told-triggers.ts";

export function alertsConformance(openStore: OpenStore): void {
  describe("a user's alerts", () => {
    const world = eachInItsWorld(openStore);
    const rename = (note: string) => (alert: Alert) => ({
      alert: { ...alert, note },
      rearm: false,
    });

    it("come back as they were written, whatever their kind", async () => {
      const user = await world().user();
      await world().tick(90);
      for (const condition of [above(100.1), below(1e-4), crosses(100, "up"), crosses(99.99, "down"), crosses(100)]) {
        const { alert } = await world().arm(user, condition, {
          repeat: "every",
          alreadyTrue: "fire",
          note: "ü '\"",
          bandPercent: "0",
        });
        const stored = await world().alert(user, alert.id);
        expect(stored.alert).to.deep.equal(alert);
        expect(stored.states).to.have.length(1);
        expect(stored.states[0]).to.include({ symbol: "AAPL", lastFireTimeMs: null });
        expect(stored.alert.condition).to.deep.equal(condition);
      }
    });

    it("are armed on the last judged price, or wait for the first", async () => {
      const user = await world().user();
      const state = async (...arm: Parameters<ReturnType<typeof world>["arm"]>) => stateOf(await world().arm(...arm));
      expect(await state(user, above(100))).to.include({ name: "ARMED", awaitsBaseline: true });
      await world().tick(110);
      expect(await state(user, above(120))).to.include({ name: "ARMED", awaitsBaseline: false });
      expect(await state(user, above(100))).to.include({ name: "DISARMED" });
      expect(await state(user, above(100), { alreadyTrue: "fire" })).to.include({ name: "ARMED", firesIfTrue: true });
    });

    it("leave nothing behind when refused for being true already", async () => {
      const user = await world().user();
      await world().tick(110);
      const refusal = await refusalOf(world().arm(user, above(100), { id: "refused", alreadyTrue: "reject" }));
      expect([refusal.code, refusal.reason]).to.deep.equal(["FAILED_PRECONDITION", "ALREADY_TRUE"]);
      expect((await refusalOf(world().alert(user, "refused"))).reason).to.equal("ALERT_NOT_FOUND");
    });

    it("are nobody else's: another user's answers exactly as one that never was", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      const { alert } = await world().arm(ann, above(100));
      const { alerts } = world().store;
      const acts = (id: string) => [
        alerts.getAlert(bob, id),
        alerts.updateAlert(bob, id, 0, rename("mine")),
        alerts.pauseAlert(bob, id, null),
        alerts.resumeAlert(bob, id, 0),
        alerts.deleteAlerts(bob, [id], () => undefined),
      ];
      for (const id of [alert.id, "never-was"]) {
        for (const act of acts(id)) {
          const { code, reason, message } = await refusalOf(act);
          expect([code, reason, message]).to.deep.equal(["NOT_FOUND", "ALERT_NOT_FOUND", `you have no alert ${id}`]);
        }
      }
      expect((await world().alert(ann, alert.id)).alert.note).to.equal("");
    });

    it("change by an edit that is decided on what is stored, and count their revisions", async () => {
      const user = await world().user();
      await world().tick(90);
      const { alert, states } = await world().arm(user, above(100));
      world().clock.advance(5_000);
      const edited = await world().store.alerts.updateAlert(user, alert.id, world().eventNowMs, rename("new"));
      expect(edited.alert).to.deep.equal({ ...alert, note: "new", revision: 2, updateTimeMs: world().clock.now() });
      expect(edited.states).to.deep.equal(states);
      expect(await world().alert(user, alert.id)).to.deep.equal(edited);
    });

    it("stay as they are when the edit throws", async () => {
      const user = await world().user();
      const before = await world().arm(user, above(100));
      const stale = new AppError("ABORTED", "ETAG_STALE", "changed");
      const edit = () => {
        throw stale;
      };
      expect(await refusalOf(world().store.alerts.updateAlert(user, before.alert.id, 0, edit))).to.equal(stale);
      expect(await world().alert(user, before.alert.id)).to.deep.equal(before);
    });

    it("are armed anew when they watch for something else, and the old level wakes them no more", async () => {
      const user = await world().user();
      await world().tick(95);
      const { alert } = await world().arm(user, above(100));
      await world().store.alerts.updateAlert(user, alert.id, world().eventNowMs, (stored) => ({
        alert: { ...stored, condition: above(120) },
        rearm: true,
      }));
      expect((await world().tick(110)).triggerCount).to.equal(0);
      expect((await world().tick(120)).triggerCount).to.equal(1);
      const again = await world().store.alerts.updateAlert(user, alert.id, world().eventNowMs, (stored) => ({
        alert: { ...stored, condition: above(130) },
        rearm: true,
      }));
      expect(stateOf(again).name).to.equal("ARMED");
    });

    it("take nothing of a change that makes them true already, if they reject that", async () => {
      const user = await world().user();
      await world().tick(90);
      const before = await world().arm(user, above(100), { alreadyTrue: "reject" });
      const edit = world().store.alerts.updateAlert(user, before.alert.id, world().eventNowMs, (stored) => ({
        alert: { ...stored, condition: above(80) },
        rearm: true,
      }));
      expect((await refusalOf(edit)).reason).to.equal("ALREADY_TRUE");
      expect(await world().alert(user, before.alert.id)).to.deep.equal(before);
      expect((await world().tick(100)).triggerCount).to.equal(1);
    });
  });

  pausingConformance(openStore);
  deletingConformance(openStore);
}

function pausingConformance(openStore: OpenStore): void {
  describe("pauseAlert() and resumeAlert()", () => {
    const world = eachInItsWorld(openStore);

    it("stop the judging and start it anew", async () => {
      const user = await world().user();
      await world().tick(90);
      const { alert } = await world().arm(user, above(100));
      const paused = await world().store.alerts.pauseAlert(user, alert.id, null);
      expect(stateOf(paused).name).to.equal("PAUSED");
      expect(await world().store.alerts.pauseAlert(user, alert.id, null)).to.deep.equal(paused);
      expect((await world().tick(101)).triggerCount).to.equal(0);
      await world().tick(90);
      const resumed = await world().store.alerts.resumeAlert(user, alert.id, world().eventNowMs);
      expect(stateOf(resumed)).to.include({ name: "ARMED", awaitsBaseline: false });
      expect((await world().tick(101)).triggerCount).to.equal(1);
    });

    it("keep a paused alert paused when its condition changes", async () => {
      const user = await world().user();
      const { alert } = await world().arm(user, above(100));
      await world().store.alerts.pauseAlert(user, alert.id, null);
      const edit = (stored: typeof alert) => ({ alert: { ...stored, condition: above(120) }, rearm: true });
      const edited = await world().store.alerts.updateAlert(user, alert.id, 0, edit);
      expect([stateOf(edited).name, levelOf(edited)]).to.deep.equal(["PAUSED", 120]);
    });

    it("refuse what the state does not allow", async () => {
      const user = await world().user();
      await world().tick(90);
      const { alert } = await world().arm(user, above(100));
      const resume = () => world().store.alerts.resumeAlert(user, alert.id, world().eventNowMs);
      const conflict = await refusalOf(resume());
      expect([conflict.code, conflict.reason]).to.deep.equal(["FAILED_PRECONDITION", "STATE_CONFLICT"]);
      await world().tick(100);
      expect((await refusalOf(world().store.alerts.pauseAlert(user, alert.id, null))).reason).to.equal(
        "STATE_CONFLICT",
      );
      expect(stateOf(await resume()).name).to.equal("DISARMED");
    });
  });
}

function deletingConformance(openStore: OpenStore): void {
  describe("deleteAlerts()", () => {
    const world = eachInItsWorld(openStore);

    it("hides an alert and judges it no more", async () => {
      const user = await world().user();
      await world().tick(90);
      const { alert } = await world().arm(user, above(100));
      await world().store.alerts.deleteAlerts(user, [alert.id, alert.id], () => undefined);
      expect((await refusalOf(world().alert(user, alert.id))).reason).to.equal("ALERT_NOT_FOUND");
      expect((await world().tick(101)).triggerCount).to.equal(0);
    });

    it("deletes all or none", async () => {
      const user = await world().user();
      const { alert } = await world().arm(user, above(100));
      const { alerts } = world().store;
      expect((await refusalOf(alerts.deleteAlerts(user, [alert.id, "never-was"], () => undefined))).reason).to.equal(
        "ALERT_NOT_FOUND",
      );
      const check = () => {
        throw new AppError("ABORTED", "ETAG_STALE", "changed");
      };
      expect((await refusalOf(alerts.deleteAlerts(user, [alert.id], check))).reason).to.equal("ETAG_STALE");
      expect((await world().state(user, alert.id)).name).to.equal("ARMED");
    });

    it("takes a deleted alert's line out of the mail that is not sealed yet", async () => {
      const user = await world().user();
      const gone = await world().fire(user);
      const kept = await world().fire(user);
      await world().store.alerts.deleteAlerts(user, [gone], () => undefined);
      const { content } = await world().begin();
      expect(toldTriggers(content).map(({ alertId }) => alertId)).to.deep.equal([kept]);
    });

    it("leaves a sealed mail as it is", async () => {
      const user = await world().user();
      const id = await world().fire(user);
      const sealed = await world().begin();
      await world().store.alerts.deleteAlerts(user, [id], () => undefined);
      await world().end(sealed, "unsure");
      expect((await world().begin()).content).to.deep.equal(sealed.content);
    });

    it("cancels a notification of which no line is left", async () => {
      const user = await world().user();
      const id = await world().fire(user);
      await world().store.alerts.deleteAlerts(user, [id], () => undefined);
      expect(await world().tryBegin()).to.equal(null);
      expect((await world().notifications(user)).map(({ state, reason }) => [state, reason])).to.deep.equal([
        ["CANCELLED", "NO_LINES_LEFT"],
      ]);
      await world().fire(user);
      expect((await world().begin()).token).to.equal(1); // a mail that never went takes no cooldown
    });
  });
}
