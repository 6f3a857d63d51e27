// The promise: what came after a backup, and is lost with going back to it, does no harm.
import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { StoreWorld, type OpenStore } from "../testing/store-world.ts";
import { restoreDatabase } from "./restore-database.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const openStore: OpenStore = ({ folder, ...options }) =>
  Promise.resolve(openSqliteStore({ file: join(folder, "test.db"), ...options }));

describe("after a restore", () => {
  let world: StoreWorld;
  beforeEach(async () => (world = await new StoreWorld(openStore).open()));
  afterEach(() => world.close());
  /** The server ends, its database becomes what it was when `takeBackup` had ended, and it starts again within the same boot. */
  async function goBackTo(takeBackup: () => Promise<void>, meanwhile: () => Promise<unknown>): Promise<void> {
    const file = join(world.folder, "test.db");
    const backupFile = join(world.folder, "backup");
    await takeBackup();
    const parts: Buffer[] = [];
    for await (const part of world.store.backUp(new AbortController().signal)) parts.push(part);
    writeFileSync(backupFile, Buffer.concat(parts));
    await meanwhile();
    await world.store.close();
    restoreDatabase({ file, backupFile, now: world.clock.now() });
    await world.open();
  }

  it("no mail about a symbol goes out for an hour, for one may have gone out just before", async () => {
    const userId = await world.user();
    await goBackTo(
      () => world.fire(userId).then(() => undefined),
      async () => {
        await world.end(await world.begin(), "taken");
        world.clock.advance(MINUTE_MS);
      },
    );
    expect(await world.tryBegin()).to.equal(null);
    world.clock.advance(HOUR_MS - MINUTE_MS);
    expect(await world.tryBegin()).to.equal(null);
    world.clock.advance(MINUTE_MS);
    expect(await world.tryBegin()).not.to.equal(null);
  });

  it("a mail that was under way comes again with the same bytes, and what fired with it waits for the hour", async () => {
    const userId = await world.user();
    let before = "";
    await goBackTo(
      async () => {
        await world.fire(userId);
        before = (await world.begin()).messageId;
        await world.fire(userId);
      },
      () => Promise.resolve(),
    );
    const again = await world.begin();
    expect(again.messageId).to.equal(before);
    await world.end(again, "taken");
    world.clock.advance(HOUR_MS - 1);
    expect(await world.tryBegin()).to.equal(null);
  });

  it("everybody has to log in again, who had logged out, too", async () => {
    let userId = "";
    const { id } = world.newSession("session");
    await goBackTo(
      async () => {
        userId = await world.user();
        await world.logIn(userId, world.newSession(id));
      },
      () => world.store.sessions.endSession(userId, id),
    );
    expect(await world.store.sessions.getSessionUser(id)).to.equal(null);
  });

  it("no access token that was revoked counts again", async () => {
    let userId = "";
    await goBackTo(
      async () => {
        userId = await world.user();
        const token = {
          id: "token",
          userId,
          sessionId: await world.logIn(userId),
          tokenHash: "#token",
          name: "script",
        };
        await world.store.accessTokens.insertAccessToken({ ...token, expireTimeMs: world.clock.now() + HOUR_MS });
      },
      () => world.store.accessTokens.deleteAccessToken(userId, "token"),
    );
    expect(await world.store.accessTokens.findTokenHolder("#token")).to.equal(null);
    expect(await world.store.accessTokens.listAccessTokens(userId)).to.deep.equal([]);
  });

  it("no code that was used makes another operator or password, and none goes out that is worth nothing", async () => {
    let userId = "";
    const { users } = world.store;
    const expireTimeMs = world.clock.now() + HOUR_MS;
    await goBackTo(
      async () => {
        userId = await world.user("ann@example.com");
        await users.insertSetupCode({ codeHash: "#S", expireTimeMs });
        await users.insertPasswordReset("ann@example.com", { code: "R", codeHash: "#R", expireTimeMs }, []);
      },
      async () => {
        await users.claimOperator(userId, "#S");
        await users.resetPassword("#R", "another hash");
      },
    );
    expect(await world.store.users.claimOperator(userId, "#S")).to.equal(null);
    expect(await world.store.users.resetPassword("#R", "a thief's hash")).to.equal(null);
    expect(await world.tryBegin()).to.equal(null);
  });
});
