import { expect } from "chai";
import { LEASE_MS } from "../../domain/notifying/delivery-limits.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function leasesConformance(openStore: OpenStore): void {
  describe("leases", () => {
    const world = eachInItsWorld(openStore);

    it("hand each notification to one notifier only", async () => {
      const users: string[] = [];
      while (users.length < 5) users.push(await world().user());
      for (const user of users) await world().fire(user);
      const begun = await Promise.all(Array.from({ length: 8 }, () => world().tryBegin()));
      const ids = begun.flatMap((delivery) => (delivery === null ? [] : [delivery.notificationId]));
      expect(ids).to.have.length(5);
      expect(new Set(ids).size).to.equal(5);
    });

    it("run out after 45 seconds, on the monotonic clock", async () => {
      const user = await world().user();
      await world().fire(user);
      const first = await world().begin();
      world().clock.step(HOUR_MS);
      world().clock.advance(LEASE_MS - 1);
      await world().sweep();
      expect((await world().notifications(user))[0]?.state).to.equal("SENDING");
      world().clock.advance(1);
      await world().sweep();
      expect((await world().notifications(user))[0]).to.include({ state: "UNSURE", reason: "LEASE_RAN_OUT" });
      expect((await world().begin()).token).to.equal(first.token + 1);
    });

    it("end with their stream, and only those of that stream", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      for (const user of [ann, bob]) await world().fire(user);
      const [first, second] = [await world().begin(), await world().begin()];
      await world().lose(first, { ...second, token: second.token - 1 }, { ...first, notificationId: "never-was" });
      expect((await world().notifications(ann))[0]).to.include({ state: "UNSURE", reason: "STREAM_BROKE" });
      expect((await world().notifications(bob))[0]?.state).to.equal("SENDING");
    });

    it("outlive a restart of the server, but not of the machine", async () => {
      const user = await world().user();
      await world().fire(user);
      await world().begin();
      await world().restart();
      expect((await world().notifications(user))[0]?.state).to.equal("SENDING");
      await world().reboot(1_000);
      expect((await world().notifications(user))[0]).to.include({ state: "UNSURE", reason: "REBOOTED" });
      expect((await world().begin()).token).to.equal(2);
    });
  });

  describe("nextDueInMs()", () => {
    const world = eachInItsWorld(openStore);
    const due = () => world().store.notifications.nextDueInMs();

    it("names the next moment at which something can change", async () => {
      expect(await due()).to.equal(null);
      const user = await world().user();
      await world().fire(user);
      expect(await due()).to.equal(0);
      const delivery = await world().begin();
      expect(await due()).to.equal(LEASE_MS);
      await world().end(delivery, "notTaken");
      expect(await due()).to.equal(MINUTE_MS);
      world().clock.advance(MINUTE_MS);
      await world().end(await world().begin(), "taken");
      expect(await due()).to.equal(null);
      await world().fire(user);
      expect(await due()).to.equal(HOUR_MS);
    });
  });

  describe("expiry", () => {
    const world = eachInItsWorld(openStore);

    it("ends what could not be sent within a day of being due, visibly", async () => {
      const user = await world().user();
      await world().fire(user);
      world().clock.advance(DAY_MS - 1);
      await world().sweep();
      expect((await world().notifications(user))[0]?.state).to.equal("WAITING");
      world().clock.advance(1);
      expect(await world().tryBegin()).to.equal(null);
      expect((await world().notifications(user))[0]).to.include({
        state: "EXPIRED",
        reason: "TOO_LATE",
        endTimeMs: world().clock.now(),
      });
    });

    it("counts from the end of the cooldown that held it back", async () => {
      const user = await world().user();
      await world().fire(user);
      await world().end(await world().begin(), "taken");
      await world().fire(user);
      world().clock.advance(DAY_MS);
      await world().sweep();
      expect((await world().begin()).token).to.equal(1);
    });
  });
}
