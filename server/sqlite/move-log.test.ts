import Database from "better-sqlite3";
import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { above, exampleTick } from "../../test/examples.ts";
import { eachInItsWorld, type OpenStore } from "../testing/store-world.ts";
import { moveLog } from "./move-log.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const openStore: OpenStore = ({ folder, ...options }) =>
  new Promise((resolve) => resolve(openSqliteStore({ file: join(folder, "test.db"), ...options })));

/** Where the log's header tells how often it began anew, which it does at the next write after all of it was moved. */
const SALT = { from: 16, to: 20 };
const saltOf = (file: string) => readFileSync(`${file}-wal`).subarray(SALT.from, SALT.to).toString("hex");

describe("moveLog()", () => {
  let folder: string;
  let file: string;
  let db: Database.Database;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-move-log-"));
    file = join(folder, "test.db");
    db = new Database(file);
    db.pragma("journal_mode = WAL");
    db.exec("CREATE TABLE rows (value INTEGER)");
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });

  it("has the log begin anew", () => {
    const before = saltOf(file);
    moveLog(db);
    db.exec("INSERT INTO rows VALUES (1)");
    expect(saltOf(file)).to.not.equal(before);
  });

  it("leaves what fails for the next time, and a closed database alone", () => {
    const inTransaction = db.transaction(() => {
      db.exec("INSERT INTO rows VALUES (1)");
      moveLog(db); // SQLite refuses that: the table is locked
    });
    inTransaction();
    expect(db.prepare("SELECT count(*) FROM rows").pluck().get()).to.equal(1);
    db.close();
    moveLog(db);
  });
});

describe("recordQuotes(), while a judging is open", () => {
  const world = eachInItsWorld(openStore);

  it("moves the log long before SQLite would", async () => {
    world().alertsPerCommit = 25;
    const user = await world().user();
    await world().tick(1_000);
    for (let at = 0; at < 105; at += 1) await world().arm(user, above(1_001 + at));
    await world().restart();
    const file = join(world().folder, "test.db");
    const salts = [];
    for (const quotes of [[exampleTick(60_000, 1_200)], [], [], [], []]) {
      const { triggers } = await world().commit(quotes);
      salts.push([triggers.length, saltOf(file)]);
      await setImmediate();
    }
    const [before, after] = [salts[0]?.[1], salts[3]?.[1]];
    expect(after).to.not.equal(before);
    expect(salts).to.deep.equal([
      [25, before],
      [25, before],
      [25, before],
      [25, after],
      [5, after],
    ]);
  });
});
