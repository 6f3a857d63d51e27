import Database from "better-sqlite3";
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../../domain/error.ts";
import { restoreDatabase, type Restored } from "./restore-database.ts";
import { openStoreDatabase } from "./sqlite-store.ts";

const MODULE = JSON.stringify(join(import.meta.dirname, "restore-database.ts"));
/** Every moment between two steps, in order. */
const STEPS = ["copied", "checked", "decided", "aside-wal", "aside-shm", "aside", "in place"];

describe("restoreDatabase()", () => {
  let folder: string;
  let file: string;
  let backupFile: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-restore-"));
    file = join(folder, "tickerbell.db");
    backupFile = join(folder, "backup");
    write(backupFile, "backup");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A server's database that says which one it is. */
  function write(to: string, text: string): void {
    const database = openStoreDatabase(to);
    database.db.prepare("INSERT OR REPLACE INTO server_facts VALUES ('who', ?)").run(text);
    database.close();
    for (const end of ["-wal", "-shm", ".lock", ".lock-journal"]) rmSync(to + end, { force: true });
  }

  /** A database of a server that was killed: what it says is in the write-ahead log only. */
  function writeKilled(text: string): void {
    const away = join(folder, "live");
    write(away, "an older state");
    const db = new Database(away);
    db.pragma("wal_autocheckpoint = 0");
    db.prepare("UPDATE server_facts SET value = ? WHERE name = 'who'").run(text);
    for (const end of ["", "-wal", "-shm"]) cpSync(away + end, file + end);
    db.close();
    for (const end of ["", "-wal", "-shm"]) rmSync(away + end, { force: true });
  }

  /** Which database a server would find. */
  function who(at = file): unknown {
    const database = openStoreDatabase(at);
    try {
      expect(database.db.pragma("integrity_check", { simple: true })).to.equal("ok");
      return database.db.prepare("SELECT value FROM server_facts WHERE name = 'who'").pluck().get();
    } finally {
      database.close();
    }
  }

  const restore = (from = backupFile): Restored =>
    restoreDatabase({ file, backupFile: from, now: Date.UTC(2026, 0, 5) });
  const refusal = (from = backupFile): AppError => {
    try {
      restore(from);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
    throw new Error("it was restored");
  };

  it("puts the backup where there was nothing", () => {
    expect(restore()).to.include({ file, replaced: null, quoteCount: 0 });
    expect(who()).to.equal("backup");
  });

  it("never lets an old write-ahead log into the restored database, and keeps it beside its own", () => {
    writeKilled("old");
    const { replaced } = restore();
    expect(existsSync(`${file}-wal`)).to.equal(false);
    expect(who()).to.equal("backup");
    expect(replaced).to.equal(`${file}.replaced-20260105-000000`);
    expect(existsSync(`${replaced}-wal`)).to.equal(true);
  });

  it("keeps every database that it replaces, also when it comes twice within a second", () => {
    write(file, "first");
    const first = restore().replaced;
    const second = restore().replaced;
    const third = restore().replaced;
    const stamp = `${file}.replaced-20260105-000000`;
    expect([first, second, third]).to.deep.equal([stamp, `${stamp}-2`, `${stamp}-3`]);
    expect([first, second, third].map((name) => who(name!))).to.deep.equal(["first", "backup", "backup"]);
  });

  it("lets nobody else read the restored database, whoever may read the backup", () => {
    chmodSync(backupFile, 0o644);
    restore();
    expect(statSync(file).mode & 0o777).to.equal(0o600);
  });

  it("restores from a backup that nobody may write, as one that can be written", () => {
    chmodSync(backupFile, 0o400);
    restore();
    expect(statSync(file).mode & 0o777).to.equal(0o600);
  });

  it("takes back what it replaced, with what was only in its write-ahead log", () => {
    writeKilled("old");
    const { replaced } = restore();
    restoreDatabase({ file, backupFile: replaced!, now: Date.UTC(2026, 0, 6) });
    expect(who()).to.equal("old");
  });

  /** Makes one file of the backup, as ./bell backup writes it. */
  const makeOneFile = () => {
    const db = new Database(backupFile);
    db.pragma("journal_mode = DELETE");
    db.close();
  };

  it("plays no write-ahead log into a backup that another database of its name has left", () => {
    writeKilled("of another");
    cpSync(`${file}-wal`, `${backupFile}-wal`);
    for (const end of ["", "-wal", "-shm"]) rmSync(file + end);
    const refused = refusal();
    expect(refused.message, "a copy made by hand, which may have a log").to.include(`${backupFile}-wal belongs to it`);
    rmSync(`${backupFile}-wal`);
    makeOneFile();
    writeKilled("of another");
    cpSync(`${file}-wal`, `${backupFile}-wal`);
    restore();
    expect(who()).to.equal("backup");
  });

  it("leaves the backup as it was, and nothing of its own", () => {
    writeKilled("old");
    const before = readFileSync(backupFile);
    restore();
    expect(readFileSync(backupFile).equals(before)).to.equal(true);
    expect(readdirSync(folder).filter((name) => /restor|backup-/.test(name))).to.deep.equal([]);
  });

  for (const step of STEPS) {
    it(`leaves the old database or the new one when it is killed after "${step}"`, () => {
      writeKilled("old");
      const options = { file, backupFile, now: Date.UTC(2026, 0, 5) };
      const script = `const { restoreDatabase } = await import(${MODULE});
        const onStep = (step) => step === ${JSON.stringify(step)} && process.kill(process.pid, "SIGKILL");
        restoreDatabase({ ...${JSON.stringify(options)}, onStep });`;
      const { signal } = spawnSync(process.execPath, ["--input-type=module", "--eval", script]);
      expect(signal, "the step was taken").to.equal("SIGKILL");
      expect(who()).to.equal(STEPS.indexOf(step) < STEPS.indexOf("decided") ? "old" : "backup");
      restore();
      expect(who()).to.equal("backup");
    });
  }

  it("refuses while a server has the database, and says how to stop one", () => {
    write(file, "old");
    const server = openStoreDatabase(file);
    const refused = refusal();
    expect(refused).to.include({ code: "FAILED_PRECONDITION", reason: "STORE_LOCKED" });
    expect(refused.hint).to.include("Stop the server first").and.include("systemctl stop tickerbell-server");
    expect(refused.hint).to.include("docker compose stop server").and.include("nothing was changed");
    server.close();
    expect(who()).to.equal("old");
  });

  it("refuses what is no backup, is damaged or is newer, and changes nothing", () => {
    write(file, "old");
    const before = readFileSync(file);
    const made = (name: string, make: (path: string) => void): string => {
      make(join(folder, name));
      return join(folder, name);
    };
    const sql = (text: string) => (path: string) => void new Database(path).exec(text).close();
    const cutCopy = (path: string): void => {
      cpSync(backupFile, path);
      truncateSync(path, 50_000);
    };
    const cases: readonly (readonly [path: string, reason: string])[] = [
      [join(folder, "nothing"), "FIELD_INVALID"],
      [folder, "FIELD_INVALID"],
      [made("loop", (path) => symlinkSync(path, path)), "FIELD_INVALID"],
      [join(folder, "long".repeat(100)), "FIELD_INVALID"],
      [made("empty", (path) => writeFileSync(path, "")), "FIELD_INVALID"],
      [made("film", (path) => writeFileSync(path, "no database at all, ".repeat(1_000))), "FIELD_INVALID"],
      [made("other", sql("CREATE TABLE notes (text); PRAGMA user_version = 1")), "FIELD_INVALID"],
      [made("newer", sql("CREATE TABLE notes (text); PRAGMA user_version = 9999")), "STORE_NEWER"],
      [made("cut", cutCopy), "STORE_CORRUPT"],
      [made("head", (path) => writeFileSync(path, "SQLite format 3\0".padEnd(8_192, "x"))), "STORE_CORRUPT"],
    ];
    for (const [path, reason] of cases) expect(refusal(path).reason, path).to.equal(reason);
    expect(readFileSync(file).equals(before)).to.equal(true);
    expect(readdirSync(folder).filter((name) => /replaced|restor/.test(name))).to.deep.equal([]);
  });

  it("says of a damaged backup that this file is damaged, and sends nobody back to it", () => {
    truncateSync(backupFile, 50_000);
    const { message, hint } = refusal();
    expect(message).to.match(new RegExp(`^the backup ${backupFile} is damaged: database disk image`));
    expect(hint).to.equal("Nothing was changed. Restore another backup.");
  });

  it("takes no database with a trigger that Tickerbell did not make", () => {
    const db = new Database(backupFile);
    db.exec("CREATE TRIGGER spy AFTER INSERT ON quotes BEGIN DELETE FROM alerts; END");
    db.close();
    const { reason, message } = refusal();
    expect(reason).to.equal("FIELD_INVALID");
    expect(message).to.include(`${backupFile} is no Tickerbell backup: its trigger spy`);
    expect(existsSync(file)).to.equal(false);
  });

  it("takes no database for a backup of itself", () => {
    writeKilled("old");
    const before = readFileSync(file);
    expect(refusal(file).message).to.include("is the database itself");
    expect(readFileSync(file).equals(before)).to.equal(true);
  });

  it("brings a backup of an older version to this one's schema", () => {
    const db = new Database(backupFile);
    const version = db.pragma("user_version", { simple: true });
    const files = readdirSync(join(import.meta.dirname, "migrations")).sort();
    expect(version).to.equal(files.length);
    rmSync(backupFile);
    const old = new Database(backupFile);
    old.exec(readFileSync(join(import.meta.dirname, "migrations", files[0]!), "utf8"));
    old.pragma("user_version = 1");
    old.close();
    db.close();
    restore();
    const restored = openStoreDatabase(file);
    expect(restored.db.pragma("user_version", { simple: true })).to.equal(files.length);
    restored.close();
  });
});
