import { expect } from "chai";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import type { Successor } from "../session-store.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";

const ELSEWHERE = { address: "198.51.100.7", client: "curl/8" };

export function sessionsConformance(openStore: OpenStore): void {
  describe("sessions", () => {
    const world = eachInItsWorld(openStore);
    const store = () => world().store.sessions;
    const open = async (refreshHash: string, userId?: string) => {
      const session = { ...world().newSession(), refreshHash, userId: userId ?? (await world().user()) };
      await world().logIn(session.userId, session);
      return session;
    };
    const next = (refreshHash: string): Successor => ({
      refreshHash,
      sealed: Buffer.from(`sealed ${refreshHash}`),
      refreshExpireTimeMs: world().clock.now() + HOUR_MS,
      seen: ELSEWHERE,
    });
    const refresh = (from: string, to: string) => store().refreshSession(from, next(to));
    /** The same of a token that must go on. */
    const renew = async (from: string, to: string) => {
      const renewed = await refresh(from, to);
      if (renewed === null || renewed === "stolen") throw new Error(`${from} does not go on`);
      return renewed;
    };
    const userOf = async (id: string) => (await store().getSessionUser(id))?.id ?? null;
    const noticed = async () => {
      const mail = await world().tryBegin();
      return mail === null ? null : { to: mail.toAddress, content: mail.content };
    };

    it("name their user until they end, at once and for good", async () => {
      const { id, userId } = await open("a");
      expect(await userOf(id)).to.equal(userId);
      expect(await store().endSession(userId, id)).to.equal(true);
      expect(await store().endSession(userId, id)).to.equal(false);
      expect(await userOf(id)).to.equal(null);
      expect(await refresh("a", "b")).to.equal(null);
      expect(await userOf("never-was")).to.equal(null);
    });

    it("go on with a new refresh token, from wherever it is used", async () => {
      const { id, userId } = await open("a");
      world().clock.advance(MINUTE_MS);
      const refreshExpireTimeMs = world().clock.now() + HOUR_MS;
      expect(await refresh("a", "b")).to.deep.equal({ id, userId, refreshExpireTimeMs, sealedBefore: null });
      const [session] = await store().listSessions(userId);
      expect(session).to.deep.include({ id, lastUseTimeMs: world().clock.now(), lastSeen: ELSEWHERE });
      expect(session?.expireTimeMs).to.equal(refreshExpireTimeMs);
      expect(await refresh("b", "c")).to.include({ id, sealedBefore: null });
      expect(await refresh("never-was", "d")).to.equal(null);
      expect(await userOf(id)).to.equal(userId);
    });

    it("are over when nobody refreshed them in time, and in the end however often they were", async () => {
      const idle = await open("a");
      const busy = await open("b");
      world().clock.advance(HOUR_MS - 1);
      await refresh("b", "c");
      world().clock.advance(1);
      expect([await refresh("a", "x"), await userOf(idle.id)]).to.deep.equal([null, null]);
      for (const [from, to] of ["cd", "de", "ef"]) {
        world().clock.advance(40 * MINUTE_MS - 1);
        expect(await refresh(from!, to!), `${from} to ${to}`).to.include({ id: busy.id });
      }
      expect((await store().listSessions(busy.userId))[0]?.expireTimeMs).to.equal(busy.lifeEndTimeMs);
      world().clock.advance(3);
      expect([await refresh("f", "g"), await userOf(busy.id)]).to.deep.equal([null, null]);
    });

    it("tell a client whose answer was lost what it was, for 10 seconds", async () => {
      const { id, userId } = await open("a");
      const { refreshExpireTimeMs } = await renew("a", "b");
      world().clock.advance(10 * SECOND_MS - 1);
      const sealedBefore = Buffer.from("sealed b");
      expect(await refresh("a", "x")).to.deep.equal({ id, userId, refreshExpireTimeMs, sealedBefore });
      expect(await refresh("x", "y")).to.equal(null);
      expect(await refresh("b", "c")).to.include({ id });
    });

    it("end when a used refresh token comes back later, and their user is told by mail", async () => {
      const { id } = await open("a");
      const email = (await store().getSessionUser(id))?.email;
      await refresh("a", "b");
      world().clock.advance(10 * SECOND_MS);
      expect(await refresh("a", "x")).to.equal("stolen");
      expect(await userOf(id)).to.equal(null);
      expect(await refresh("b", "c")).to.equal(null);
      expect(await noticed()).to.deep.include({ to: email });
      expect([await refresh("a", "x"), await noticed()], "told once").to.deep.equal([null, null]);
    });

    it("end when a token comes back whose successor was used, however soon", async () => {
      const { id } = await open("a");
      await refresh("a", "b");
      await refresh("b", "c");
      expect(await refresh("a", "x")).to.equal("stolen");
      expect([await userOf(id), await refresh("c", "d")]).to.deep.equal([null, null]);
    });

    it("have one successor, the same for all, when many refresh at once", async () => {
      const { id } = await open("a");
      const answers = await Promise.all(Array.from({ length: 100 }, (_none, index) => renew("a", `b${index}`)));
      expect(answers.filter((answer) => answer.sealedBefore === null)).to.have.length(1);
      const others = answers.slice(1).map((answer) => answer.sealedBefore?.toString());
      expect(others).to.deep.equal(Array(99).fill("sealed b0"));
      expect(await refresh("b1", "x")).to.equal(null);
      expect(await refresh("b0", "c")).to.include({ id });
    });

    it("are listed for their user alone, those used last first", async () => {
      const first = await open("a");
      const { userId } = first;
      await open("other's");
      world().clock.advance(SECOND_MS);
      const second = await open("b", userId);
      world().clock.advance(SECOND_MS);
      await refresh("a", "c");
      const listed = await store().listSessions(userId);
      expect(listed.map(({ id }) => id).slice(0, 2)).to.deep.equal([first.id, second.id]);
      expect(listed[1]).to.deep.equal({
        id: second.id,
        createTimeMs: world().clock.now() - SECOND_MS,
        lastUseTimeMs: world().clock.now() - SECOND_MS,
        lastSeen: second.seen,
        expireTimeMs: second.refreshExpireTimeMs,
      });
      await store().endSession(userId, first.id);
      expect((await store().listSessions(userId)).map(({ id }) => id)).not.to.include(first.id);
    });

    it("end for nobody but their user", async () => {
      const [ann, bob] = [await open("a"), await open("b")];
      expect(await store().endSession(bob.userId, ann.id)).to.equal(false);
      await store().endSessions(bob.userId, null);
      expect(await userOf(ann.id)).to.equal(ann.userId);
      await world().restart();
      expect(await userOf(ann.id)).to.equal(ann.userId);
    });

    it("end all together, or all but one", async () => {
      const { id, userId } = await open("a");
      const before = (await store().listSessions(userId)).length;
      const other = await open("b", userId);
      expect(await store().endSessions(userId, other.id)).to.equal(before);
      expect([await userOf(id), await userOf(other.id)]).to.deep.equal([null, userId]);
      expect(await store().endSessions(userId, null)).to.equal(1);
      expect(await store().listSessions(userId)).to.deep.equal([]);
    });

    it("are a hundred at most: the one used longest ago ends", async () => {
      const { userId, id } = await open("first");
      for (let at = 0; at < 100; at += 1) {
        world().clock.advance(1);
        await open(`${at}`, userId);
      }
      expect(await store().listSessions(userId)).to.have.length(100);
      expect(await userOf(id)).to.equal(null);
    });
  });
}
