import Database from "better-sqlite3";
import { expect } from "chai";
import { join } from "node:path";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { migrate } from "../../runtime/sqlite/migrate.ts";
import { above, EXAMPLE_START_MS, exampleTick } from "../../test/examples.ts";
import { expire, USUAL_KEEP } from "../testing/expire.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";
import { DeletedAlerts } from "./deleted-alerts.ts";
import { ExpiredQuotes } from "./expired-quotes.ts";
import { MIGRATIONS } from "./server-schema.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { UPSERT_QUOTE } from "./quote-store.ts";

const openStore: OpenStore = ({ folder, ...options }) =>
  Promise.resolve(openSqliteStore({ file: join(folder, "test.db"), ...options }));

describe("what retention leaves in the tables", () => {
  const world = eachInItsWorld(openStore);
  const query = (sql: string) => {
    const db = new Database(join(world().folder, "test.db"), { readonly: true });
    try {
      return db.prepare(sql).raw().all();
    } finally {
      db.close();
    }
  };

  it("removes alerts a month after they were deleted, with their changes; of one that fired the row stays", async () => {
    const userId = await world().user();
    await world().fire(userId);
    const quiet = await world().arm(userId, above(1_000));
    const kept = await world().arm(userId, above(2_000));
    const ids = (await world().alerts(userId)).map(({ alert }) => alert.id).filter((id) => id !== kept.alert.id);
    await world().store.alerts.deleteAlerts(userId, ids, () => undefined);
    const levels = "SELECT level, (SELECT count(*) FROM alert_changes WHERE alert = row) FROM alerts ORDER BY level";
    await world().record(exampleTick(29 * DAY_MS, 100));
    await expire(world().store);
    expect(query(levels)).to.deep.equal([
      [100, 3],
      [1_000, 2],
      [2_000, 1],
    ]);
    await world().record(exampleTick(31 * DAY_MS, 100));
    await expire(world().store);
    expect(query(levels)).to.deep.equal([
      [100, 1],
      [2_000, 1],
    ]);
    const [notification] = await world().notifications(userId);
    expect(notification?.triggers.map(({ alertId }) => alertId)).to.deep.equal(
      ids.filter((id) => id !== quiet.alert.id),
    );
  });

  it("goes through many deleted alerts, slice by slice, and again from the first", async () => {
    const userId = await world().user();
    await world().tick(90);
    const made = await Promise.all(Array.from({ length: 120 }, () => world().arm(userId, above(100))));
    await world().tick(101);
    const quiet = await Promise.all(Array.from({ length: 120 }, () => world().arm(userId, above(200))));
    const ids = [...made, ...quiet].map(({ alert }) => alert.id);
    await world().store.alerts.deleteAlerts(userId, ids, () => undefined);
    await expire(world().store);
    expect(query("SELECT count(*) FROM alerts")).to.deep.equal([[240]]);
    await world().record(exampleTick(31 * DAY_MS, 100));
    await expire(world().store);
    expect(query("SELECT count(*) FROM alerts")).to.deep.equal([[120]]);
  });

  it("removes HOLDs that ended as long ago as minutes are kept, once everybody is told", async () => {
    await world().tick(100);
    await world().record(exampleTick(DAY_MS, 50), exampleTick(DAY_MS + SECOND_MS, 100));
    expect(query("SELECT how, told_row FROM ended_holds")).to.deep.equal([["PRICE_BACK", null]]);
    await world().record(exampleTick(366 * DAY_MS, 100));
    await expire(world().store);
    expect(query("SELECT count(*) FROM ended_holds")).to.deep.equal([[1]]);
    await world().record(exampleTick(367 * DAY_MS, 100));
    await expire(world().store);
    expect(query("SELECT count(*) FROM ended_holds")).to.deep.equal([[0]]);
  });
});

describe("what retention asks", () => {
  it("is found by keys and indexes, however much is stored", () => {
    const asked: string[] = [];
    const db = new Database(":memory:", { verbose: (sql) => asked.push(String(sql)) });
    migrate(db, MIGRATIONS);
    const upsert = db.prepare(UPSERT_QUOTE);
    for (const [at, days] of [0, 1, 400, 800].entries()) {
      const timeMs = EXAMPLE_START_MS + days * DAY_MS;
      upsert.run(["AAPL", "example", 0, timeMs, timeMs, 1, 1, 1, 1, 1, "always", timeMs, at]);
    }
    const expired = new ExpiredQuotes(db);
    asked.length = 0;
    while (expired.removeSome("AAPL", USUAL_KEEP) > 0);
    new DeletedAlerts(db).removeSome(MINUTE_MS);
    const plans = new Set(
      [...asked]
        .flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
        .map(({ detail }) => detail)
        .filter((detail) => /^SCAN/.test(detail)),
    );
    expect(db.prepare("SELECT count(*) FROM summed_quotes WHERE span_ms = 86400000").pluck().get()).to.equal(3);
    // Parts of a statement that was found by a key, and one row for each symbol.
    for (const plan of plans) expect(plan).to.match(/^SCAN (\d+|\(subquery-\d+\)|series)$/);
    db.close();
  });
});
