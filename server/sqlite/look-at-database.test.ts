import { expect } from "chai";
import Database from "better-sqlite3";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lookAtDatabase } from "./look-at-database.ts";
import { openStoreDatabase } from "./sqlite-store.ts";

describe("lookAtDatabase()", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickerbell-look-"));
    file = join(folder, "tickerbell.db");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("sees a server's own database, and leaves nothing beside it", () => {
    openStoreDatabase(file).close();
    const before = readdirSync(folder);
    const look = lookAtDatabase(file);
    expect(look).to.deep.include({ bytes: statSync(file).size, logBytes: null, mode: 0o600, trouble: null });
    expect(look.facts).to.deep.equal({ isDatabase: true, schema: look.knownSchema, wholeBytes: look.bytes });
    expect(look.knownSchema).to.be.above(8);
    expect(readdirSync(folder)).to.deep.equal(before);
  });

  it("sees one that is open, with its log, and keeps its server from nothing", () => {
    const open = openStoreDatabase(file);
    open.db.exec("INSERT OR REPLACE INTO server_facts VALUES ('probe', 'x')");
    const look = lookAtDatabase(file);
    expect(look.logBytes).to.be.above(0);
    expect(look.facts).to.include({ isDatabase: true });
    open.db.exec("DELETE FROM server_facts WHERE name = 'probe'");
    open.close();
  });

  it("sees that one is cut off", () => {
    openStoreDatabase(file).close();
    const { size } = statSync(file);
    truncateSync(file, 8_192);
    expect(lookAtDatabase(file)).to.deep.include({ bytes: 8_192 });
    expect(lookAtDatabase(file).facts?.wholeBytes).to.equal(size);
  });

  it("sees a stranger's, and one of the largest pages", () => {
    const db = new Database(file);
    db.pragma("page_size = 65536");
    db.exec("CREATE TABLE strangers (name TEXT)");
    db.close();
    expect(lookAtDatabase(file).facts).to.deep.equal({ isDatabase: true, schema: 0, wholeBytes: statSync(file).size });
  });

  it("sees what is no database, what is empty, and what is no file", () => {
    writeFileSync(file, "film");
    expect(lookAtDatabase(file).facts).to.include({ isDatabase: false });
    writeFileSync(file, "");
    expect(lookAtDatabase(file)).to.include({ bytes: 0, facts: null, trouble: null });
    rmSync(file);
    mkdirSync(file);
    expect(lookAtDatabase(file)).to.include({ trouble: "it is no file" });
  });

  it("sees that there is none, or only its log", () => {
    expect(lookAtDatabase(file)).to.include({ bytes: null, logBytes: null, trouble: null });
    openStoreDatabase(file).close();
    copyFileSync(file, `${file}-wal`);
    rmSync(file);
    expect(lookAtDatabase(file)).to.include({ bytes: null, logBytes: statSync(`${file}-wal`).size });
  });

  it("says why it cannot look", () => {
    expect(lookAtDatabase(join(folder, "x".repeat(300)))).to.include({ bytes: null, trouble: "ENAMETOOLONG" });
  });
});
