import { expect } from "chai";
import { join } from "node:path";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../domain/time.ts";
import { createLog } from "../runtime/log/log.ts";
import { problemsOf, refusalOf } from "../test/support/refusal-of.ts";
import type { AccessTokenStore } from "./access-token-store.ts";
import { AccessTokens, isScriptToken } from "./access-tokens.ts";
import { openSqliteStore } from "./sqlite/sqlite-store.ts";
import type { Store } from "./store.ts";
import { StoreWorld } from "./testing/store-world.ts";

describe("AccessTokens", () => {
  let world: StoreWorld;
  let tokens: AccessTokens;
  let userId: string;
  let endings: number;
  let noted: number;
  beforeEach(async () => {
    world = await new StoreWorld(({ folder, ...options }) =>
      Promise.resolve<Store>(openSqliteStore({ file: join(folder, "test.db"), ...options })),
    ).open();
    endings = 0;
    noted = 0;
    tokens = on(world.store.accessTokens);
    userId = await world.user();
  });
  afterEach(() => world.close());

  const on = (store: AccessTokenStore) => {
    const log = createLog("test", "debug", { write: () => undefined });
    const counted: AccessTokenStore = Object.create(store, {
      noteTokenUse: {
        value: (id: string, address: string) => {
          noted += 1;
          return store.noteTokenUse(id, address);
        },
      },
    }) as AccessTokenStore;
    return new AccessTokens({
      store: counted,
      clock: world.clock,
      newId: () => world.newId(),
      log,
      onEnd: () => (endings += 1),
    });
  };
  const make = async (name = "nightly", expireTimeMs: number | null = null) => {
    const sessionId = await world.logIn(userId);
    return tokens.create({ userId, sessionId }, name, () => expireTimeMs);
  };
  const reasonOf = async (secret: string) => (await refusalOf(tokens.authenticate(secret, "192.0.2.1"))).reason;

  it("begin with bell_, hold 256 bits, and count for 90 days", async () => {
    const { view, secret } = await make();
    expect(secret).to.match(/^bell_[\w-]{43}$/);
    expect(isScriptToken(secret)).to.equal(true);
    expect(view.expireTimeMs).to.equal(world.clock.now() + 90 * DAY_MS);
    const found = await tokens.authenticate(secret, "192.0.2.1");
    expect([found.record.id, found.accessTokenId]).to.deep.equal([userId, view.id]);
    expect(found.expireTimeMs).to.equal(view.expireTimeMs);
    expect((await make()).secret).not.to.equal(secret);
  });

  it("have a name of 1 to 100 characters on one line", async () => {
    expect((await make(` ${"ü".repeat(100)} `)).view.name).to.equal("ü".repeat(100));
    expect((await make("🔔".repeat(100))).view.name).to.equal("🔔".repeat(100));
    expect(await problemsOf(make("  "))).to.deep.equal(["name FIELD_REQUIRED"]);
    for (const bad of ["x".repeat(101), "two\nlines", "a\u0000", "turned \u202e", "a\u2028b", "\u007f", "\ufffd"]) {
      expect(await problemsOf(make(bad)), JSON.stringify(bad)).to.deep.equal(["name FIELD_INVALID"]);
    }
  });

  it("end within a year, and every bad field is told", async () => {
    const now = world.clock.now();
    expect((await make("a", now + 365 * DAY_MS)).view.expireTimeMs).to.equal(now + 365 * DAY_MS);
    expect((await make("a", now + 1)).view.expireTimeMs).to.equal(now + 1);
    for (const bad of [now, 0, now + 365 * DAY_MS + 1]) {
      expect(await problemsOf(make("", bad))).to.deep.equal(["name FIELD_REQUIRED", "expire_time FIELD_INVALID"]);
    }
  });

  it("count for nothing once they are revoked or have expired", async () => {
    const { view, secret } = await make("a", world.clock.now() + MINUTE_MS);
    expect(await tokens.isOpen(view.id)).to.equal(true);
    world.clock.advance(MINUTE_MS);
    expect([await reasonOf(secret), await tokens.isOpen(view.id)]).to.deep.equal(["NOT_LOGGED_IN", false]);
    const other = await make();
    expect(await tokens.revoke("somebody else", other.view.id)).to.equal(false);
    await tokens.authenticate(other.secret, "192.0.2.1");
    expect(await tokens.revoke(userId, other.view.id)).to.equal(true);
    expect(endings).to.be.greaterThan(0);
    expect([await reasonOf(other.secret), await tokens.isOpen(other.view.id)]).to.deep.equal(["NOT_LOGGED_IN", false]);
  });

  it("are known by every one of their characters", async () => {
    const { secret } = await make();
    for (let at = 0; at < secret.length; at += 7) {
      const changed = `${secret.slice(0, at)}${secret[at] === "x" ? "y" : "x"}${secret.slice(at + 1)}`;
      expect(await reasonOf(changed), changed).to.equal("NOT_LOGGED_IN");
    }
    for (const wrong of [`${secret}=`, `${secret}\n`, secret.slice(0, -1), "bell_", ""]) {
      expect(await reasonOf(wrong), wrong).to.equal("NOT_LOGGED_IN");
    }
  });

  it("remember their use once a minute, whatever the number of calls", async () => {
    const [first, second] = [await make("first"), await make("second")];
    for (let at = 0; at < 10; at += 1) await tokens.authenticate(first.secret, "192.0.2.1");
    await tokens.authenticate(second.secret, "192.0.2.2");
    expect(noted).to.equal(2);
    world.clock.advance(MINUTE_MS + 3 * SECOND_MS);
    await tokens.authenticate(first.secret, "192.0.2.3");
    expect(noted).to.equal(3);
    await tokens.revoke(userId, second.view.id); // behind the note in the line for the disk
    const [token] = await tokens.list(userId);
    const minuteMs = world.clock.now() - (world.clock.now() % MINUTE_MS);
    expect(token).to.deep.include({ lastUseTimeMs: minuteMs, lastAddress: "192.0.2.3" });
  });
});
