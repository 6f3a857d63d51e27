import Database from "better-sqlite3";
import { expect } from "chai";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { FakeClock } from "../../runtime/clock/fake-clock.ts";
import { openDatabase, type OpenDatabase } from "../../runtime/sqlite/open-database.ts";
import { makeBars, OPENING_MS } from "../testing/make-quote.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { SpoolFolder } from "../testing/spool-folder.ts";
import { until } from "../testing/until.ts";
import { DISK_RETRY_MS, Spool } from "./spool.ts";

const NEVER = new AbortController().signal;
const MIGRATIONS = join(import.meta.dirname, "migrations");

describe("Spool, when the disk does not do its part", () => {
  let folder: SpoolFolder;
  let database: OpenDatabase;
  let other: Database.Database;
  beforeEach(() => {
    folder = new SpoolFolder();
    database = openDatabase({ file: folder.file(), migrations: MIGRATIONS, owner: "fetcher" });
    database.db.pragma("busy_timeout = 0");
    other = new Database(folder.file());
  });
  afterEach(() => {
    other.close();
    database.close();
    folder.remove();
  });

  function open() {
    const clock = new FakeClock(OPENING_MS);
    const log = new RecordedLog();
    const spool = new Spool({ db: database.db, file: folder.file(), quotesMax: 100_000, clock, log });
    return { spool, clock, log };
  }

  it("keeps the round's quotes, says so once, and spools them when there is room on the disk again", async () => {
    const { spool, clock, log } = open();
    await spool.put(makeBars("IBM", 10), NEVER);
    database.db.pragma(`max_page_count = ${Number(database.db.pragma("page_count", { simple: true }))}`);
    const progress = { isPut: false };
    const putting = spool.put(makeBars("AAPL", 5_000), NEVER).then(() => (progress.isPut = true));
    for (let tries = 0; tries < 3; tries += 1) {
      await until(() => clock.sleeping === 1);
      clock.advance(DISK_RETRY_MS);
      await nextTurn();
    }
    expect(progress.isPut).to.equal(false);
    expect(spool.size, "all of an answer or nothing").to.equal(10);
    expect(spool.takeBatch()?.quotes, "what is there goes on").to.eql(makeBars("IBM", 10));
    spool.acknowledge(1, []);
    expect(log.messages).to.eql(["the spool cannot be written: fetching waits, and it is tried again"]);
    expect(log.lines[0]).to.deep.include({ level: "error" });
    expect(log.lines[0]?.fields).to.include({ code: "SQLITE_FULL", fetched: 5_000, spooled: 10 });
    database.db.pragma("max_page_count = 1000000");
    clock.advance(DISK_RETRY_MS);
    await putting;
    expect(log.messages.slice(-1)).to.eql(["the spool can be written again"]);
    expect(spool.size).to.equal(5_000);
    expect(spool.takeBatch()?.quotes).to.eql(makeBars("AAPL", 5_000).slice(0, 1_000));
  });

  it("says what it gives up when it is stopped meanwhile", async () => {
    const { spool, clock, log } = open();
    other.exec("BEGIN IMMEDIATE");
    const stop = new AbortController();
    const putting = spool.put(makeBars("AAPL", 5), stop.signal).catch((error: unknown) => error);
    await until(() => clock.sleeping === 1);
    stop.abort(new Error("stopping"));
    expect(await putting).to.have.property("message", "stopping");
    expect(log.lines.at(-1)).to.eql({
      level: "warn",
      message: "fetched quotes were given up before they were spooled",
      fields: { count: 5 },
    });
    expect(log.lines[0]?.fields).to.include({ code: "SQLITE_BUSY" });
  });

  it("does not send what was acknowledged again, and nothing else, while it cannot be forgotten", async () => {
    const { spool, log } = open();
    await spool.put(makeBars("AAPL", 2_500), NEVER);
    spool.takeBatch();
    other.exec("BEGIN IMMEDIATE");
    expect(spool.acknowledge(1, [{ index: 0, reason: "QUOTE_INVALID", message: "no" }])).to.equal(true);
    expect(spool.size).to.equal(2_500);
    expect(spool.takeBatch()).to.equal(undefined);
    spool.takeBack();
    expect(spool.takeBatch()).to.equal(undefined);
    expect(spool.isSettled(), "nothing may be sent").to.equal(true);
    expect(spool.refusedCount).to.equal(0);
    other.exec("ROLLBACK");
    let told = 0;
    spool.subscribe(() => (told += 1));
    expect(spool.takeBatch()?.quotes).to.eql(makeBars("AAPL", 2_500).slice(1_000, 2_000));
    expect(told, "there is room").to.equal(1);
    expect(spool.size).to.equal(1_500);
    expect(spool.refusedCount).to.equal(1);
    expect(log.messages).to.eql([
      "the spool cannot forget what the server has: sending waits, and it is tried again",
      "the spool can forget again",
      "the server refused quotes: they are put aside in the spool",
    ]);
  });

  it("forgets nothing that was refused unless it is put aside in the same commit", async () => {
    const { spool } = open();
    await spool.put(makeBars("AAPL", 2), NEVER);
    spool.takeBatch();
    other.exec("ALTER TABLE refused RENAME TO elsewhere");
    spool.acknowledge(1, [{ index: 0, reason: "QUOTE_INVALID", message: "no" }]);
    expect(other.prepare("SELECT count(*) FROM spooled_quotes").pluck().get()).to.equal(2);
    other.exec("ALTER TABLE elsewhere RENAME TO refused");
    spool.takeBatch();
    expect(other.prepare("SELECT count(*) FROM spooled_quotes").pluck().get()).to.equal(0);
    expect(other.prepare("SELECT count(*) FROM refused").pluck().get()).to.equal(1);
  });

  it("sends again as soon as it can be read again", async () => {
    const { spool, log } = open();
    await spool.put(makeBars("AAPL", 5), NEVER);
    other.exec("ALTER TABLE spooled_quotes RENAME TO elsewhere");
    expect(spool.takeBatch()).to.equal(undefined);
    expect(spool.takeBatch()).to.equal(undefined);
    other.exec("ALTER TABLE elsewhere RENAME TO spooled_quotes");
    expect(spool.takeBatch()?.quotes).to.eql(makeBars("AAPL", 5));
    expect(log.messages).to.eql([
      "the spool cannot be read: sending waits, and it is tried again",
      "the spool can be read again",
    ]);
  });

  it("waits for the disk when it spools, also after deletions that did not, and after one that failed", async () => {
    const { spool } = open();
    const synchronous = () => Number(database.db.pragma("synchronous", { simple: true }));
    await spool.put(makeBars("AAPL", 2_000), NEVER);
    spool.takeBatch();
    spool.takeBatch();
    spool.acknowledge(1, []);
    expect(synchronous()).to.equal(2);
    other.exec("BEGIN IMMEDIATE");
    spool.acknowledge(2, []);
    expect(synchronous()).to.equal(2);
  });
});
