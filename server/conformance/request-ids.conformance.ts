import { expect } from "chai";
import { DAY_MS } from "../../domain/time.ts";
import { above, exampleAlert } from "../../test/examples.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function requestIdsConformance(openStore: OpenStore): void {
  describe("insertAlert() with a request id", () => {
    const world = eachInItsWorld(openStore);
    const insert = (userId: string, request: { id: string; hash: string }) => {
      const createTimeMs = world().clock.now();
      const alert = exampleAlert(above(100), { id: world().newId(), userId, createTimeMs });
      return world().store.alerts.insertAlert(alert, world().eventNowMs, request);
    };
    const count = async (userId: string) => (await world().alerts(userId)).length;

    it("answers the same request with the alert that the first one made, after a restart too", async () => {
      const user = await world().user();
      const first = await insert(user, { id: "r", hash: "a" });
      expect(await insert(user, { id: "r", hash: "a" })).to.deep.equal(first);
      await world().restart();
      expect(await insert(user, { id: "r", hash: "a" })).to.deep.equal(first);
      expect(await count(user)).to.equal(1);
    });

    it("refuses another request with the same id", async () => {
      const user = await world().user();
      await insert(user, { id: "r", hash: "a" });
      const { code, reason, fields } = await refusalOf(insert(user, { id: "r", hash: "b" }));
      expect([code, reason, fields[0]?.field]).to.deep.equal(["INVALID_ARGUMENT", "REQUEST_ID_REUSED", "request_id"]);
      expect(await count(user)).to.equal(1);
    });

    it("finds what a request made, for a day, and nothing for another hash, id or user", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      const first = await insert(ann, { id: "r", hash: "a" });
      const find = (userId: string, id: string, hash: string) =>
        world().store.alerts.findRequested(userId, { id, hash });
      await world().restart();
      expect(await find(ann, "r", "a")).to.deep.equal(first);
      expect(await Promise.all([find(ann, "r", "b"), find(ann, "q", "a"), find(bob, "r", "a")])).to.deep.equal([
        null,
        null,
        null,
      ]);
      world().clock.advance(DAY_MS);
      expect((await find(ann, "r", "a"))?.alert.id).to.equal(first.alert.id);
      world().clock.advance(1);
      expect(await find(ann, "r", "a")).to.equal(null);
    });

    it("makes one alert of a hundred at once", async () => {
      const user = await world().user();
      const made = await Promise.all(Array.from({ length: 100 }, () => insert(user, { id: "r", hash: "a" })));
      expect(new Set(made.map(({ alert }) => alert.id)).size).to.equal(1);
      expect(await count(user)).to.equal(1);
    });

    it("keeps the ids of users apart, and each for a day", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      const first = await insert(ann, { id: "r", hash: "a" });
      expect((await insert(bob, { id: "r", hash: "b" })).alert.userId).to.equal(bob);
      world().clock.advance(DAY_MS);
      expect((await insert(ann, { id: "r", hash: "a" })).alert.id).to.equal(first.alert.id);
      world().clock.advance(1);
      expect((await insert(ann, { id: "r", hash: "b" })).alert.id).not.to.equal(first.alert.id);
    });
  });
}
