import { expect } from "chai";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { MAX_ACCESS_TOKENS } from "../access-token-store.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

export function accessTokensConformance(openStore: OpenStore): void {
  describe("access tokens", () => {
    const world = eachInItsWorld(openStore);
    const store = () => world().store.accessTokens;
    const makeIn = (sessionId: string, userId: string, name: string, lifeMs = DAY_MS) => {
      const token = { id: world().newId(), userId, sessionId, tokenHash: `#${name}`, name };
      return store().insertAccessToken({ ...token, expireTimeMs: world().clock.now() + lifeMs });
    };
    const make = async (userId: string, name: string, lifeMs = DAY_MS) =>
      makeIn(await world().logIn(userId), userId, name, lifeMs);
    const holderOf = async (name: string) => (await store().findTokenHolder(`#${name}`))?.user.id ?? null;

    it("speak for their user, by hash and by id, across a restart", async () => {
      const userId = await world().user();
      const { id, expireTimeMs } = await make(userId, "a");
      await world().restart();
      const holder = await store().findTokenHolder("#a");
      expect(holder).to.deep.include({ tokenId: id, expireTimeMs });
      expect(holder?.user.id).to.equal(userId);
      expect(await store().getTokenHolder(id)).to.deep.equal(holder);
      expect([await holderOf("b"), await store().getTokenHolder("never-was")]).to.deep.equal([null, null]);
    });

    it("end when their time is over", async () => {
      const userId = await world().user();
      const { id } = await make(userId, "a", HOUR_MS);
      world().clock.advance(HOUR_MS - 1);
      expect(await holderOf("a")).to.equal(userId);
      world().clock.advance(1);
      expect([await holderOf("a"), await store().getTokenHolder(id)]).to.deep.equal([null, null]);
      expect(await store().listAccessTokens(userId)).to.deep.equal([]);
      expect(await store().deleteAccessToken(userId, id)).to.equal(false);
    });

    it("end when they are revoked, by nobody but their user", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      const { id } = await make(ann, "a");
      expect(await store().deleteAccessToken(bob, id)).to.equal(false);
      expect(await holderOf("a")).to.equal(ann);
      expect(await store().deleteAccessToken(ann, id)).to.equal(true);
      expect(await store().deleteAccessToken(ann, id)).to.equal(false);
      expect([await holderOf("a"), await store().getTokenHolder(id)]).to.deep.equal([null, null]);
    });

    it("are listed for their user alone, newest first", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      const first = await make(ann, "first");
      world().clock.advance(SECOND_MS);
      const second = await make(ann, "second");
      await make(bob, "bob's");
      expect(await store().listAccessTokens(ann)).to.deep.equal([second, first]);
      expect(first).to.deep.include({ name: "first", lastUseTimeMs: null, lastAddress: "" });
    });

    it("remember their last use, to the minute", async () => {
      const userId = await world().user();
      const { id } = await make(userId, "a");
      world().clock.advance(MINUTE_MS + 7);
      await store().noteTokenUse(id, "192.0.2.1");
      const now = world().clock.now();
      const [token] = await store().listAccessTokens(userId);
      expect(token).to.deep.include({ lastUseTimeMs: now - (now % MINUTE_MS), lastAddress: "192.0.2.1" });
      await store().noteTokenUse("never-was", "192.0.2.1");
    });

    it("are so many at most, those that have expired not counted", async () => {
      const [ann, bob] = [await world().user(), await world().user()];
      await make(ann, "short", HOUR_MS);
      for (let at = 1; at < MAX_ACCESS_TOKENS; at += 1) await make(ann, `${at}`);
      const { code, reason } = await refusalOf(make(ann, "one more"));
      expect([code, reason]).to.deep.equal(["RESOURCE_EXHAUSTED", "TOO_MANY"]);
      expect(await holderOf("one more")).to.equal(null);
      await make(bob, "bob's");
      world().clock.advance(HOUR_MS);
      await make(ann, "one more");
    });

    it("speak for nobody while their user is suspended, as sessions do", async () => {
      const userId = await world().user();
      await world().logIn(userId, world().newSession("session", "refresh"));
      await world().store.admin.suspendAccount(userId);
      expect((await refusalOf(makeIn("session", userId, "a"))).reason).to.equal("SESSION_ENDED");
      expect(await world().store.sessions.getSessionUser("session")).to.equal(null);
      const next = { ...world().newSession("x", "next"), sealed: Buffer.alloc(0) };
      expect(await world().store.sessions.refreshSession("refresh", next)).to.equal(null);
      await world().store.admin.resumeAccount(userId);
      await make(userId, "a");
      expect(await holderOf("a")).to.equal(userId);
    });

    it("are made in no session that has ended meanwhile, by whatever ends it, nor in another user's", async () => {
      const [ann, bob] = [await world().user("ann@example.com"), await world().user()];
      const token = { userId: ann, tokenHash: "#a", name: "a", expireTimeMs: world().clock.now() + DAY_MS };
      const reset = { code: "R", codeHash: "#R", expireTimeMs: world().clock.now() + DAY_MS };
      const ends: readonly ((sessionId: string) => Promise<unknown>)[] = [
        (sessionId) => world().store.sessions.endSession(ann, sessionId),
        () =>
          world()
            .store.admin.suspendAccount(ann)
            .then(() => world().store.admin.resumeAccount(ann)),
        () => world().store.users.insertPasswordReset("ann@example.com", reset, []),
        () => world().store.users.resetPassword("#R", "hash"),
        () => world().store.users.deleteUser(ann, "hash"),
      ];
      const others = await world().logIn(bob);
      expect((await refusalOf(store().insertAccessToken({ ...token, id: "x", sessionId: others }))).reason).to.equal(
        "SESSION_ENDED",
      );
      for (const [at, end] of ends.entries()) {
        const sessionId = await world().logIn(ann);
        const ending = end(sessionId);
        const late = store().insertAccessToken({ ...token, id: `${at}`, tokenHash: `#${at}`, sessionId });
        if (at === 2) await late;
        else expect((await refusalOf(late)).reason).to.equal("SESSION_ENDED");
        await ending;
      }
    });
  });
}
