import { expect } from "chai";
import { HOUR_MS } from "../../domain/time.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function sessionsConformance(openStore: OpenStore): void {
  describe("sessions", () => {
    const world = eachInItsWorld(openStore);
    const open = async (refreshHash: string) => {
      const userId = await world().user();
      const id = world().newId();
      await world().store.users.insertSession({
        id,
        userId,
        refreshHash,
        refreshExpireTimeMs: world().clock.now() + HOUR_MS,
      });
      return { id, userId };
    };
    const refresh = (refreshHash: string, nextHash: string) => {
      const next = { refreshHash: nextHash, refreshExpireTimeMs: world().clock.now() + HOUR_MS };
      return world().store.users.refreshSession(refreshHash, next);
    };
    const userOf = async (id: string) => (await world().store.users.getSessionUser(id))?.id ?? null;

    it("name their user until they end, at once and for good", async () => {
      const { id, userId } = await open("a");
      expect(await userOf(id)).to.equal(userId);
      await world().store.users.endSession(id);
      await world().store.users.endSession(id);
      expect(await userOf(id)).to.equal(null);
      expect(await refresh("a", "b")).to.equal(null);
      expect(await userOf("never-was")).to.equal(null);
    });

    it("begin with the code that made the user", async () => {
      const expireTimeMs = world().clock.now() + HOUR_MS;
      await world().store.users.insertRegistration({
        email: "a@b.co",
        passwordHash: "",
        code: "A",
        codeHash: "#A",
        expireTimeMs,
      });
      const user = await world().store.users.verifyUser("#A", {
        id: "s",
        refreshHash: "a",
        refreshExpireTimeMs: expireTimeMs,
      });
      expect(await userOf("s")).to.equal(user?.id);
    });

    it("go on with a new refresh token, which works once", async () => {
      const { id, userId } = await open("a");
      const refreshExpireTimeMs = world().clock.now() + HOUR_MS;
      expect(await refresh("a", "b")).to.deep.equal({ id, userId, refreshHash: "b", refreshExpireTimeMs });
      expect((await refresh("b", "c"))?.refreshHash).to.equal("c");
      expect(await refresh("never-was", "d")).to.equal(null);
      expect(await userOf(id)).to.equal(userId);
    });

    it("end when a used refresh token comes back, for it was stolen", async () => {
      const { id } = await open("a");
      await refresh("a", "b");
      expect(await refresh("a", "x")).to.equal(null);
      expect(await userOf(id)).to.equal(null);
      expect(await refresh("b", "c")).to.equal(null);
    });

    it("end for a stolen token of any age", async () => {
      const { id } = await open("a");
      for (const [from, to] of [
        ["a", "b"],
        ["b", "c"],
        ["c", "d"],
      ] as const)
        await refresh(from, to);
      expect(await refresh("a", "x")).to.equal(null);
      expect(await userOf(id)).to.equal(null);
    });

    it("leave one live token when many refresh at once", async () => {
      const { id } = await open("a");
      const answers = await Promise.all(Array.from({ length: 20 }, (_none, index) => refresh("a", `b${index}`)));
      expect(answers.filter((answer) => answer !== null)).to.have.length(1);
      expect(await userOf(id)).to.equal(null);
    });

    it("are over when nobody refreshed them in time", async () => {
      await open("a");
      world().clock.advance(HOUR_MS);
      expect(await refresh("a", "b")).to.equal(null);
    });

    it("of one user do not end those of another", async () => {
      const [first, second] = [await open("a"), await open("b")];
      await world().store.users.endSession(first.id);
      await refresh("a", "x");
      expect(await userOf(second.id)).to.equal(second.userId);
      await world().restart();
      expect(await userOf(second.id)).to.equal(second.userId);
    });
  });
}
