import { expect } from "chai";
import type { Alert, AlertState } from "../../domain/alert.ts";
import type { judgeAlert } from "../../domain/judging/judge.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { above, below, crosses, exampleTick, inside, outside } from "../../test/examples.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { eachInItsWorld, stateOf, type OpenStore } from "../testing/store-world.ts";

export function alertOptionsConformance(openStore: OpenStore): void {
  describe("an alert's options", () => {
    const world = eachInItsWorld(openStore);

    it("come back as they were written, with conditions of every kind", async () => {
      const user = await world().user();
      const options: Partial<Alert> = {
        repeat: "every",
        maxFires: 3,
        alreadyTrue: "fire",
        bandPercent: "1.25",
        rearmForMs: 5 * MINUTE_MS,
        confirm: 3,
        session: "extended",
        expireTimeMs: world().eventNowMs + HOUR_MS,
        note: "{price} at {time}",
        tags: ["tech", "a-1"],
      };
      for (const condition of [
        above(100, HOUR_MS),
        below(99, 1),
        inside(90, 110.5, MINUTE_MS),
        outside(1e-4, 2),
        crosses(7),
      ]) {
        const { alert } = await world().arm(user, condition, options);
        expect(alert).to.deep.include({ ...options, condition, symbols: ["AAPL"] });
        expect((await world().alert(user, alert.id)).alert).to.deep.equal(alert);
      }
    });

    it("leave no part of a state behind, whatever judging makes of it", async () => {
      const user = await world().user();
      await world().tick(100);
      const { alert } = await world().arm(user, above(110));
      const version = (await world().state(user, alert.id)).version + 1;
      const flags = { awaitsBaseline: true, firesIfTrue: true, edge: "upper" } as const;
      const times = { armedAsOfMs: 4, sinceSeenMs: 5, pausedUntilMs: 6, recentFiresMs: [7, 8] };
      const fire = { owesBack: true, remindSinceSeenMs: 0, reminderCount: 10 };
      const made: AlertState = { name: "PENDING", version, ...flags, ...times, ...fire, confirmCount: 2, fireCount: 9 };
      const judge: typeof judgeAlert = () => ({ state: made, reason: "PENDING_BEGUN", wakes: [] });
      await world().store.quotes.recordQuotes([[exampleTick(5 * SECOND_MS, 111)]], judge);
      await world().restart();
      expect(await world().state(user, alert.id)).to.deep.equal(made);
    });
  });

  describe("updateAlert(), a change that arms nothing", () => {
    const world = eachInItsWorld(openStore);
    const change = (user: string, id: string, changes: Partial<Alert>, rearm = false) =>
      world().store.alerts.updateAlert(user, id, world().eventNowMs, (alert) => ({
        alert: { ...alert, ...changes },
        rearm,
      }));

    it("takes a new expiry, and leaves the state alone", async () => {
      const user = await world().user();
      await world().tick(90);
      const { alert, states } = await world().arm(user, above(100));
      const changed = await change(user, alert.id, { expireTimeMs: world().eventNowMs + 1_500, tags: ["new"] });
      expect(changed.states).to.deep.equal(states);
      expect((await world().tick(91)).triggerCount).to.equal(0);
      expect((await world().tick(91)).triggers.map(({ trigger }) => trigger.kind)).to.deep.equal(["EXPIRED"]);
    });

    it("puts an expiry off, or takes it away", async () => {
      const user = await world().user();
      await world().tick(90);
      const expireTimeMs = world().eventNowMs + 500;
      const later = (await world().arm(user, above(100), { expireTimeMs })).alert.id;
      const never = (await world().arm(user, above(100), { expireTimeMs })).alert.id;
      await change(user, later, { expireTimeMs: expireTimeMs + 1_000 });
      await change(user, never, { expireTimeMs: null });
      await world().tick(91);
      expect((await world().state(user, later)).name).to.equal("ARMED");
      expect((await world().tick(92)).triggers.map(({ trigger }) => trigger.alertId)).to.deep.equal([later]);
      expect((await world().tick(100)).triggers.map(({ trigger }) => trigger.alertId)).to.deep.equal([never]);
    });

    it("keeps the end of a pause where an expiry at the same moment is taken away", async () => {
      const user = await world().user();
      await world().tick(90);
      const untilMs = world().eventNowMs + 1_000;
      const { alert } = await world().arm(user, above(100), { expireTimeMs: untilMs });
      await world().store.alerts.pauseAlert(user, alert.id, untilMs);
      await change(user, alert.id, { expireTimeMs: null });
      await world().tick(91);
      expect((await world().state(user, alert.id)).name).to.equal("ARMED");
    });

    it("hears other prices from then on, also while it is paused", async () => {
      const user = await world().user();
      await world().tick(90);
      const { alert } = await world().arm(user, above(100));
      await world().store.alerts.pauseAlert(user, alert.id, world().eventNowMs + 1_500);
      await change(user, alert.id, { session: "any" }, true);
      expect((await world().tick(91, { sessionClass: "closed" })).triggerCount).to.equal(0);
      expect((await world().tick(100, { sessionClass: "closed" })).triggerCount).to.equal(1);
    });
  });

  describe("pauseAlert() until a moment, and resumeAlert()", () => {
    const world = eachInItsWorld(openStore);

    it("arm it anew at the first quote from then on, across a restart", async () => {
      const user = await world().user();
      await world().tick(90);
      const { alert } = await world().arm(user, above(100));
      const untilMs = world().eventNowMs + 2_000;
      const paused = await world().store.alerts.pauseAlert(user, alert.id, untilMs);
      expect(stateOf(paused)).to.include({ name: "PAUSED", pausedUntilMs: untilMs });
      expect((await world().tick(101)).triggerCount).to.equal(0);
      await world().restart();
      await world().tick(99.8);
      expect((await world().state(user, alert.id)).name).to.equal("DISARMED"); // the pause ends on the price before, 101
      await world().tick(98);
      expect((await world().tick(100)).triggerCount).to.equal(1);
    });

    it("refuse to arm what has expired, and say what to do", async () => {
      const user = await world().user();
      await world().tick(90);
      const { alert } = await world().arm(user, above(100), { expireTimeMs: world().eventNowMs + 1 });
      const soon = world().store.alerts.resumeAlert(user, alert.id, world().eventNowMs + 1);
      expect((await refusalOf(soon)).message, "before any price says so").to.include("expired at");
      await world().tick(91);
      const { code, reason, message } = await refusalOf(
        world().store.alerts.resumeAlert(user, alert.id, world().eventNowMs),
      );
      expect([code, reason]).to.deep.equal(["FAILED_PRECONDITION", "STATE_CONFLICT"]);
      expect(message).to.include("expired at");
      const edit = (before: Alert) => ({ alert: { ...before, bandPercent: "1" }, rearm: true });
      const edited = await refusalOf(world().store.alerts.updateAlert(user, alert.id, world().eventNowMs, edit));
      expect(edited.message).to.include("expired at");
      expect((await world().state(user, alert.id)).name).to.equal("EXPIRED");
      const endless = (before: Alert) => ({ alert: { ...before, expireTimeMs: null }, rearm: false });
      await world().store.alerts.updateAlert(user, alert.id, world().eventNowMs, endless);
      const resumed = await world().store.alerts.resumeAlert(user, alert.id, world().eventNowMs);
      expect(stateOf(resumed).name, "as the hint says").to.equal("ARMED");
    });
  });
}
