import { expect } from "chai";
import { DAY_MS, HOUR_MS } from "../../domain/time.ts";
import type { SealedDelivery } from "../notification-store.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function missedHoldsConformance(openStore: OpenStore): void {
  describe("mails that were held back while nobody looked", () => {
    const world = eachInItsWorld(openStore);
    const symbolsOf = ({ content }: SealedDelivery) =>
      content.kind === "triggers" ? content.parts.map(({ symbol }) => symbol) : [];

    it("have their day from the end of the hold, and go in one with what was looked at", async () => {
      const user = await world().user();
      await world().store.users.updateUser(user, { mailSettings: { snoozeUntilMs: world().clock.now() + 3 * DAY_MS } });
      for (const symbol of ["AAPL", "MSFT"]) await world().fire(user, { symbol });
      world().clock.advance(2 * DAY_MS);
      await world().sweep();
      await world().fire(user, { symbol: "IBM" });
      world().clock.advance(DAY_MS + HOUR_MS);
      expect(symbolsOf(await world().begin())).to.deep.equal(["AAPL", "MSFT", "IBM"]);
    });

    it("go in one after a look at each", async () => {
      const user = await world().user();
      await world().store.users.updateUser(user, { mailSettings: { digest: { kind: "daily", at: 0 } } });
      for (const symbol of ["AAPL", "MSFT"]) await world().fire(user, { symbol });
      world().clock.advance(DAY_MS - 1);
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(1);
      const mail = await world().begin();
      expect(symbolsOf(mail)).to.deep.equal(["AAPL", "MSFT"]);
      expect(mail.content).to.include({ waitReason: "DIGEST" });
    });

    it("do not end with a mail of before that was in their way", async () => {
      const user = await world().user();
      await world().fire(user);
      await world().lose(await world().begin());
      await world().fire(user);
      await world().store.users.updateUser(user, { mailSettings: { snoozeUntilMs: world().clock.now() + 3 * DAY_MS } });
      world().clock.advance(DAY_MS + 2 * HOUR_MS);
      await world().sweep();
      expect((await world().notifications(user)).map(({ state }) => state)).to.deep.equal(["WAITING", "UNKNOWN"]);
      expect(await world().tryBegin()).to.equal(null);
      world().clock.advance(2 * DAY_MS);
      expect(symbolsOf(await world().begin())).to.deep.equal(["AAPL"]);
    });

    it("end when that day is over, too", async () => {
      const user = await world().user();
      await world().store.users.updateUser(user, { mailSettings: { snoozeUntilMs: world().clock.now() + HOUR_MS } });
      await world().fire(user);
      world().clock.advance(DAY_MS);
      await world().sweep();
      expect((await world().notifications(user))[0]?.state).to.equal("WAITING");
      world().clock.advance(HOUR_MS);
      await world().sweep();
      expect((await world().notifications(user))[0]?.state).to.equal("EXPIRED");
    });
  });
}
