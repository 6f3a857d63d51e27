// Imports and exports go through millions of rows in short steps: each step must find its rows by the key.
import Database from "better-sqlite3";
import { expect } from "chai";
import { join } from "node:path";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { migrate } from "../../runtime/sqlite/migrate.ts";
import { EXAMPLE_START_MS, exampleBar } from "../../test/examples.ts";
import { SqliteImportStore } from "./import-store.ts";
import { StoreCondition } from "./store-condition.ts";
import { Transactions } from "./transactions.ts";

describe("every step of an import and of an export", () => {
  it("finds its rows by the key, sorting nothing", async () => {
    const asked: string[] = [];
    const db = new Database(":memory:", { verbose: (sql) => asked.push(String(sql)) });
    migrate(db, join(import.meta.dirname, "migrations"));
    const clock = new FakeClock(EXAMPLE_START_MS);
    const condition = new StoreCondition(clock, createLog("test", "silent"));
    const imports = new SqliteImportStore(db, new Transactions(db, clock, { file: ":memory:", condition }));
    asked.length = 0;
    const quote = exampleBar(0, [1, 2, 1, 2]);
    const again = exampleBar(0, [1, 3, 1, 2]);
    for (const one of [quote, again]) {
      await imports.stage([
        { row: 2, quote: one },
        { row: 3, quote: one },
      ]);
      await imports.compareStaged(null, 10);
      await imports.seal();
      await imports.moveSealed(10);
      await imports.moveSealed(10);
    }
    await imports.dropStaged(10);
    await imports.exportPage({ symbols: [], startMs: 0, endMs: Infinity, after: null, limit: 10 });
    const statements = asked.filter((sql) => /\b(quotes|import_rows)\b/.test(sql));
    expect(statements.length).to.be.at.least(15);
    for (const sql of statements) {
      const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql.replaceAll("Inf", "9e999")}`).all() as { detail: string }[];
      for (const { detail } of plan) expect(detail, sql).to.match(/^SEARCH /);
    }
    db.close();
  });
});
