// The promise: a full disk, a lock or damage loses nothing that was acknowledged, acknowledges nothing that is lost, and is told once.
import Database from "better-sqlite3";
import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { truncateSync, writeFileSync } from "node:fs";
import { SECOND_MS } from "../../domain/time.ts";
import { TroubledStore } from "../testing/troubled-store.ts";

const getQuote = (world: TroubledStore) => world.store.quotes.getQuote("AAPL");

describe("a database without room", () => {
  let world: TroubledStore;
  beforeEach(async () => {
    world = new TroubledStore().open();
    await world.record(10);
    const pages = Number(world.db.pragma("page_count", { simple: true }));
    world.db.pragma(`max_page_count = ${pages + 4}`);
  });
  afterEach(() => world.close());
  const fill = () =>
    world.refusal(async () => {
      for (;;) await world.record(100);
    });

  it("refuses with STORE_FULL, says where to free space and when to come again", async () => {
    const { code, reason, hint, retryAfterMs } = await fill();
    expect([code, reason]).to.deep.equal(["RESOURCE_EXHAUSTED", "STORE_FULL"]);
    expect(hint).to.include(world.folder);
    expect(retryAfterMs).to.be.above(0);
  });

  it("keeps what was acknowledged and nothing else, and goes on answering", async () => {
    await fill();
    expect(world.stored()).to.deep.equal(world.expected());
    expect((await getQuote(world))?.quote).to.deep.equal(world.acknowledged.at(-1));
  });

  it("takes writes again as soon as there is room, without a restart", async () => {
    await fill();
    world.db.pragma("max_page_count = 1000000");
    world.clock.advance(SECOND_MS);
    await world.record(100);
    expect(world.stored()).to.deep.equal(world.expected());
    expect(await world.store.health()).to.include({ state: "ready", detail: "" });
  });

  it("tells each change of state once, however many calls are refused", async () => {
    for (let calls = 0; calls < 20; calls++) await fill();
    expect(await world.store.health()).to.include({ state: "readOnly" });
    world.db.pragma("max_page_count = 1000000");
    world.clock.advance(SECOND_MS);
    for (let calls = 0; calls < 20; calls++) await world.record(10);
    expect(world.changes()).to.deep.equal(["readOnly", "ready"]);
  });

  it("is not said to be well again by what wrote nothing, or by a small thing that found room", async () => {
    await fill();
    world.clock.advance(SECOND_MS);
    await world.store.notifications.sweep("resend");
    expect((await world.store.health()).state).to.equal("readOnly");
    await fill();
    world.db.pragma("max_page_count = 1000000");
    await world.record(1);
    expect((await world.store.health()).state).to.equal("readOnly");
  });

  it("is tried every second, and takes writes again though nobody writes; nothing of the trial stays", async () => {
    await fill();
    for (let seconds = 0; seconds < 3; seconds++) await world.aSecondLater();
    expect(world.changes()).to.deep.equal(["readOnly"]);
    world.db.pragma("max_page_count = 1000000");
    await world.aSecondLater();
    expect(await world.store.health()).to.include({ state: "ready", detail: "" });
    expect(world.changes()).to.deep.equal(["readOnly", "ready"]);
    expect(world.db.prepare("SELECT name FROM server_facts").pluck().all()).to.deep.equal(["boot_id", "wall_offset"]);
    expect(world.clock.sleeping, "no further trial").to.equal(0);
  });
});

describe("a database that another program holds locked", () => {
  let world: TroubledStore;
  let other: Database.Database;
  beforeEach(async () => {
    world = new TroubledStore().open();
    await world.record(10);
    other = new Database(world.file);
    other.exec("BEGIN IMMEDIATE");
  });
  afterEach(async () => {
    other.close();
    await world.close();
  });
  const timeOfRefusal = async (): Promise<number> => {
    const startedAt = performance.now();
    const { code, reason, retryAfterMs } = await world.refusal(() => world.record());
    expect([code, reason, retryAfterMs]).to.deep.equal(["UNAVAILABLE", "STORE_UNAVAILABLE", 1_000]);
    return performance.now() - startedAt;
  };

  it("is waited for a moment once, and then not at all, for everybody waits with it", async () => {
    const first = await timeOfRefusal();
    const rest = await Promise.all(Array.from({ length: 100 }, timeOfRefusal));
    expect(first).to.be.at.least(200);
    expect(Math.max(...rest), "not a hundred moments").to.be.below(10_000);
  });

  it("is read meanwhile, and written as soon as the lock is gone", async () => {
    await timeOfRefusal();
    expect((await getQuote(world))?.quote).to.deep.equal(world.acknowledged.at(-1));
    other.exec("COMMIT");
    world.clock.advance(SECOND_MS);
    await world.record();
    expect(world.stored()).to.deep.equal(world.expected());
    expect(world.changes()).to.deep.equal(["readOnly", "ready"]);
  });

  it("is not said to be locked any longer than it is, by a write that comes at once and by one that changes nothing", async () => {
    await timeOfRefusal();
    other.exec("COMMIT");
    await world.store.notifications.sweep("resend");
    expect(await world.store.health()).to.include({ state: "ready", detail: "" });
  });

  it("is tried every second, and takes writes again though nobody writes", async () => {
    await timeOfRefusal();
    await world.aSecondLater();
    expect((await world.store.health()).state).to.equal("readOnly");
    other.exec("COMMIT");
    await world.aSecondLater();
    expect((await world.store.health()).state).to.equal("ready");
  });

  it("is told anew when it has no room either, and takes no writes until there is room", async () => {
    await timeOfRefusal();
    other.exec("COMMIT");
    const pages = Number(world.db.pragma("page_count", { simple: true }));
    world.db.pragma(`max_page_count = ${pages}`);
    const refused = await world.refusal(() => world.record(2_000));
    expect(refused.reason).to.equal("STORE_FULL");
    for (let calls = 0; calls < 3; calls++) await world.refusal(() => world.record(2_000));
    expect((await world.store.health()).detail).to.equal(refused.message);
    expect(world.changes()).to.deep.equal(["readOnly", "readOnly"]);
    await world.store.notifications.sweep("resend");
    expect((await world.store.health()).state, "a commit that writes nothing says nothing of room").to.equal(
      "readOnly",
    );
  });

  it("waits for a short lock again when it is back to normal", async () => {
    await timeOfRefusal();
    other.exec("COMMIT");
    await world.record();
    other.exec("BEGIN IMMEDIATE");
    expect(await timeOfRefusal()).to.be.above(200);
  });
});

