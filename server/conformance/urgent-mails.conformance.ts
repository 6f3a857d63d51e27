import { expect } from "chai";
import type { Alert } from "../../domain/alert.ts";
import type { MailSettings } from "../../domain/mail-settings.ts";
import { COOLDOWN_MS } from "../../domain/notifying/delivery-limits.ts";
import { MAILS_AN_HOUR } from "../../domain/notifying/mail-hold.ts";
import { HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";
import { toldTriggers } from "../testing/told-triggers.ts";

const URGENT: Partial<Alert> = { isUrgent: true };

export function urgentMailsConformance(openStore: OpenStore): void {
  describe("mails of urgent alerts", () => {
    const world = eachInItsWorld(openStore);
    const userWith = async (mailSettings: Partial<MailSettings>): Promise<string> => {
      const user = await world().user();
      await world().store.users.updateUser(user, { mailSettings });
      return user;
    };
    const hold = async (user: string) => (await world().notifications(user))[0]?.hold ?? null;

    const wishes: readonly (readonly [string, () => Partial<MailSettings>])[] = [
      ["quiet hours", () => ({ quietHours: { from: 0, until: 23 * 60 } })],
      ["a snooze", () => ({ snoozeUntilMs: world().clock.now() + HOUR_MS })],
      ["a digest", () => ({ digest: { kind: "daily", at: 0 } })],
    ];
    for (const [what, settings] of wishes) {
      it(`pass ${what}, with what was held by then for the symbol`, async () => {
        const user = await userWith(settings());
        await world().fire(user);
        expect(await world().tryBegin()).to.equal(null);
        await world().fire(user, URGENT);
        expect((await world().notifications(user))[0]).to.include({ isUrgent: true, hold: null });
        const mail = await world().begin();
        expect(toldTriggers(mail.content).map(({ kind }) => kind)).to.deep.equal(["FIRED", "FIRED"]);
      });
    }

    it("pass them from the first trigger on", async () => {
      const user = await userWith({ snoozeUntilMs: world().clock.now() + HOUR_MS });
      await world().fire(user, URGENT);
      expect(await world().begin()).not.to.equal(null);
      await world().fire(user, { symbol: "MSFT" });
      expect(await world().tryBegin(), "of another symbol, and not urgent").to.equal(null);
    });

    it("wait for the hour after the mail before", async () => {
      const user = await userWith({ snoozeUntilMs: world().clock.now() + 2 * HOUR_MS });
      await world().fire(user, URGENT);
      await world().end(await world().begin(), "taken");
      const untilMs = world().clock.now() + COOLDOWN_MS;
      await world().fire(user, URGENT);
      expect(await world().tryBegin()).to.equal(null);
      expect(await hold(user)).to.deep.equal({ reason: "COOLDOWN", untilMs });
      world().clock.advance(COOLDOWN_MS);
      expect(await world().begin()).not.to.equal(null);
    });

    it("keep to the ceilings", async () => {
      const user = await userWith({ snoozeUntilMs: world().clock.now() + 2 * HOUR_MS });
      for (let n = 0; n < MAILS_AN_HOUR; n += 1) {
        await world().fire(user, { ...URGENT, symbol: `S${n}` });
        await world().end(await world().begin(), "taken");
      }
      await world().fire(user, { ...URGENT, symbol: "LAST" });
      expect(await world().tryBegin()).to.equal(null);
      expect(await hold(user)).to.include({ reason: "HOURLY_CEILING" });
    });

    it("wait behind a mail of the symbol that is being sent, and stay urgent when that one goes back", async () => {
      const user = await world().user();
      await world().fire(user);
      const sealed = await world().begin();
      await world().fire(user, URGENT);
      expect(await world().tryBegin()).to.equal(null);
      await world().store.users.updateUser(user, { mailSettings: { snoozeUntilMs: world().clock.now() + HOUR_MS } });
      await world().end(sealed, "notTaken");
      world().clock.advance(5 * MINUTE_MS);
      expect(toldTriggers((await world().begin()).content)).to.have.length(2);
    });

    it("wait as their user wishes when what was urgent in them was deleted", async () => {
      const user = await userWith({ snoozeUntilMs: world().clock.now() + 2 * HOUR_MS });
      await world().fire(user, URGENT);
      await world().end(await world().begin(), "taken");
      await world().fire(user);
      const urgent = await world().fire(user, URGENT);
      await world().store.alerts.deleteAlerts(user, [urgent], () => undefined);
      world().clock.advance(COOLDOWN_MS);
      expect(await world().tryBegin()).to.equal(null);
      expect((await world().notifications(user))[0]).to.deep.include({ isUrgent: false });
      expect(await hold(user)).to.include({ reason: "SNOOZED" });
    });

    it("wait as their user wishes when the alert is not urgent any more", async () => {
      const user = await userWith({ snoozeUntilMs: world().clock.now() + HOUR_MS });
      const id = await world().fire(user, URGENT);
      await world().store.alerts.updateAlert(user, id, world().eventNowMs, (alert) => ({
        alert: { ...alert, isUrgent: false },
        rearm: false,
      }));
      expect(await world().tryBegin()).to.equal(null);
    });

    it("stay urgent when the alert is deleted while they may have been taken", async () => {
      const user = await world().user();
      const id = await world().fire(user, URGENT);
      await world().end(await world().begin(), "unsure");
      await world().store.alerts.deleteAlerts(user, [id], () => undefined);
      await world().store.users.updateUser(user, { mailSettings: { snoozeUntilMs: world().clock.now() + HOUR_MS } });
      expect((await world().notifications(user))[0]).to.deep.include({ state: "UNSURE", isUrgent: true });
      expect(toldTriggers((await world().begin()).content)).to.have.length(1);
    });

    it("are not hurried by the notice of a HOLD, which is hung on any alert of its owner's", async () => {
      const user = await userWith({ snoozeUntilMs: world().clock.now() + HOUR_MS });
      await world().tick(90);
      await world().arm(user, { kind: "above", level: 100, forMs: 0 }, URGENT);
      const { triggers } = await world().tick(0.9);
      expect(triggers.map(({ trigger }) => trigger.kind)).to.deep.equal(["HELD"]);
      expect(await world().tryBegin()).to.equal(null);
      expect(await hold(user)).to.include({ reason: "SNOOZED" });
    });
  });
}
