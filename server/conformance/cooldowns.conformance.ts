import { expect } from "chai";
import { LEASE_MS } from "../../domain/notifying/delivery-limits.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function cooldownsConformance(openStore: OpenStore): void {
  describe("the cooldown", () => {
    const world = eachInItsWorld(openStore);
    /** A mail has just been taken, and the next one waits. */
    const cooling = async () => {
      const user = await world().user();
      await world().fire(user);
      await world().end(await world().begin(), "taken");
      await world().fire(user);
      return user;
    };
    const holdsFor = async (ms: number) => {
      world().clock.advance(ms - 1);
      await world().sweep();
      expect(await world().tryBegin(), "a millisecond before").to.equal(null);
      world().clock.advance(1);
      expect((await world().begin()).token, "on time").to.equal(1);
    };

    it("holds the second mail back for an hour, to the millisecond", async () => {
      await cooling();
      await holdsFor(HOUR_MS);
    });

    it("is one for each user and symbol", async () => {
      const other = await world().user();
      const user = await cooling();
      await world().fire(user, { symbol: "MSFT" });
      await world().fire(other);
      expect((await world().begin()).content).to.have.nested.property("parts[0].symbol", "MSFT");
      expect((await world().begin()).content).to.have.nested.property("parts[0].symbol", "AAPL");
      expect(await world().tryBegin()).to.equal(null);
    });

    for (const step of [HOUR_MS, 25 * HOUR_MS, 2_000 * DAY_MS, -HOUR_MS, -25 * HOUR_MS]) {
      it(`and what it holds do not care when the wall clock steps by ${step / HOUR_MS} hours`, async () => {
        const user = await cooling();
        world().clock.step(step);
        await world().sweep();
        const [held] = await world().notifications(user);
        expect(held?.hold?.untilMs).to.equal(world().clock.now() + HOUR_MS);
        await holdsFor(HOUR_MS);
      });
    }

    for (const step of [25 * HOUR_MS, -25 * HOUR_MS]) {
      it(`and what it holds do not care when the wall clock steps by ${step / HOUR_MS} hours while the server is away`, async () => {
        const user = await cooling();
        world().clock.step(step);
        await world().restart();
        await world().sweep();
        const [held] = await world().notifications(user);
        expect(held).to.include({ state: "WAITING" });
        expect(held?.hold?.untilMs).to.equal(world().clock.now() + HOUR_MS);
        await holdsFor(HOUR_MS);
      });
    }

    it("goes on across restarts within one boot, whatever the wall clock does meanwhile", async () => {
      await cooling();
      world().clock.advance(20 * MINUTE_MS);
      world().clock.step(5 * HOUR_MS);
      await world().restart();
      await world().restart();
      await holdsFor(40 * MINUTE_MS);
    });

    it("is carried over a reboot by the wall clock", async () => {
      await cooling();
      world().clock.advance(20 * MINUTE_MS);
      await world().reboot(10 * MINUTE_MS);
      await holdsFor(30 * MINUTE_MS);
    });

    it("is carried over by the wall clock when the machine cannot name its boot", async () => {
      await world().reboot(0, null);
      await cooling();
      world().clock.advance(20 * MINUTE_MS);
      await world().reboot(0, null);
      await holdsFor(40 * MINUTE_MS);
    });

    it("is carried over a reboot by the wall clock as it was set in the meantime", async () => {
      await cooling();
      world().clock.step(-10 * DAY_MS);
      await world().sweep(); // notices the step and writes the wall end anew
      await world().reboot(15 * MINUTE_MS);
      await holdsFor(45 * MINUTE_MS);
    });

    it("costs an hour at most when the wall clock was set back while the machine was down", async () => {
      await cooling();
      await world().reboot(-10 * DAY_MS);
      await holdsFor(HOUR_MS);
    });

    it("runs from the end of the lease while nobody knows of the mail", async () => {
      const user = await world().user();
      await world().fire(user);
      await world().end(await world().begin(), "unsure");
      await world().fire(user);
      world().clock.advance(LEASE_MS);
      const last = await world().begin();
      expect(last.token).to.equal(2);
      await world().end(last, "badContent");
      world().clock.advance(HOUR_MS + LEASE_MS - 1);
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(1);
      expect((await world().begin()).token).to.equal(1);
    });

    it("is given back as it was by a mail that was certainly not taken", async () => {
      const user = await cooling();
      world().clock.advance(HOUR_MS);
      await world().end(await world().begin(), "badContent");
      await world().fire(user);
      expect((await world().begin()).token).to.equal(1);
    });
  });
}
