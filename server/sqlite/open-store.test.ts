import { expect } from "chai";
import Database from "better-sqlite3";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { systemClock } from "../../runtime/clock/clock.ts";
import { createLog } from "../../runtime/log/log.ts";
import { assertDurable } from "../../runtime/sqlite/open-database.ts";
import { openSqliteStore, openStoreDatabase } from "./sqlite-store.ts";

const MIGRATIONS = readdirSync(join(import.meta.dirname, "migrations")).sort();

describe("openStoreDatabase()", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-database-"));
    file = join(folder, "test.db");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Opens, looks, closes. */
  const look = <Result>(read: (db: Database.Database) => Result): Result => {
    const opened = openStoreDatabase(file);
    try {
      return read(opened.db);
    } finally {
      opened.close();
    }
  };
  const refusal = (path = file): AppError => {
    try {
      openStoreDatabase(path).close();
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
    throw new Error("it was opened");
  };

  it("writes ahead, and waits for the disk at each commit", () => {
    const [mode, synchronous, foreignKeys] = look((db) =>
      ["journal_mode", "synchronous", "foreign_keys"].map((name) => db.pragma(name, { simple: true })),
    );
    expect([mode, synchronous, foreignKeys]).to.deep.equal(["wal", 2, 1]);
  });

  it("would notice a connection that does not wait for the disk", () => {
    const db = new Database(file);
    const durable = () => assertDurable(db);
    db.pragma("synchronous = FULL");
    expect(durable).to.throw("journal_mode=delete");
    db.pragma("journal_mode = WAL");
    expect(durable).not.to.throw();
    db.pragma("synchronous = NORMAL");
    expect(durable).to.throw("synchronous=1");
    db.close();
  });

  it("makes the folder, closed to others", () => {
    file = join(folder, "deep", "down", "test.db");
    look(() => undefined);
    expect(existsSync(file)).to.equal(true);
  });

  it("lets nobody else read a new database, and leaves the mode of one that is there alone", () => {
    const modes = () => look(() => ["", "-wal", "-shm"].map((end) => (statSync(file + end).mode & 0o777).toString(8)));
    expect(modes()).to.deep.equal(["600", "600", "600"]);
    chmodSync(file, 0o640);
    expect(modes()).to.deep.equal(["640", "640", "640"]);
  });

  it("writes nothing when it starts again, for that must go well on a full disk", () => {
    const world = { clock: systemClock, newId: () => "id", random: () => 0.5, log: createLog("test", "error") };
    const open = () => openSqliteStore({ file, ...world, policy: "resend", bootId: "boot-1" });
    void open().close();
    const before = readFileSync(file);
    const store = open();
    expect(statSync(`${file}-wal`).size).to.equal(0);
    expect(readdirSync(folder).sort()).to.deep.equal(["", "-shm", "-wal", ".lock"].map((end) => `test.db${end}`));
    void store.close();
    expect(readFileSync(file).equals(before)).to.equal(true);
  });

  it("has strict tables only", () => {
    const tables = look((db) => db.pragma("table_list")) as {
      name: string;
      type: string;
      schema: string;
      strict: number;
    }[];
    const ours = tables.filter(
      ({ name, type, schema }) => type === "table" && schema === "main" && !name.startsWith("sqlite_"),
    );
    expect(ours.length).to.be.greaterThan(10);
    expect(ours.filter(({ strict }) => strict !== 1)).to.deep.equal([]);
  });

  it("runs each migration once, in order", () => {
    const versions = [1, 2].map(() => look((db) => db.pragma("user_version", { simple: true })));
    expect(versions).to.deep.equal([MIGRATIONS.length, MIGRATIONS.length]);
    expect(MIGRATIONS.map((name) => Number(name.slice(0, 4)))).to.deep.equal(
      MIGRATIONS.map((_name, index) => index + 1),
    );
    look((db) => db.exec("INSERT INTO server_facts VALUES ('kept', 'yes')"));
    expect(look((db) => db.prepare("SELECT value FROM server_facts WHERE name = 'kept'").pluck().get())).to.equal(
      "yes",
    );
  });

  it("refuses a database that a newer version wrote, and touches nothing of it", () => {
    const newer = new Database(file);
    newer.exec(`CREATE TABLE future (x); PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    newer.close();
    const before = readFileSync(file);
    const { code, reason, message } = refusal();
    expect([code, reason]).to.deep.equal(["FAILED_PRECONDITION", "STORE_NEWER"]);
    expect(message).to.include(`schema ${MIGRATIONS.length + 1}`);
    expect(readFileSync(file).equals(before)).to.equal(true);
    expect(readdirSync(folder).filter((name) => !name.endsWith(".lock"))).to.deep.equal(["test.db"]);
  });

  it("says that a file is damaged when it is no database, or only the beginning of one", () => {
    writeFileSync(file, "no database at all, ".repeat(1_000));
    expect(refusal()).to.include({ code: "DATA_LOSS", reason: "STORE_CORRUPT" });
    rmSync(file);
    look(() => undefined);
    truncateSync(file, 5_000);
    expect(refusal()).to.include({ code: "DATA_LOSS", reason: "STORE_CORRUPT" });
  });

  const losses: readonly (readonly [what: string, lose: (path: string) => void])[] = [
    ["removed", (path) => rmSync(path)],
    ["emptied", (path) => truncateSync(path, 0)],
  ];
  for (const [what, lose] of losses) {
    it(`begins no empty database where one was ${what} and its log is there, and leaves the log alone`, () => {
      const opened = openStoreDatabase(file);
      opened.db.exec("INSERT INTO server_facts VALUES ('kept', 'yes')");
      const asAfterKill = readFileSync(`${file}-wal`);
      opened.close();
      writeFileSync(`${file}-wal`, asAfterKill);
      lose(file);
      const { code, reason, message, hint } = refusal();
      expect([code, reason]).to.deep.equal(["DATA_LOSS", "STORE_CORRUPT"]);
      expect(message).to.include("is gone; only its write-ahead log is there");
      expect(hint).to.include("./bell restore FILE").and.include(`remove ${file}-wal`);
      expect(readFileSync(`${file}-wal`).equals(asAfterKill)).to.equal(true);
      rmSync(`${file}-wal`);
      look(() => undefined);
    });
  }

  it("says that a file cannot be used when it is a folder", () => {
    mkdirSync(file);
    expect(refusal()).to.include({ code: "UNAVAILABLE", reason: "STORE_UNAVAILABLE" });
  });

  it("names the setting when the folder cannot be made", () => {
    writeFileSync(join(folder, "plain"), "");
    const { reason, message } = refusal(join(folder, "plain", "data", "test.db"));
    expect(reason).to.equal("CONFIG_INVALID");
    expect(message).to.include(`BELL_DATA_DIR: the folder ${join(folder, "plain", "data")} cannot be made (ENOTDIR)`);
  });

  it("lets a second server in only after the first has closed", () => {
    const first = openStoreDatabase(file);
    const { code, reason, message, hint } = refusal();
    expect([code, reason]).to.deep.equal(["FAILED_PRECONDITION", "STORE_LOCKED"]);
    expect(message).to.include(file);
    expect(hint).to.include("BELL_DATA_DIR");
    first.close();
    look(() => undefined);
  });

  it("frees the file when opening failed", () => {
    writeFileSync(file, "no database at all, ".repeat(1_000));
    refusal();
    rmSync(file);
    look(() => undefined);
  });

  it("locks out other processes, until the one that has it is gone, even by kill -9", async () => {
    const database = JSON.stringify(join(import.meta.dirname, "sqlite-store.ts"));
    const script = `const { openStoreDatabase } = await import(${database});
      const { db } = openStoreDatabase(${JSON.stringify(file)});
      db.exec("INSERT INTO server_facts VALUES ('kept', 'yes')");
      console.log("open");
      setInterval(() => undefined, 1_000);`;
    const other = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(other.stdout, "data");
      expect(refusal().reason).to.equal("STORE_LOCKED");
    } finally {
      other.kill("SIGKILL");
      await once(other, "exit");
    }
    expect(look((db) => db.prepare("SELECT value FROM server_facts WHERE name = 'kept'").pluck().get())).to.equal(
      "yes",
    );
  });
});
