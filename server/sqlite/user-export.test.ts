import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStoreDatabase } from "./sqlite-store.ts";
import { EXPORTED_TABLES } from "./user-export.ts";

/** Tables that lead to a user, and of which nothing is told, each with its reason. */
const NOT_TOLD: Readonly<Record<string, string>> = {
  used_refresh_tokens: "hashes and sealed secrets of a session, which is told",
  watch_levels: "an index of alerts, which are told",
};

/** Tables that hold something of a user without a reference that SQLite knows. */
const WITHOUT_REFERENCE = ["delivery_attempts", "operator_notices"];

interface Column {
  readonly name: string;
}

describe("EXPORTED_TABLES", () => {
  const folder = mkdtempSync(join(tmpdir(), "tickerbell-export-"));
  const database = openStoreDatabase(join(folder, "tickerbell.db"));
  after(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });
  const { db } = database;
  const names = (sql: string) => db.prepare(sql).pluck().all() as string[];
  const tables = names("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
  const columnsOf = (table: string) => (db.pragma(`table_info(${table})`) as Column[]).map(({ name }) => name);
  const refersTo = (table: string) =>
    (db.pragma(`foreign_key_list(${table})`) as { table: string }[]).map((reference) => reference.table);

  it("names every table that has a user_id, or refers to one that has", () => {
    const owned = new Set(["users", ...WITHOUT_REFERENCE]);
    for (const table of tables) if (columnsOf(table).includes("user_id")) owned.add(table);
    for (let before = 0; before < owned.size;) {
      before = owned.size;
      for (const table of tables) if (refersTo(table).some((other) => owned.has(other))) owned.add(table);
    }
    expect(owned.size).to.be.above(10);
    expect([...Object.keys(EXPORTED_TABLES), ...Object.keys(NOT_TOLD)].toSorted()).to.deep.equal([...owned].toSorted());
  });

  it("names no column that holds a secret or a hash", () => {
    for (const { columns } of Object.values(EXPORTED_TABLES)) expect(columns).not.to.match(/hash|sealed|code|password/);
  });

  it("tells every other column of the tables that are the user's own, or says why not", () => {
    // A secret, an index of ours, the boot's clock (which nobody can read), or the machine's inner state.
    const untold =
      /hash$|^sealed|^code|email_key|^user_id$|^row$|_mono$|^strikes$|state_version|awaits_baseline|fires_if_true|armed_as_of/;
    const inner =
      /since_seen|confirm_count|recent_fires|repeats|was_unsure|token$|lease_|boundary|cooldown_before|account_mail/;
    for (const [table, { columns, from }] of Object.entries(EXPORTED_TABLES)) {
      if (from.includes("JOIN")) continue;
      const missing = columnsOf(table).filter((column) => !new RegExp(`\\b${column}\\b`).test(columns));
      expect(missing.filter((column) => !untold.test(column) && !inner.test(column))).to.deep.equal([]);
    }
  });
});
