import { expect } from "chai";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function readingNotificationsConformance(openStore: OpenStore): void {
  describe("a user's notifications", () => {
    const world = eachInItsWorld(openStore);

    it("are nobody else's: another user's answers exactly as one that never was", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      await world().fire(ann);
      const [own] = await world().notifications(ann);
      for (const id of [own!.id, "never-was"]) {
        const { code, message } = await refusalOf(world().notification(bob, id));
        expect([code, message]).to.deep.equal(["NOT_FOUND", `you have no notification ${id}`]);
      }
      expect(await world().notification(ann, own!.id)).to.deep.equal(own);
      expect(await world().notifications(bob)).to.deep.equal([]);
    });

    it("come newest first, by symbol and state, in pages", async () => {
      const user = await world().user();
      for (const symbol of ["AAPL", "MSFT", "V"]) await world().fire(user, { symbol });
      await world().begin();
      const list = async (changes: object) => {
        const query = { userId: user, symbol: null, state: null, before: null, limit: 2, ...changes };
        const { rows, next } = await world().store.notifications.listNotifications(query);
        return { symbols: rows.map(({ symbol }) => symbol), next };
      };
      const first = await list({});
      expect(first.symbols).to.deep.equal(["V", "MSFT"]);
      expect(await list({ before: first.next })).to.deep.equal({ symbols: ["AAPL"], next: null });
      expect((await list({ state: "SENDING" })).symbols).to.deep.equal(["AAPL"]);
      expect((await list({ symbol: "V", state: "WAITING" })).symbols).to.deep.equal(["V"]);
    });
  });
}
