import Database from "better-sqlite3";
import { expect } from "chai";
import { migrate } from "../../runtime/sqlite/migrate.ts";
import { MIGRATIONS, schemaFault } from "./server-schema.ts";

describe("schemaFault()", () => {
  let db: Database.Database;
  beforeEach(() => (db = new Database(":memory:")));
  afterEach(() => db.close());

  it("finds none in what our migrations make, of any version, or a newer one", () => {
    for (const version of [1, 2, Infinity]) {
      migrate(db, MIGRATIONS, version);
      expect(schemaFault(db)).to.equal(null);
    }
    db.exec("CREATE TABLE future (x); PRAGMA user_version = 9999");
    expect(schemaFault(db)).to.equal(null);
  });

  it("lets an index and a table be that somebody added", () => {
    migrate(db, MIGRATIONS);
    db.exec("CREATE TABLE notes (text TEXT); CREATE INDEX by_note ON notes (text); ANALYZE");
    expect(schemaFault(db)).to.equal(null);
  });

  const foreign: readonly (readonly [title: string, sql: string, words: string])[] = [
    ["a trigger", "CREATE TRIGGER spy AFTER INSERT ON quotes BEGIN DELETE FROM alerts; END", "its trigger spy is not"],
    ["a view", "CREATE VIEW more AS SELECT 1", "its view more is not"],
    [
      "another view of our name",
      "DROP VIEW judged_quotes; CREATE VIEW judged_quotes AS SELECT 1",
      "view judged_quotes",
    ],
    ["a view in a table's place", "DROP TABLE sessions; CREATE VIEW sessions AS SELECT 1", "no table sessions"],
    ["a table too few", "DROP TABLE open_judgings", "no table open_judgings"],
    ["no version", "PRAGMA user_version = 0", "no version"],
  ];
  for (const [title, sql, words] of foreign) {
    it(`finds ${title}`, () => {
      migrate(db, MIGRATIONS);
      db.exec(sql);
      expect(schemaFault(db)).to.include(words);
    });
  }

  it("finds that another program's database is not ours", () => {
    db.exec("CREATE TABLE notes (text TEXT); PRAGMA user_version = 1");
    expect(schemaFault(db)).to.match(/^it has no table /);
  });
});
