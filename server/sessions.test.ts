import { expect } from "chai";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../domain/time.ts";
import { createLog } from "../runtime/log/log.ts";
import { refusalOf } from "../test/support/refusal-of.ts";
import { hashSecret } from "./secret.ts";
import { Sessions } from "./sessions.ts";
import { openSqliteStore } from "./sqlite/sqlite-store.ts";
import type { Store } from "./store.ts";
import { StoreWorld } from "./testing/store-world.ts";
import { TokenKeys } from "./token-keys.ts";

const SEEN = { address: "192.0.2.1", client: "bell/1" };

describe("Sessions", () => {
  let world: StoreWorld;
  let keyFolder: string;
  let keys: TokenKeys;
  let sessions: Sessions;
  let userId: string;
  beforeEach(async () => {
    world = await new StoreWorld(({ folder, ...options }) =>
      Promise.resolve<Store>(openSqliteStore({ file: join(folder, "test.db"), ...options })),
    ).open();
    keyFolder = mkdtempSync(join(tmpdir(), "tickerbell-sessions-"));
    keys = newKeys(keyFolder);
    sessions = on(keys);
    userId = await world.user();
  });
  afterEach(async () => {
    await world.close();
    rmSync(keyFolder, { recursive: true });
  });

  const newKeys = (folder: string) =>
    new TokenKeys(folder, world.clock, createLog("test", "debug", { write: () => undefined }));
  const on = (with_: TokenKeys) =>
    new Sessions({ store: world.store.sessions, keys: with_, clock: world.clock, newId: () => world.newId() });
  const begin = async () => {
    const session = sessions.prepare(SEEN);
    await world.logIn(userId, session.record);
    return sessions.tokensFor(userId, session);
  };
  const reasonOf = async (run: Promise<unknown>) => {
    const { code, reason } = await refusalOf(run);
    expect(code).to.equal("UNAUTHENTICATED");
    return reason;
  };

  it("give out an access token for 15 minutes and a refresh token for 7 days", async () => {
    const tokens = await begin();
    expect(tokens.accessExpireTimeMs - world.clock.now()).to.equal(15 * MINUTE_MS);
    expect(tokens.refreshExpireTimeMs - world.clock.now()).to.equal(7 * DAY_MS);
    expect(Buffer.from(tokens.refreshToken, "base64url")).to.have.length(32);
  });

  it("say in an access token what it is, and whose", async () => {
    const { accessToken } = await begin();
    const { sessionId: sid } = await sessions.authenticate(accessToken);
    const nowS = world.clock.now() / 1_000;
    expect(decodeProtectedHeader(accessToken)).to.deep.equal({ alg: "EdDSA", kid: keys.newest.id, typ: "at+jwt" });
    const { jti, ...claims } = decodeJwt(accessToken);
    const times = { iat: nowS, nbf: nowS, exp: nowS + 900 };
    expect(claims).to.deep.equal({ iss: "tickerbell", aud: "tickerbell", sub: userId, sid, ...times });
    expect(jti).not.to.equal(decodeJwt((await begin()).accessToken).jti);
  });

  it("store no token, neither the first nor what follows it", async () => {
    const { refreshToken } = await begin();
    const next = await sessions.refresh(refreshToken, SEEN);
    const bytes = Buffer.concat(
      ["test.db", "test.db-wal"].map((file) => readFileSync(join(world.folder, file))),
    ).toString("latin1");
    expect(bytes).to.include(hashSecret(next.refreshToken));
    for (const secret of [refreshToken, next.refreshToken, next.accessToken]) expect(bytes).not.to.include(secret);
  });

  it("know whom an access token speaks for, to the last second", async () => {
    const { accessToken, accessExpireTimeMs } = await begin();
    const found = await sessions.authenticate(accessToken);
    expect([found.record.id, found.expireTimeMs]).to.deep.equal([userId, accessExpireTimeMs]);
    world.clock.advance(15 * MINUTE_MS - 1_000);
    await sessions.authenticate(accessToken);
    world.clock.advance(1_000);
    expect(await reasonOf(sessions.authenticate(accessToken))).to.equal("SESSION_ENDED");
  });

  it("ask for the session each time: when it has ended, so have its tokens", async () => {
    const { accessToken, refreshToken } = await begin();
    const { sessionId } = await sessions.authenticate(accessToken);
    expect(await sessions.end(userId, sessionId)).to.equal(true);
    expect(await reasonOf(sessions.authenticate(accessToken))).to.equal("SESSION_ENDED");
    expect(await reasonOf(sessions.refresh(refreshToken, SEEN))).to.equal("SESSION_ENDED");
    expect(await sessions.isOpen(sessionId)).to.equal(false);
  });

  it("trade a refresh token for the next pair of the same session", async () => {
    const { accessToken, refreshToken } = await begin();
    const { sessionId } = await sessions.authenticate(accessToken);
    world.clock.advance(MINUTE_MS);
    const next = await sessions.refresh(refreshToken, SEEN);
    expect((await sessions.authenticate(next.accessToken)).sessionId).to.equal(sessionId);
    expect(next.refreshToken).not.to.equal(refreshToken);
    expect(next.refreshExpireTimeMs).to.equal(world.clock.now() + 7 * DAY_MS);
  });

  it("give the same successor again when the answer was lost, and end when the token comes back later", async () => {
    const { refreshToken } = await begin();
    const [first, second] = [await sessions.refresh(refreshToken, SEEN), await sessions.refresh(refreshToken, SEEN)];
    expect(second.refreshToken).to.equal(first.refreshToken);
    world.clock.advance(10 * SECOND_MS);
    let endings = 0;
    sessions.onEnd(() => (endings += 1));
    expect(await reasonOf(sessions.refresh(refreshToken, SEEN))).to.equal("SESSION_ENDED");
    expect(endings).to.equal(1);
    expect(await reasonOf(sessions.refresh(first.refreshToken, SEEN))).to.equal("SESSION_ENDED");
    expect(await reasonOf(sessions.authenticate(first.accessToken))).to.equal("SESSION_ENDED");
  });

  it("end 30 days after the log-in however often they are refreshed, and no access token outlives them", async () => {
    let tokens = await begin();
    for (let day = 6; day < 30; day += 6) {
      world.clock.advance(6 * DAY_MS);
      tokens = await sessions.refresh(tokens.refreshToken, SEEN);
    }
    world.clock.advance(6 * DAY_MS - MINUTE_MS);
    tokens = await sessions.refresh(tokens.refreshToken, SEEN);
    expect(tokens.refreshExpireTimeMs - world.clock.now()).to.equal(MINUTE_MS);
    expect(tokens.accessExpireTimeMs - world.clock.now()).to.equal(MINUTE_MS);
    world.clock.advance(MINUTE_MS);
    expect(await reasonOf(sessions.refresh(tokens.refreshToken, SEEN))).to.equal("SESSION_ENDED");
  });

  it("outlive the key that signed their tokens, and their tokens live as long as they would have", async () => {
    const { accessToken, refreshToken } = await begin();
    world.clock.advance(MINUTE_MS);
    rmSync(keyFolder, { recursive: true });
    const folder = mkdtempSync(join(tmpdir(), "tickerbell-sessions-"));
    keyFolder = folder;
    const other = on(newKeys(folder));
    expect(await reasonOf(other.authenticate(accessToken)), "a key that is gone").to.equal("NOT_LOGGED_IN");
    const next = await other.refresh(refreshToken, SEEN);
    expect((await other.authenticate(next.accessToken)).record.id).to.equal(userId);
  });

  it("are told apart when all of them, or all but one, end", async () => {
    const tokens = [await begin(), await begin(), await begin()];
    const { sessionId } = await sessions.authenticate(tokens[1]!.accessToken);
    let endings = 0;
    sessions.onEnd(() => (endings += 1));
    await sessions.endAll(userId, sessionId);
    expect((await sessions.list(userId)).map(({ id }) => id)).to.deep.equal([sessionId]);
    await sessions.endAll(userId, null);
    expect([await sessions.list(userId), endings]).to.deep.equal([[], 2]);
  });
});
