// The promise: after a reboot onto a full or locked disk the server is there, says so, and recovers by itself.
import Database from "better-sqlite3";
import { expect } from "chai";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { TroubledStore } from "../testing/troubled-store.ts";

describe("a database that takes no writes when the machine starts again", () => {
  const CLOSED_MS = 30 * MINUTE_MS;
  let world: TroubledStore;
  beforeEach(async () => {
    world = new TroubledStore().open();
    await world.record(10);
    world.db
      .prepare(
        "INSERT INTO users (id, email, email_key, password_hash, strikes, create_time) VALUES ('ann', 'a@b', 'a@b', 'hash', 0, 0)",
      )
      .run();
    const { monoMs, wallMs } = { monoMs: world.clock.monotonic(), wallMs: world.clock.now() };
    world.db.prepare("INSERT INTO cooldowns VALUES ('ann', 'AAPL', ?, ?)").run(monoMs + CLOSED_MS, wallMs + CLOSED_MS);
  });
  afterEach(() => world.close());

  const cooldownLeftMs = (): number =>
    Number(world.db.prepare("SELECT open_mono FROM cooldowns").pluck().get()) - world.clock.monotonic();
  /** The new boot's id is too long for the pages that there are. */
  const bootOnFullDisk = () =>
    world.reboot(10 * MINUTE_MS, "boot-2 ".repeat(3_000), (db) => {
      db.pragma(`max_page_count = ${Number(db.pragma("page_count", { simple: true }))}`);
    });

  it("is read on a full disk, and takes nothing before what the last boot left is carried over", async () => {
    await bootOnFullDisk();
    expect(await world.store.health()).to.include({ state: "readOnly" });
    expect((await world.store.quotes.getQuote("AAPL"))?.quote).to.deep.equal(world.acknowledged.at(-1));
    const { reason } = await world.refusal(() => world.store.notifications.sweep("resend"));
    expect(reason).to.equal("STORE_FULL");
    expect(world.changes()).to.deep.equal(["readOnly"]);
  });

  it("is whole again by itself when there is room: the hour goes on where it stood", async () => {
    await bootOnFullDisk();
    world.db.pragma("max_page_count = 1000000");
    await world.aSecondLater();
    expect(await world.store.health()).to.include({ state: "ready", detail: "" });
    expect(cooldownLeftMs()).to.equal(CLOSED_MS - 10 * MINUTE_MS - SECOND_MS);
    await world.record();
    expect(cooldownLeftMs()).to.equal(CLOSED_MS - 10 * MINUTE_MS - SECOND_MS);
    expect(world.clock.sleeping, "no further trial").to.equal(0);
  });

  it("waits for a lock that outlives the start", async () => {
    const other = new Database(world.file);
    try {
      await world.reboot(0, "boot-2", () => other.exec("BEGIN IMMEDIATE"));
      expect(await world.store.health()).to.include({ state: "readOnly" });
      other.exec("COMMIT");
      await world.aSecondLater();
      expect(await world.store.health()).to.include({ state: "ready" });
      expect(cooldownLeftMs()).to.equal(CLOSED_MS - SECOND_MS);
    } finally {
      other.close();
    }
  });
});