describe("a database that is damaged while it is open", () => {
  let world: TroubledStore;
  beforeEach(async () => {
    world = new TroubledStore().open();
    await world.record(2_000);
  });
  afterEach(() => world.close());

  it("is found out by reading it through, and told once", async () => {
    world.garble("quotes");
    await Promise.all([world.store.checkWhole(), world.store.checkWhole()]);
    expect(await world.store.health()).to.include({ state: "damaged", checkTimeMs: null });
    expect(world.changes()).to.deep.equal(["damaged"]);
  });

  it("is found out by whoever meets the damage; no write is tried any more, other reads go on", async () => {
    world.garble("quotes");
    expect(await world.refusal(() => getQuote(world))).to.include({ code: "DATA_LOSS", reason: "STORE_CORRUPT" });
    const refused = await world.refusal(() => world.store.notifications.sweep("resend"));
    expect(refused).to.include({ code: "DATA_LOSS", reason: "STORE_CORRUPT" });
    expect(refused.hint).to.include("./bell restore");
    expect(await world.store.users.findUser("ann@example.com")).to.equal(null);
    expect(world.changes()).to.deep.equal(["damaged"]);
  });

  it("cannot be backed up, and the damage shows in its health", async () => {
    world.garble("quotes");
    const signal = new AbortController().signal;
    const taken = await world.refusal(() => world.store.backUp(signal).next());
    expect(taken.reason).to.equal("STORE_CORRUPT");
    expect((await world.store.health()).state).to.equal("damaged");
  });

  it("is sound when it is, and says when that was seen", async () => {
    world.clock.advance(SECOND_MS);
    await world.store.checkWhole();
    const health = await world.store.health();
    expect(health).to.include({ state: "ready", checkTimeMs: world.clock.now() });
    expect(health.sizeBytes).to.be.above(100_000);
    expect(health.logBytes).to.equal(world.logBytes);
    expect(health.freeBytes).to.be.above(0);
  });

  it("takes no write when garbage was written over all of it", async () => {
    world.db.pragma("wal_checkpoint(TRUNCATE)");
    writeFileSync(world.file, randomBytes(50_000), { flag: "r+" });
    world.db.pragma("shrink_memory");
    await world.store.checkWhole();
    expect((await world.refusal(() => world.record())).reason).to.equal("STORE_CORRUPT");
  });

  it("takes no write when it was cut off", async () => {
    world.db.pragma("wal_checkpoint(TRUNCATE)");
    truncateSync(world.file, 40_960);
    world.db.pragma("shrink_memory");
    await world.store.checkWhole();
    expect((await world.refusal(() => world.record())).reason).to.equal("STORE_CORRUPT");
  });
});

describe("the write-ahead log", () => {
  let world: TroubledStore;
  let reader: Database.Database;
  beforeEach(async () => {
    world = new TroubledStore().open();
    await world.record(10);
    reader = new Database(world.file, { readonly: true });
    reader.exec("BEGIN");
    reader.prepare("SELECT count(*) FROM quotes").get();
  });
  afterEach(async () => {
    reader.close();
    await world.close();
  });

  it("grows while a long read goes on, is told once, and is short again after it", async () => {
    for (const end = Date.now() + 50_000; world.logBytes < 66 * 1024 * 1024 && Date.now() < end;) {
      await world.record(2_000);
    }
    const warned = () => world.log.filter((line) => line.includes("write-ahead log grows")).length;
    for (let minutes = 0; minutes < 3; minutes++) {
      world.clock.advance(61 * SECOND_MS);
      await world.record();
    }
    expect(warned()).to.equal(1);
    reader.exec("COMMIT");
    for (let writes = 0; writes < 3; writes++) await world.record(2_000);
    expect(world.logBytes).to.be.at.most(64 * 1024 * 1024);
    world.clock.advance(61 * SECOND_MS);
    await world.record();
    expect(world.log.filter((line) => line.includes("is short again"))).to.have.length(1);
  });
});
