// The promise: who is suspended is out, even if a session or token of theirs was left open. Suspending ends them, so no verb leaves one.
import Database from "better-sqlite3";
import { expect } from "chai";
import { join } from "node:path";
import { HOUR_MS } from "../../domain/time.ts";
import { refusalOf } from "../../test/support/refusal-of.ts";
import { eachInItsWorld } from "../testing/store-world.ts";
import { openSqliteStore } from "./sqlite-store.ts";

describe("a suspended user", () => {
  const world = eachInItsWorld(({ folder, ...options }) =>
    Promise.resolve(openSqliteStore({ file: join(folder, "test.db"), ...options })),
  );
  const suspendOnly = (time: number | null): void => {
    const db = new Database(join(world().folder, "test.db"));
    db.prepare("UPDATE users SET suspend_time = ?").run(time);
    db.close();
  };

  it("is spoken for by no session and no access token, old or new, until the suspension ends", async () => {
    const userId = await world().user();
    const { sessions, accessTokens } = world().store;
    const sessionId = await world().logIn(userId, world().newSession("session", "refresh"));
    const token = { userId, sessionId, name: "a", expireTimeMs: world().clock.now() + HOUR_MS };
    await accessTokens.insertAccessToken({ ...token, id: "a", tokenHash: "#a" });
    const refresh = () =>
      sessions.refreshSession("refresh", { ...world().newSession("x", "next"), sealed: Buffer.alloc(0) });
    suspendOnly(world().clock.now());
    expect(await sessions.getSessionUser("session")).to.equal(null);
    expect(await refresh()).to.equal(null);
    expect([await accessTokens.findTokenHolder("#a"), await accessTokens.getTokenHolder("a")]).to.deep.equal([
      null,
      null,
    ]);
    const late = accessTokens.insertAccessToken({ ...token, id: "b", tokenHash: "#b" });
    expect((await refusalOf(late)).reason).to.equal("SESSION_ENDED");
    suspendOnly(null);
    expect((await sessions.getSessionUser("session"))?.id).to.equal(userId);
    expect((await accessTokens.findTokenHolder("#a"))?.tokenId).to.equal("a");
    expect(await refresh()).to.include({ id: "session" });
  });
});
