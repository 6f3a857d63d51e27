// The audit is written all day long and asked now and then, by the one thread of the server: neither may cost more as it grows.
import Database from "better-sqlite3";
import { expect } from "chai";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { migrate } from "../../runtime/sqlite/migrate.ts";
import { EXAMPLE_START_MS } from "../../test/examples.ts";
import type { AuditQuery } from "../audit-store.ts";
import { SqliteAuditStore } from "./audit-store.ts";
import { MIGRATIONS } from "./server-schema.ts";
import { StoreCondition } from "./store-condition.ts";
import { Transactions } from "./transactions.ts";

const ALL: AuditQuery = { userId: null, action: null, sinceMs: null, before: null, limit: 50 };

describe("SqliteAuditStore", () => {
  let db: Database.Database;
  let asked: string[];
  let store: SqliteAuditStore;
  beforeEach(() => {
    asked = [];
    db = new Database(":memory:", { verbose: (sql) => asked.push(String(sql)) });
    migrate(db, MIGRATIONS);
    const clock = new FakeClock(EXAMPLE_START_MS);
    const condition = new StoreCondition(clock, createLog("test", "silent"));
    store = new SqliteAuditStore(db, new Transactions(db, clock, { file: ":memory:", condition }));
    asked = [];
  });
  afterEach(() => db.close());

  /** How SQLite comes to the entries of everything that was asked. */
  const plans = () =>
    asked
      .filter((sql) => sql.includes(" audit ") && !sql.startsWith("EXPLAIN"))
      .flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
      .map(({ detail }) => detail)
      .filter((detail) => detail.includes(" audit"));
  const expectSearches = () => {
    expect(plans()).not.to.deep.equal([]);
    for (const plan of plans()) expect(plan).to.match(/^SEARCH audit USING /);
  };

  it("reads no more of the audit than is asked for", async () => {
    await store.listEntries(ALL);
    await store.listEntries({ ...ALL, sinceMs: 1 });
    await store.listEntries({ ...ALL, userId: "u" });
    await store.listEntries({ ...ALL, userId: "u", action: "log_in", sinceMs: 1 });
    await store.listEntries({ ...ALL, action: "log_in" });
    expectSearches();
  });

  it("reads no more of it to remove what is over a year old, nor does the guard of the young", async () => {
    await store.removeExpiredEntries();
    asked.push("SELECT max(time) FROM audit "); // what the trigger asks for each entry
    expectSearches();
  });
});
