// The promise: a disk is not called full while the database's own write-ahead log has room to give back.
import Database from "better-sqlite3";
import { expect } from "chai";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeClock } from "../clock/fake-clock.ts";
import { LogRoom } from "./log-room.ts";

const ROWS = 50;

describe("LogRoom", () => {
  let folder: string;
  let db: Database.Database;
  let other: Database.Database;
  let clock: FakeClock;
  let room: LogRoom;
  let tries: number;
  let free: number;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-log-room-"));
    db = new Database(join(folder, "test.db"), { timeout: 60_000 });
    db.pragma("journal_mode = WAL");
    db.exec("CREATE TABLE rows (value INTEGER)");
    for (let at = 0; at < ROWS; at++) db.exec(`INSERT INTO rows VALUES (${at})`);
    other = new Database(join(folder, "test.db"), { readonly: true });
    clock = new FakeClock(0);
    free = Infinity;
    room = new LogRoom(
      db,
      () => clock.monotonic(),
      () => free,
    );
    tries = 0;
  });
  afterEach(() => {
    other.close();
    db.close();
    rmSync(folder, { recursive: true });
  });

  const logBytes = () => statSync(join(folder, "test.db-wal")).size;
  /** Fails with this code for as long as it is so. */
  const failing = (isSo: () => boolean, code = "SQLITE_FULL") => {
    try {
      return room.write(() => {
        tries += 1;
        if (isSo()) throw new Database.SqliteError("it failed", code);
        db.exec("INSERT INTO rows VALUES (1)");
        return "written";
      });
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it("lets a write that found no room have that of the log, and loses nothing of the log", () => {
    expect(logBytes()).to.be.above(100_000);
    expect(failing(() => logBytes() > 0)).to.equal("written");
    expect(tries).to.equal(2);
    expect(other.prepare("SELECT count(*) FROM rows").pluck().get()).to.equal(ROWS + 1);
    expect(
      failing(() => logBytes() > 0),
      "and so does the next, at once",
    ).to.equal("written");
  });

  it("keeps the log shorter than what is free, so that there is always room to move it", () => {
    free = logBytes() * 2;
    expect(failing(() => false)).to.equal("written");
    const grown = logBytes();
    expect(grown).to.be.above(100_000);
    expect([failing(() => false), tries]).to.deep.equal(["written", 2]);
    expect(logBytes(), "the write that came then is in it").to.be.within(1, grown / 2);
    expect(other.prepare("SELECT count(*) FROM rows").pluck().get()).to.equal(ROWS + 2);
  });

  it("looks how much is free once a second where that is plenty", () => {
    free = 1e9;
    failing(() => false);
    free = 1;
    const before = logBytes();
    failing(() => false);
    expect(logBytes()).to.be.above(before);
    clock.advance(1_000);
    failing(() => false);
    expect(logBytes()).to.be.below(before);
  });

  it("does not move the log again for a second when that did not help: every write would", () => {
    const isFull = () => true;
    expect([failing(isFull), tries]).to.deep.equal(["SQLITE_FULL", 2]);
    expect([failing(isFull), tries]).to.deep.equal(["SQLITE_FULL", 3]);
    clock.advance(1_000);
    expect([failing(isFull), tries]).to.deep.equal(["SQLITE_FULL", 5]);
  });

  it("waits for nobody who reads in the log, and leaves it to him", () => {
    other.exec("BEGIN");
    other.prepare("SELECT count(*) FROM rows").get();
    db.exec("INSERT INTO rows VALUES (1)");
    const [before, beganAt] = [logBytes(), performance.now()];
    expect([failing(() => logBytes() > 0), tries]).to.deep.equal(["SQLITE_FULL", 1]);
    expect(performance.now() - beganAt).to.be.below(30_000);
    expect(logBytes()).to.equal(before);
    expect(other.prepare("SELECT count(*) FROM rows").pluck().get()).to.equal(ROWS);
    expect(db.pragma("busy_timeout", { simple: true }), "as it was").to.equal(60_000);
  });

  it("is for want of room only", () => {
    const before = logBytes();
    expect([failing(() => true, "SQLITE_IOERR_WRITE"), tries]).to.deep.equal(["SQLITE_IOERR_WRITE", 1]);
    expect(logBytes()).to.equal(before);
  });
});
