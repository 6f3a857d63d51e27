import { expect } from "chai";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

const BACK_OFF = { kind: "backOff", free: 2 } as const;
const WINDOW = { kind: "window", most: 2, spanMs: MINUTE_MS } as const;

export function throttlesConformance(openStore: OpenStore): void {
  describe("counting attempts", () => {
    const world = eachInItsWorld(openStore);
    const count = (...attempts: { key: string; rule: typeof BACK_OFF | typeof WINDOW }[]) =>
      world().store.throttles.countAttempt(attempts);
    const account = (name: string) => ({ key: `account ${name}`, rule: BACK_OFF });
    const address = (name: string) => ({ key: `address ${name}`, rule: WINDOW });

    it("lets each key wait by itself, and by its rule", async () => {
      expect([await count(account("a")), await count(account("a")), await count(account("a"))]).to.deep.equal([
        0, 0, 1_000,
      ]);
      expect(await count(account("b"))).to.equal(0);
      expect([await count(address("x")), await count(address("x")), await count(address("x"))]).to.deep.equal([
        0,
        0,
        MINUTE_MS,
      ]);
    });

    it("counts many at once one after the other", async () => {
      const waits = await Promise.all(Array.from({ length: 100 }, () => count(account("a"))));
      expect(waits.filter((waitMs) => waitMs === 0)).to.have.length(2);
    });

    it("counts under the keys before the one that makes it wait, and under none after", async () => {
      await count(account("a"));
      await count(account("a"));
      expect(await count(address("x"), account("a"))).to.equal(1_000);
      expect(await count(address("x"), account("b"))).to.equal(0);
      expect(await count(address("x"), account("c"))).to.equal(MINUTE_MS);
      expect([await count(account("c")), await count(account("c"))], "c was not counted").to.deep.equal([0, 0]);
    });

    it("remembers over a restart and a reboot", async () => {
      await count(account("a"));
      await world().restart();
      await count(account("a"));
      expect(await count(account("a"))).to.equal(1_000);
      await world().reboot(0);
      expect(await count(account("a"))).to.equal(1_000);
    });

    it("writes down that a wait was cut when the clock was set back", async () => {
      for (let tried = 0; tried < 20; tried += 1) world().clock.advance(await count(account("a")));
      world().clock.step(-30 * DAY_MS);
      expect(await count(account("a"))).to.be.at.most(15 * MINUTE_MS);
      await world().restart();
      world().clock.advance(15 * MINUTE_MS);
      expect(await count(account("a"))).to.equal(0);
    });

    it("forgets on request, and after a day", async () => {
      for (const name of ["a", "b"]) for (let tried = 0; tried < 2; tried += 1) await count(account(name));
      await world().store.throttles.forgetAttempts(["account a", "never was"]);
      expect([await count(account("a")), await count(account("b"))]).to.deep.equal([0, 1_000]);
      world().clock.advance(DAY_MS + HOUR_MS);
      expect(await count(account("b"))).to.equal(0);
    });
  });
}
